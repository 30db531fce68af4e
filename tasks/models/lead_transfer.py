"""Acts by which another agency becomes the one that leads a task, and who leads it on a day."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from programme.models import in_visible_province
from programme.models.transfer import Transfer, TransferQuerySet, joins_two_agencies
from smartcity.lib.records.history import SignedRecords


class LeadTransferQuerySet(TransferQuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "task__programme__"))


class LeadTransfer(Transfer):
    """The plan stays as it was decided. A later revision that names yet another agency says anew who leads."""

    task = models.ForeignKey(
        "tasks.Task", verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="lead_transfers"
    )

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
            joins_two_agencies("lead_transfer_joins_two_agencies"),
        ]


def with_lead(rows: QuerySet, on: date, *, plan: str = "") -> QuerySet:
    """Add ``lead_id``, the agency that leads on the day ``on``, and ``moved_by``, the transfer that made it so.

    ``rows`` are plans, or records from which the path ``plan`` («plans__») leads to one.
    """
    return rows.annotate(moved_by=Subquery(_transfers_of(plan, on).values("pk")[:1]), lead_id=lead_of(plan, on))


def lead_of(plan: str, on: date) -> Coalesce:
    """The key of the agency that leads on the day ``on``, by the plan that the path ``plan`` leads to.

    The lead that the plan names, unless by that day a transfer named another one: after the plan's revision took
    effect, or earlier from the very agency that the plan names. A revision that repeats who led before does not hand
    the duty back.
    """
    moved_to = Subquery(_transfers_of(plan, on).values("to_agency")[:1])
    return Coalesce(moved_to, F(f"{plan}lead_agency_id"), output_field=models.BigIntegerField())


def _transfers_of(plan: str, on: date) -> QuerySet:
    begun = LeadTransfer.objects.filter(
        task=OuterRef("task"),
        from_agency=OuterRef(OuterRef(f"{plan}lead_agency")),
        effective_on__lte=OuterRef("effective_on"),
    )
    return LeadTransfer.objects.filter(
        Q(effective_on__gt=OuterRef(f"{plan}revision__effective_on")) | Exists(begun), task=OuterRef(f"{plan}task")
    ).last_by(on)
