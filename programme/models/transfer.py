"""What every act has by which a duty passes from one agency to another."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from programme.models.agency import Agency
from programme.models.legal_document import LegalDocument
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField

KEPT = "Chuyển giao đã ghi không sửa, không xóa được."


class TransferQuerySet(models.QuerySet):
    """Acts that are only added: who held a duty on a day does not change afterwards."""

    def update(self, **values):
        raise ValidationError(KEPT)

    def delete(self):
        raise ValidationError(KEPT)

    delete.queryset_only = True  # type: ignore[attr-defined]

    def last_by(self, on: date):
        """Those by the day ``on``, the one that decides who holds the duty first."""
        return self.filter(effective_on__lte=on).order_by("-effective_on", "-pk")


class Transfer(models.Model):
    """From a day on, by a document, another agency has the duty; earlier days stay as they were."""

    from_agency = models.ForeignKey(Agency, verbose_name="từ cơ quan", on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, verbose_name="sang cơ quan", on_delete=models.PROTECT, related_name="+")
    effective_on = DayField("từ ngày")
    document = models.ForeignKey(LegalDocument, verbose_name="văn bản", on_delete=models.PROTECT, related_name="+")
    note = LongTextField("ghi chú", blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.from_agency} → {self.to_agency} từ {say_day(self.effective_on)}"

    def clean(self):
        if self.pk:
            raise ValidationError(KEPT)


def joins_two_agencies(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q(from_agency=F("to_agency")),
        name=name,
        violation_error_message="Chọn một cơ quan khác để nhận.",
        violation_error_code="to_agency",
    )
