"""Acts by which another agency becomes the one that leads a task, and who leads it on a day."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from programme.models import Agency, LegalDocument, Province, TransferQuerySet
from programme.models.coordination_transfer import KEPT
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField


class LeadTransferQuerySet(TransferQuerySet):
    def visible_to(self, user):
        return self.filter(task__programme__province__in=Province.objects.visible_to(user))


class LeadTransfer(models.Model):
    """From a day on, by a document, another agency leads the task.

    The plan stays as it was decided. A later revision that names yet another agency says anew who leads.
    """

    task = models.ForeignKey(
        "tasks.Task", verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="lead_transfers"
    )
    from_agency = models.ForeignKey(Agency, verbose_name="từ cơ quan", on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, verbose_name="sang cơ quan", on_delete=models.PROTECT, related_name="+")
    effective_on = DayField("từ ngày")
    document = models.ForeignKey(LegalDocument, verbose_name="văn bản", on_delete=models.PROTECT, related_name="+")
    note = LongTextField("ghi chú", blank=True)

    objects = LeadTransferQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "chuyển giao chủ trì"
        verbose_name_plural = "chuyển giao chủ trì"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "effective_on"],
                name="lead_transfer_once_a_day",
                violation_error_message="Nhiệm vụ này đã có chuyển giao chủ trì từ ngày đó.",
                violation_error_code="effective_on",
            ),
            models.CheckConstraint(
                condition=~Q(from_agency=F("to_agency")),
                name="lead_transfer_joins_two_agencies",
                violation_error_message="Chọn một cơ quan khác để nhận.",
                violation_error_code="to_agency",
            ),
        ]

    def __str__(self):
        return f"{self.from_agency} → {self.to_agency} từ {say_day(self.effective_on)}"

    def clean(self):
        if self.pk:
            raise ValidationError(KEPT)


def with_lead(rows: QuerySet, on: date, *, plan: str = "") -> QuerySet:
    """Add ``lead_id``, the agency that leads on the day ``on``, and ``moved_by``, the transfer that made it so.

    ``rows`` are plans, or records from which the path ``plan`` («plans__») leads to one. The lead that the plan
    names, unless by the day ``on`` a transfer named another one: after that revision took effect, or earlier from
    the very agency that the plan names. A revision that repeats who led before does not hand the duty back.
    """
    begun = LeadTransfer.objects.filter(
        task=OuterRef("task"),
        from_agency=OuterRef(OuterRef(f"{plan}lead_agency")),
        effective_on__lte=OuterRef("effective_on"),
    )
    transfers = LeadTransfer.objects.filter(
        Q(effective_on__gt=OuterRef(f"{plan}revision__effective_on")) | Exists(begun), task=OuterRef(f"{plan}task")
    ).last_by(on)
    return rows.annotate(
        moved_by=Subquery(transfers.values("pk")[:1]),
        lead_id=Coalesce(
            Subquery(transfers.values("to_agency")[:1]),
            F(f"{plan}lead_agency_id"),
            output_field=models.BigIntegerField(),
        ),
    )
