"""The steps of procedure that a task goes through, by its route: planned, done or skipped."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from programme.models import LegalDocument, Revision, in_visible_province
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField
from tasks.models.planned_task import Route
from tasks.models.task import Task


class RouteStepQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "task__programme__"))

    def of_route_in_force(self, tasks, on: date):
        """Of these tasks, the steps of the route that the revision in force on the day ``on`` gives them, in order."""
        return self.filter(
            task__in=tasks,
            task__plans__revision__in=Revision.objects.in_force(on),
            task__plans__route=F("route"),
        ).order_by("task", "position")

    def open_on(self, on: date):
        """Steps that by the day ``on`` were neither done nor skipped."""
        return self.filter(Q(done_on=None) | Q(done_on__gt=on), Q(skipped_on=None) | Q(skipped_on__gt=on))

    def not_closed(self):
        """Steps of which nothing was recorded, for whatever day."""
        return self.filter(done_on=None, skipped_on=None)

    def next_steps(self, tasks, on: date):
        """Of each of these tasks at most one: the first open step of its route, as of the day ``on``."""
        earlier = RouteStep.objects.open_on(on).filter(
            task=OuterRef("task"), route=OuterRef("route"), position__lt=OuterRef("position")
        )
        return self.of_route_in_force(tasks, on).open_on(on).filter(~Exists(earlier))

    def open_steps(self, task: Task, on: date):
        """What a report of the day ``on`` can name as finished, in order."""
        return self.open_on_route(task, task.route_on(on))

    def open_on_route(self, task: Task, route: str | None):
        """The same where the ``route`` is known that the revision in force gives the task."""
        return self.filter(task=task, route=route).not_closed().order_by("position")


class RouteStep(CheckedTogether):
    """One step of a task's procedure on one route.

    A task that changes its route keeps the steps of the earlier one; they are only read. A step is done on a day,
    or skipped from a day on with a reason; neither is undone without one.
    """

    task = models.ForeignKey(Task, verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="route_steps")
    route = models.CharField("hình thức", max_length=20, choices=Route)
    position = models.PositiveSmallIntegerField("thứ tự")
    key = models.SlugField("mã bước", max_length=30, blank=True, db_index=False)
    name = LineField("tên bước", max_length=300, error_messages={"blank": "Ghi tên bước."})
    result = LineField("kết quả", max_length=300, blank=True)
    planned_start = DayField("bắt đầu dự kiến", null=True, blank=True)
    planned_due = DayField("xong dự kiến", null=True, blank=True)
    done_on = DayField("ngày xong", null=True, blank=True)
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản kết quả",
        on_delete=models.PROTECT,
        related_name="route_steps",
        null=True,
        blank=True,
    )
    skipped_on = DayField("bỏ qua từ ngày", null=True, blank=True)
    skipped_reason = LongTextField("lý do bỏ qua", blank=True)
    note = LongTextField("ghi chú", blank=True)

    objects = RouteStepQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "bước thủ tục"
        verbose_name_plural = "các bước thủ tục"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "route", "position"],
                name="route_step_position_once_on_a_route",
                violation_error_message="Thứ tự này đã có bước khác của cùng hình thức.",
                violation_error_code="position",
            ),
            models.UniqueConstraint(
                fields=["task", "route", "key"],
                condition=~Q(key=""),
                name="route_step_of_the_template_once",
                violation_error_message="Bước này của trình tự đã có.",
                violation_error_code="key",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="route_step_numbers_begin_at_one",
                violation_error_message="Thứ tự bắt đầu từ 1.",
                violation_error_code="position",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="route_step_has_a_name",
                violation_error_message="Ghi tên bước.",
                violation_error_code="name",
            ),
            models.CheckConstraint(
                condition=Q(planned_due__gte=F("planned_start")) | Q(planned_due=None) | Q(planned_start=None),
                name="route_step_planned_to_end_after_it_begins",
                violation_error_message="Ngày xong dự kiến phải từ ngày bắt đầu dự kiến trở đi.",
                violation_error_code="planned_due",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(skipped_on=None),
                name="route_step_is_done_or_skipped_not_both",
                violation_error_message="Một bước đã xong thì không bỏ qua, đã bỏ qua thì không ghi là xong.",
                violation_error_code="skipped_on",
            ),
            models.CheckConstraint(
                condition=Q(skipped_on=None, skipped_reason="") | Q(skipped_on__isnull=False) & ~Q(skipped_reason=""),
                name="route_step_skipped_exactly_with_a_reason",
                violation_error_message="Bỏ qua một bước thì phải ghi ngày và lý do.",
                violation_error_code="skipped_reason",
            ),
            models.CheckConstraint(
                condition=Q(document=None) | Q(done_on__isnull=False),
                name="route_step_only_a_done_one_has_its_document",
                violation_error_message="Có văn bản kết quả thì phải ghi ngày xong.",
                violation_error_code="done_on",
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.name}"

    @property
    def is_closed(self) -> bool:
        """Whether it is recorded as done or skipped, for whatever day."""
        return self.done_on is not None or self.skipped_on is not None

    @property
    def is_planned(self) -> bool:
        return self.planned_start is not None or self.planned_due is not None

    def is_done_by(self, on: date) -> bool:
        return self.done_on is not None and self.done_on <= on

    def is_skipped_by(self, on: date) -> bool:
        return self.skipped_on is not None and self.skipped_on <= on

    def days_late(self, on: date) -> int:
        """Days past the planned day, of a step that on the day ``on`` is open; else 0."""
        if self.planned_due is None or self.is_done_by(on) or self.is_skipped_by(on):
            return 0
        return max((on - self.planned_due).days, 0)
