"""For which stretches of years a revision plans."""

from django.db import models
from django.db.models import F, Q

from programme.models.frozen import DraftQuerySet, refuse_frozen
from programme.models.revision import Revision
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LineField
from smartcity.lib.records.typed_fields import DayField


class PeriodKind(models.TextChoices):
    IMPLEMENTATION = "implementation", "Giai đoạn thực hiện"
    ORIENTATION = "orientation", "Định hướng"
    VISION = "vision", "Tầm nhìn"


class Period(models.Model):
    """A stretch of years that a revision plans for. Its last day is the due date of tasks without their own."""

    revision = models.ForeignKey(
        Revision, verbose_name="lần ban hành, điều chỉnh", on_delete=models.CASCADE, related_name="periods"
    )
    label = LineField("giai đoạn", max_length=100, help_text="Ví dụ: 2020–2022; đến năm 2025.")
    first_day = DayField("từ ngày")
    last_day = DayField("đến hết ngày")
    kind = models.CharField("loại", max_length=20, choices=PeriodKind, default=PeriodKind.IMPLEMENTATION)

    objects = DraftQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "giai đoạn"
        verbose_name_plural = "giai đoạn"
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "label"],
                name="period_label_once_in_a_revision",
                violation_error_message="Giai đoạn này đã có.",
                violation_error_code="label",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="period_ends_after_it_begins",
                violation_error_message="Ngày cuối phải từ ngày đầu của giai đoạn trở đi.",
                violation_error_code="last_day",
            ),
        ]

    def __str__(self):
        return self.label

    def clean(self):
        refuse_frozen(self)
