"""Figures that documents state, kept as stated, to be set beside what the system computes."""

from datetime import date

from django.db import models
from django.db.models import Q

from programme.models.legal_document import LegalDocument
from programme.models.programme import Programme
from programme.models.province import in_visible_province
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField


class Measure(models.TextChoices):
    TASKS_TOTAL = "tasks_total", "Tổng số nhiệm vụ"
    TASKS_COMPLETE = "tasks_complete", "Nhiệm vụ hoàn thành"
    TASKS_NOT_COMPLETE = "tasks_not_complete", "Nhiệm vụ chưa hoàn thành"
    TASKS_PROPOSED = "tasks_proposed", "Nhiệm vụ đề nghị chuyển tiếp"
    TASKS_CARRIED_OVER = "tasks_carried_over", "Nhiệm vụ chuyển tiếp"
    BUDGET = "budget", "Tổng kinh phí"
    BUDGET_PROPOSED = "budget_proposed", "Tổng kinh phí đề nghị"

    @property
    def is_money(self) -> bool:
        return self in MONEY_MEASURES


MONEY_MEASURES = [Measure.BUDGET, Measure.BUDGET_PROPOSED]


class StatedFigureQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "programme__"))

    def telling_of(self, on: date):
        """What documents stated of the day ``on``, and the budgets that they had stated by then."""
        return self.filter(Q(as_of=on) | Q(measure=Measure.BUDGET, as_of__lte=on))


class StatedFigure(CheckedTogether):
    """One number from one document, in its own words. It may be wrong; that is why it is kept."""

    programme = models.ForeignKey(
        Programme, verbose_name="đề án", on_delete=models.PROTECT, related_name="stated_figures"
    )
    document = models.ForeignKey(
        LegalDocument, verbose_name="nguồn", on_delete=models.PROTECT, related_name="stated_figures"
    )
    as_of = DayField("số liệu đến ngày")
    measure = models.CharField("chỉ số", max_length=20, choices=Measure)
    value = models.BigIntegerField("giá trị", help_text="Số nhiệm vụ; với kinh phí là số đồng.")
    money_kind = models.CharField("loại kinh phí", max_length=20, choices=MoneyKind, blank=True)
    wording = LongTextField("nguyên văn")
    note = LongTextField("ghi chú", blank=True)

    objects = StatedFigureQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "số liệu công bố"
        verbose_name_plural = "số liệu công bố"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "document", "as_of", "measure"],
                name="stated_figure_once_in_a_document",
                violation_error_message="Văn bản này đã có số liệu đó cho ngày đó.",
                violation_error_code="measure",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="stated_figure_is_not_negative",
                violation_error_message="Số liệu công bố không thể âm.",
                violation_error_code="value",
            ),
            models.CheckConstraint(
                condition=(Q(measure__in=MONEY_MEASURES) & ~Q(money_kind=""))
                | (~Q(measure__in=MONEY_MEASURES) & Q(money_kind="")),
                name="stated_figure_money_says_its_kind",
                violation_error_message="Chỉ kinh phí mới có loại, và kinh phí thì phải ghi loại.",
                violation_error_code="money_kind",
            ),
        ]

    def __str__(self):
        return f"{self.get_measure_display()} ({self.as_of:%d/%m/%Y})"
