"""A task through a stretch of days on which nothing of it changes: what figures are counted from."""

from datetime import date

from django.db import models
from django.db.models import ExpressionWrapper, F, Q, QuerySet

from programme.models import Period, Programme, Revision
from smartcity.lib.records.typed_fields import DayField, MoneyField
from tasks.models.planned_task import PlannedTask
from tasks.models.progress_update import ProgressUpdate, Status
from tasks.models.task import Task
from tasks.timeliness import Timeliness, timeliness_case

NO_REPORT = "no_report"
UNEXPLAINED = "none"
# The end of a stretch that goes on.
STILL = date.max


class TaskDayQuerySet(QuerySet):
    def on(self, day: date):
        """Each task that the revision in force on the day plans, as it was then: with its ``timeliness``."""
        return self.filter(since__lte=day, until__gt=day).annotate(
            timeliness=_timeliness(day),
            is_carried_over=ExpressionWrapper(Q(carried_from__isnull=False), output_field=models.BooleanField()),
        )


def _timeliness(day: date) -> models.Case:
    complete = Q(status=Status.COMPLETE)
    without_day = models.When(complete & Q(completed_on=None), then=models.Value(Timeliness.DONE_DATE_UNKNOWN.value))
    cells = timeliness_case("due", "completed_on", day)
    return models.Case(without_day, default=cells, output_field=models.CharField())


def _source(model: type[models.Model], *, null: bool = False) -> models.ForeignKey:
    """A key to what a row is derived of, which stays for good: no index, and no question when drafts are deleted."""
    return models.ForeignKey(
        model, on_delete=models.DO_NOTHING, related_name="+", null=null, db_index=False, db_constraint=False
    )


class TaskDay(models.Model):
    """Derived from the plans of adopted revisions and from the reports that count; never the evidence.

    Whatever accepts a report or adopts a revision writes it anew (``tasks.operations.task_days``), in the same
    transaction. What depends on the day itself, such as whether it is late, is asked for (``on``).
    """

    programme = models.ForeignKey(Programme, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.DO_NOTHING, related_name="days", db_index=False)
    plan = _source(PlannedTask)
    period = _source(Period, null=True)
    # The report that counts, and the day that it speaks of.
    told = _source(ProgressUpdate, null=True)
    told_on = DayField("báo cáo nói về ngày", null=True)
    # The plan of the base that the revision in force carried over.
    carried_from = _source(PlannedTask, null=True)
    since = DayField("từ ngày")
    # The first day on which it is no longer so.
    until = DayField("đến trước ngày")
    status = models.CharField(max_length=20)
    causes = models.CharField(max_length=20)
    due = DayField("hạn", null=True)
    completed_on = DayField("ngày hoàn thành", null=True)
    # How often it was carried over by then, and when it was due first.
    slips = models.PositiveSmallIntegerField()
    first_due = DayField("hạn đầu tiên", null=True)
    # Whether it is one of the tasks that the programme began with.
    in_first = models.BooleanField()
    planned_vnd = MoneyField("kinh phí dự kiến")

    objects = TaskDayQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ theo ngày"
        verbose_name_plural = "nhiệm vụ theo ngày"
        # Nobody adds or changes one by hand.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "since"],
                name="task_day_begins_once",
                violation_error_message="Nhiệm vụ này đã có số liệu từ ngày đó.",
                violation_error_code="since",
            ),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="task_day_has_a_day",
                violation_error_message="Quãng thời gian phải có ít nhất một ngày.",
                violation_error_code="until",
            ),
        ]
        indexes = [models.Index(fields=["programme", "until", "since"], name="task_day_by_programme")]

    def __str__(self):
        return f"{self.task_id}: {self.since} – {self.until}"


class RevisionCounts(models.Model):
    """Of an adopted revision: its tasks, how many of its base it carried over, and how many of its own they are."""

    revision = models.OneToOneField(Revision, on_delete=models.DO_NOTHING, related_name="counts", primary_key=True)
    tasks = models.PositiveSmallIntegerField()
    carried_old = models.PositiveSmallIntegerField()
    carried_new = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "số nhiệm vụ của lần ban hành, điều chỉnh"
        verbose_name_plural = "số nhiệm vụ của các lần ban hành, điều chỉnh"
        default_permissions = ()

    def __str__(self):
        return f"{self.revision_id}: {self.tasks}"
