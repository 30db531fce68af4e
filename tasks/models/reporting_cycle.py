"""How often the agencies report, and the cycles that follow from it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Min, OuterRef, Q, Subquery

from programme.models import LegalDocument, Programme, RevisionState, in_visible_province
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.reporting_periods import Cadence, Window
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField
from tasks.models.task import Task

LONGEST_DAYS_TO_REPORT = 60


class ReportingDutyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "programme__"))

    def live(self, on: date):
        """Duties that have begun by the day ``on`` and have not ended before it."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=on), first_day__lte=on)


class ReportingDuty(CheckedTogether):
    """An order to report: on every task of a programme, or on one, how often and how many days after the window."""

    programme = models.ForeignKey(
        Programme, verbose_name="đề án", on_delete=models.PROTECT, related_name="reporting_duties"
    )
    task = models.ForeignKey(
        Task,
        verbose_name="nhiệm vụ",
        on_delete=models.PROTECT,
        related_name="reporting_duties",
        null=True,
        blank=True,
        help_text="Để trống thì áp dụng cho mọi nhiệm vụ chưa hoàn thành của đề án.",
    )
    cadence = models.CharField("kỳ hạn", max_length=20, choices=Cadence)
    first_day = DayField("áp dụng từ ngày", help_text="Kỳ đầu tiên là kỳ có ngày này.")
    last_day = DayField(
        "đến hết ngày",
        null=True,
        blank=True,
        help_text="Để trống nếu chưa có ngày kết thúc. Kỳ bắt đầu sau ngày này mà chưa ai báo cáo thì được rút.",
    )
    days_to_report = models.PositiveSmallIntegerField(
        "số ngày để nộp", help_text="Ví dụ 6: kỳ tháng chốt ngày 14 thì hạn nộp là ngày 20."
    )
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="căn cứ",
        on_delete=models.PROTECT,
        related_name="reporting_duties",
        null=True,
        blank=True,
    )
    note = LongTextField("ghi chú", blank=True)

    objects = ReportingDutyQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "chế độ báo cáo"
        verbose_name_plural = "chế độ báo cáo"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "cadence", "first_day"],
                condition=Q(task=None),
                name="duty_once_for_a_programme",
                violation_error_message="Đề án đã có chế độ báo cáo này từ ngày đó.",
                violation_error_code="cadence",
            ),
            models.UniqueConstraint(
                fields=["task", "cadence", "first_day"],
                condition=Q(task__isnull=False),
                name="duty_once_for_a_task",
                violation_error_message="Nhiệm vụ đã có chế độ báo cáo này từ ngày đó.",
                violation_error_code="cadence",
            ),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="duty_ends_after_it_begins",
                violation_error_message="Ngày kết thúc phải từ ngày bắt đầu áp dụng trở đi.",
                violation_error_code="last_day",
            ),
            models.CheckConstraint(
                condition=~Q(cadence=Cadence.UNTIL_DONE) | Q(task__isnull=False),
                name="duty_until_done_is_of_one_task",
                violation_error_message="Báo cáo đến khi hoàn thành thì chọn một nhiệm vụ.",
                violation_error_code="task",
            ),
            models.CheckConstraint(
                condition=Q(days_to_report__range=(0, LONGEST_DAYS_TO_REPORT)),
                name="duty_leaves_at_most_60_days",
                violation_error_message="Số ngày để nộp từ 0 đến 60.",
                violation_error_code="days_to_report",
            ),
        ]

    def __str__(self):
        return f"{self.get_cadence_display()}, {self.task or self.programme}"

    def clean(self):
        if self.task and self.task.programme_id != self.programme_id:
            raise ValidationError({"task": "Nhiệm vụ này thuộc đề án khác."})
        stored = ReportingDuty.objects.filter(pk=self.pk).first() if self.pk else None
        if stored:
            self._refuse_another(stored)
        if stored is None or stored.first_day != self.first_day:
            self._refuse_too_early()

    def is_answered(self) -> bool:
        """Whether somebody has begun, at least, to write a report for one of its cycles, or was urged to."""
        return self.cycles.filter(Q(updates__isnull=False) | Q(urged_reports__isnull=False)).exists()

    def _refuse_another(self, stored: "ReportingDuty") -> None:
        # What was asked for stays readable. A slip in the first day can be mended until somebody has answered.
        fixed = ("programme_id", "task_id", "cadence")
        if any(getattr(stored, name) != getattr(self, name) for name in fixed) and stored.cycles.exists():
            raise ValidationError(
                "Chế độ báo cáo đã có kỳ nên không đổi được đề án, nhiệm vụ và kỳ hạn. "
                "Ghi ngày kết thúc cho chế độ này rồi lập chế độ mới."
            )
        if stored.first_day != self.first_day and stored.is_answered():
            raise ValidationError(
                {
                    "first_day": "Đã có báo cáo theo chế độ này, hoặc đã đôn đốc, nên không đổi được ngày bắt đầu. "
                    "Ghi ngày kết thúc cho chế độ này rồi lập chế độ mới."
                }
            )

    def _refuse_too_early(self) -> None:
        """Nothing is reported of the time before the first decision; a programme without one is not held to it."""
        if not (self.first_day and self.programme_id):
            return
        adopted = self.programme.revisions.filter(state=RevisionState.ADOPTED)
        of_task = adopted.filter(planned_tasks__task=self.task_id) if self.task_id else adopted.none()
        first = of_task.aggregate(day=Min("effective_on"))["day"]
        what = "Nhiệm vụ này thuộc đề án"
        if first is None:
            first, what = adopted.aggregate(day=Min("effective_on"))["day"], "Đề án có hiệu lực"
        if first and self.first_day < first:
            raise ValidationError(
                {"first_day": f"{what} từ ngày {say_day(first)}. Chế độ báo cáo áp dụng sớm nhất từ ngày đó."}
            )


class ReportingCycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "duty__programme__"))

    def begun(self, on: date):
        """Cycles whose window has opened by the day ``on``: reports may be sent."""
        return self.filter(first_day__lte=on)

    def asked(self, on: date):
        """Those begun by the day ``on``, but for what was called off: its duty ended before it began."""
        return self.begun(on).filter(Q(duty__last_day=None) | Q(first_day__lte=F("duty__last_day")))

    def running(self, on: date):
        """Of each duty the cycle that began last by the day ``on``: «kỳ này»."""
        newest = ReportingCycle.objects.asked(on).filter(duty=OuterRef("duty")).order_by("-first_day")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))


class ReportingCycle(CheckedTogether):
    """One window of a duty to report, and the day by which its reports are due."""

    duty = models.ForeignKey(
        ReportingDuty, verbose_name="chế độ báo cáo", on_delete=models.PROTECT, related_name="cycles", editable=False
    )
    first_day = DayField("từ ngày", editable=False)
    last_day = DayField("đến ngày", editable=False)
    due_on = DayField("hạn nộp")

    objects = ReportingCycleQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "first_day"],
                name="cycle_once_for_a_window",
                violation_error_message="Kỳ này đã được mở.",
                violation_error_code="first_day",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="cycle_ends_after_it_begins",
                violation_error_message="Ngày cuối của kỳ phải từ ngày đầu trở đi.",
                violation_error_code="last_day",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("last_day")),
                name="cycle_is_due_after_its_window",
                violation_error_message="Hạn nộp phải từ ngày cuối của kỳ trở đi.",
                violation_error_code="due_on",
            ),
        ]
        indexes = [models.Index(fields=["due_on", "first_day"], name="cycle_by_due_day")]

    def __str__(self):
        return f"Kỳ {self.window}"

    @property
    def is_called_off(self) -> bool:
        """Whether its duty ended before it began: it is there because somebody has answered it, and asks no more."""
        return self.duty.last_day is not None and self.first_day > self.duty.last_day

    @property
    def window(self) -> Window:
        return Window(self.duty.cadence, self.first_day, self.last_day)
