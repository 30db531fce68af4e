"""Money that was really decided, contracted and paid."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum

from programme.models import LegalDocument, in_visible_province
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import MoneyKind, MoneySource, say_money
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField, MoneyField
from tasks.models.task import Task


class BudgetEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "task__programme__"))

    def decided_by(self, on: date):
        """Entries decided on the day ``on`` or before."""
        return self.filter(decided_on__lte=on)

    def with_correction(self):
        """Add ``corrected_on``: the day of the entry that corrects this one, if any."""
        correction = BudgetEntry.objects.filter(corrects=OuterRef("pk"))
        return self.annotate(corrected_on=Subquery(correction.values("decided_on")[:1]))

    def summed(self):
        """The sums of each task, kind, source and year, as ``vnd``, with the number of rows that each adds."""
        by_cell = self.order_by().values("task_id", "kind", "source", "year")
        return by_cell.annotate(vnd=Sum("amount_vnd"), rows=Count("pk"))


class BudgetEntry(CheckedTogether):
    """One line of a task's ledger. It is never edited: a mistake is undone by an opposite entry.

    The opposite entry may take back the whole amount or a part of it. What was corrected once is not corrected
    again: a correction that was wrong itself is corrected in its turn.
    """

    # The index below begins with the task.
    task = models.ForeignKey(
        Task, verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="budget_entries", db_index=False
    )
    kind = models.CharField("loại", max_length=20, choices=MoneyKind)
    source = models.CharField("nguồn vốn", max_length=20, choices=MoneySource, default=MoneySource.UNSPECIFIED)
    year = models.PositiveSmallIntegerField("năm ngân sách", null=True, blank=True)
    amount_vnd = MoneyField("số tiền", help_text="Số âm để ghi giảm hoặc đính chính. Ví dụ: 160 triệu đồng.")
    decided_on = DayField("ngày quyết định, ngày chi")
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="chứng từ, văn bản",
        on_delete=models.PROTECT,
        related_name="budget_entries",
        null=True,
        blank=True,
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name="đính chính cho bút toán",
        on_delete=models.PROTECT,
        related_name="corrections",
        null=True,
        blank=True,
    )
    report = models.ForeignKey(
        "tasks.ProgressUpdate",
        verbose_name="báo cáo tiến độ",
        on_delete=models.PROTECT,
        related_name="budget_entries",
        null=True,
        blank=True,
        editable=False,
    )
    note = LongTextField("nội dung", blank=True)

    objects = BudgetEntryQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "bút toán kinh phí"
        verbose_name_plural = "bút toán kinh phí"
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_vnd=0),
                name="budget_entry_is_not_zero",
                violation_error_message="Số tiền phải khác 0.",
                violation_error_code="amount_vnd",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MoneyKind.YEAR_PLAN) | Q(year__isnull=False),
                name="budget_entry_year_plan_names_its_year",
                violation_error_message="Kế hoạch vốn năm thì phải ghi năm.",
                violation_error_code="year",
            ),
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__range=(1945, 2099)),
                name="budget_entry_year_is_a_year",
                violation_error_message="Năm phải từ 1945 đến 2099.",
                violation_error_code="year",
            ),
            models.CheckConstraint(
                condition=Q(amount_vnd__gte=0) | Q(corrects__isnull=False) | ~Q(note=""),
                name="budget_entry_reduction_gives_its_ground",
                violation_error_message="Số tiền âm là ghi giảm: chọn bút toán được đính chính, hoặc ghi vì sao giảm.",
                violation_error_code="note",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                name="budget_entry_is_corrected_once",
                violation_error_message="Bút toán này đã được đính chính. Bút toán đính chính bị sai thì đính chính "
                "chính bút toán đó.",
                violation_error_code="corrects",
            ),
        ]
        indexes = [
            models.Index(fields=["task", "kind", "decided_on", "amount_vnd"], name="budget_entry_by_task_and_kind"),
            models.Index(fields=["-decided_on", "-id"], name="budget_entry_by_day"),
            # What all programmes planned and paid of one year.
            models.Index(fields=["year", "kind"], name="budget_entry_by_year"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {say_money(self.amount_vnd)}"

    def clean(self):
        if self.pk and BudgetEntry.objects.filter(pk=self.pk).exists():
            raise ValidationError(
                "Bút toán đã ghi không sửa, không xóa được. Ghi một bút toán ngược dấu để đính chính."
            )
        if self.corrects:
            self._refuse_what_does_not_correct(self.corrects)

    def _refuse_what_does_not_correct(self, mistake: "BudgetEntry") -> None:
        if mistake.task_id != self.task_id:
            raise ValidationError({"corrects": "Bút toán được đính chính thuộc nhiệm vụ khác."})
        for name, value in (("kind", mistake.kind), ("source", mistake.source), ("year", mistake.year)):
            if getattr(self, name) != value:
                said = getattr(mistake, f"get_{name}_display", lambda: mistake.year or "để trống")()
                raise ValidationError({name: f"Phải giống bút toán được đính chính: {said}."})
        if self.amount_vnd is not None and (self.amount_vnd > 0) == (mistake.amount_vnd > 0):
            opposite = say_money(-mistake.amount_vnd)
            raise ValidationError(
                {"amount_vnd": f"Đính chính phải ngược dấu với bút toán gốc; bỏ cả bút toán thì ghi {opposite}."}
            )
        if self.amount_vnd is not None and abs(self.amount_vnd) > abs(mistake.amount_vnd):
            raise ValidationError(
                {"amount_vnd": f"Đính chính nhiều nhất bằng bút toán gốc: {say_money(abs(mistake.amount_vnd))}."}
            )
        if self.decided_on is not None and self.decided_on < mistake.decided_on:
            raise ValidationError(
                {
                    "decided_on": f"Bút toán được đính chính ghi ngày {say_day(mistake.decided_on)}; không đính chính "
                    "trước ngày đó."
                }
            )
