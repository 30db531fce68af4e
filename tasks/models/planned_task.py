"""What each revision says of each task."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from programme.models import (
    Agency,
    DraftQuerySet,
    LegalDocument,
    Period,
    Revision,
    RevisionState,
    in_visible_province,
    refuse_frozen,
)
from smartcity.lib.language.money import MoneySource
from smartcity.lib.language.text import clean_line
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField, MoneyField
from tasks.models.task import Task


class Route(models.TextChoices):
    PUBLIC_INVESTMENT = "public_investment", "Đầu tư công"
    IT_RENTAL = "it_rental", "Thuê dịch vụ công nghệ thông tin"
    RECURRENT = "recurrent", "Chi thường xuyên"
    PRIVATE = "private", "Xã hội hóa"
    UNDECIDED = "undecided", "Chưa xác định"


class PlannedTaskQuerySet(DraftQuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "revision__programme__"))


class PlannedTask(CheckedTogether):
    """A task as one document words it: its number, name, lead, period and scope.

    What the document leaves open stays empty. A lead that no document names may be assumed; then the ground
    of the assumption is written beside it and every screen shows the mark.
    """

    revision = models.ForeignKey(
        Revision, verbose_name="lần ban hành, điều chỉnh", on_delete=models.PROTECT, related_name="planned_tasks"
    )
    task = models.ForeignKey(Task, verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="plans")
    position = models.PositiveSmallIntegerField("STT")
    name = LineField("tên nhiệm vụ", max_length=600)
    short_name = LineField(
        "tên ngắn",
        max_length=60,
        blank=True,
        help_text="Nhiều nhất 60 chữ, dùng trong biểu đồ và bảng hẹp. Để trống thì hiện tên đầy đủ.",
    )
    field = LineField("lĩnh vực", max_length=100, blank=True)
    lead_agency = models.ForeignKey(
        Agency,
        verbose_name="cơ quan chủ trì",
        on_delete=models.PROTECT,
        related_name="led_plans",
        null=True,
        blank=True,
    )
    lead_is_assumed = models.BooleanField(
        "chủ trì là giả định", default=False, help_text="Chọn khi văn bản không nêu cơ quan chủ trì."
    )
    lead_ground = LongTextField("căn cứ của giả định", blank=True)
    lead_document = models.ForeignKey(
        LegalDocument,
        verbose_name="nguồn của giả định",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    coordinating_agencies = models.ManyToManyField(
        Agency,
        verbose_name="cơ quan phối hợp",
        through="Coordination",
        related_name="coordinated_plans",
    )
    period = models.ForeignKey(
        Period, verbose_name="giai đoạn", on_delete=models.PROTECT, related_name="planned_tasks", null=True, blank=True
    )
    start_on = DayField("bắt đầu", null=True, blank=True)
    due_on = DayField("hạn hoàn thành", null=True, blank=True, help_text="Để trống thì hạn là ngày cuối của giai đoạn.")
    scope = LongTextField("phạm vi", blank=True)
    deliverable = LongTextField("sản phẩm", blank=True)
    route = models.CharField("hình thức", max_length=20, choices=Route, default=Route.UNDECIDED)
    basis_document = models.ForeignKey(
        LegalDocument,
        verbose_name="căn cứ pháp lý",
        on_delete=models.PROTECT,
        related_name="grounded_plans",
        null=True,
        blank=True,
    )
    basis_pinpoint = LineField("điểm, khoản, Điều", max_length=200, blank=True)
    note = LongTextField("ghi chú", blank=True)
    search_text = FoldedField(of=["name", "field"])

    objects = PlannedTaskQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "nội dung nhiệm vụ"
        verbose_name_plural = "nội dung nhiệm vụ"
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "position"],
                name="planned_task_number_once_in_a_revision",
                violation_error_message="Số thứ tự này đã có nhiệm vụ khác trong cùng lần điều chỉnh.",
                violation_error_code="position",
            ),
            models.UniqueConstraint(
                fields=["revision", "task"],
                name="planned_task_once_in_a_revision",
                violation_error_message="Nhiệm vụ này đã có trong lần điều chỉnh.",
                violation_error_code="task",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("start_on")) | Q(due_on=None) | Q(start_on=None),
                name="planned_task_ends_after_it_begins",
                violation_error_message="Hạn hoàn thành phải từ ngày bắt đầu trở đi.",
                violation_error_code="due_on",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="planned_task_numbers_begin_at_one",
                violation_error_message="Số thứ tự bắt đầu từ 1.",
                violation_error_code="position",
            ),
            models.CheckConstraint(
                condition=Q(lead_is_assumed=False) | Q(lead_agency__isnull=False) & ~Q(lead_ground=""),
                name="planned_task_assumption_gives_its_ground",
                violation_error_message="Giả định cơ quan chủ trì thì phải chọn cơ quan và ghi căn cứ.",
                violation_error_code="lead_ground",
            ),
        ]
        indexes = [models.Index(fields=["lead_agency", "revision"], name="planned_task_by_lead")]

    def __str__(self):
        return f"{self.position}. {self.name}"

    def clean(self):
        refuse_frozen(self)
        if self.revision_id is None:
            return
        if self.task_id and self.task.programme_id != self.revision.programme_id:
            raise ValidationError({"task": "Nhiệm vụ này thuộc đề án khác."})
        if self.period and self.period.revision_id != self.revision_id:
            raise ValidationError({"period": "Giai đoạn này thuộc lần điều chỉnh khác."})
        self._refuse_to_be_due_before_the_programme()

    def _refuse_to_be_due_before_the_programme(self) -> None:
        if self.due_on is None:
            return
        adopted = Revision.objects.filter(programme=self.revision.programme_id, document__signed_on__gt=self.due_on)
        first = adopted.filter(state=RevisionState.ADOPTED, base=None).select_related("document").first()
        if first:
            raise ValidationError(
                {"due_on": f"Hạn này trước khi có đề án: {first.document}. Kiểm tra lại năm của hạn hoàn thành."}
            )

    @property
    def key(self) -> tuple[str, int | None, str]:
        """What tells it from the other tasks of a revision: its name, who leads it, and in which field.

        Capitals do not matter; accents do, «bản vẽ» and «bán vé» are two.
        """
        return clean_line(self.name).casefold(), self.lead_agency_id, clean_line(self.field).casefold()

    def named_on(self, today: date) -> date:
        """The day whose agencies the plan names: its period's first, or its own; of a plan without any, today."""
        own = self.period.first_day if self.period else self.start_on or self.due_on
        if own:
            return own
        first = self.revision.periods.order_by("first_day").first() if self.revision_id else None
        return first.first_day if first else today

    @property
    def due(self) -> date | None:
        """The task's own due date, else the last day of its period."""
        return self.due_on or (self.period.last_day if self.period else None)

    @property
    def planned_end(self) -> date | None:
        """From when it is put off: the last day of its period, or where it is in none its own due."""
        return self.period.last_day if self.period else self.due_on

    @property
    def due_is_of_the_period(self) -> bool:
        return self.due_on is None and self.period_id is not None


class PlanPartQuerySet(DraftQuerySet):
    to_revision = "planned_task__revision"


class Coordination(models.Model):
    """An agency that helps with a task (cơ quan phối hợp)."""

    planned_task = models.ForeignKey(
        PlannedTask, verbose_name="nội dung nhiệm vụ", on_delete=models.CASCADE, related_name="coordinations"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan phối hợp", on_delete=models.PROTECT, related_name="coordinations"
    )

    objects = PlanPartQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "cơ quan phối hợp"
        verbose_name_plural = "cơ quan phối hợp"
        constraints = [
            models.UniqueConstraint(
                fields=["planned_task", "agency"],
                name="coordination_stated_once",
                violation_error_message="Cơ quan này đã có trong danh sách phối hợp.",
                violation_error_code="agency",
            ),
        ]

    def __str__(self):
        return str(self.agency)

    def clean(self):
        refuse_frozen(self, owner="planned_task__revision")


class PlannedBudget(CheckedTogether):
    """Money that a revision plans for a task, by source and year; no year means the whole period."""

    planned_task = models.ForeignKey(
        PlannedTask, verbose_name="nội dung nhiệm vụ", on_delete=models.CASCADE, related_name="budgets"
    )
    source = models.CharField("nguồn vốn", max_length=20, choices=MoneySource, default=MoneySource.UNSPECIFIED)
    year = models.PositiveSmallIntegerField("năm", null=True, blank=True)
    amount_vnd = MoneyField("số tiền")

    objects = PlanPartQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "kinh phí dự kiến"
        verbose_name_plural = "kinh phí dự kiến"
        constraints = [
            models.UniqueConstraint(
                fields=["planned_task", "source", "year"],
                name="planned_budget_once_for_source_and_year",
                violation_error_message="Nguồn vốn và năm này đã có số tiền.",
                violation_error_code="year",
            ),
            models.UniqueConstraint(
                fields=["planned_task", "source"],
                condition=Q(year=None),
                name="planned_budget_once_for_source_without_year",
                violation_error_message="Nguồn vốn này đã có số tiền cho cả giai đoạn.",
                violation_error_code="source",
            ),
            models.CheckConstraint(
                condition=Q(amount_vnd__gt=0),
                name="planned_budget_is_positive",
                violation_error_message="Kinh phí dự kiến phải lớn hơn 0. Chưa có số liệu thì không thêm dòng.",
                violation_error_code="amount_vnd",
            ),
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__range=(1945, 2099)),
                name="planned_budget_year_is_a_year",
                violation_error_message="Năm phải từ 1945 đến 2099.",
                violation_error_code="year",
            ),
        ]

    def __str__(self):
        return f"{self.get_source_display()} {self.year or ''}".strip()

    def clean(self):
        refuse_frozen(self, owner="planned_task__revision")
