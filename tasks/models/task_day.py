"""A task through a stretch of days on which nothing of it changes: what figures are counted from."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q, QuerySet

from programme.models import Period, Programme, Revision
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.typed_fields import DayField, MoneyField
from tasks.models.derived import derived_from
from tasks.models.planned_task import PlannedTask
from tasks.models.progress_update import ProgressUpdate
from tasks.models.proposed_move import ProposedMove
from tasks.models.report_state import Status
from tasks.models.task import Task
from tasks.timeliness import Timeliness, timeliness_case

NO_REPORT = "no_report"
UNEXPLAINED = "none"
# The end of a stretch that goes on.
STILL = date.max
# Of so many programmes reading what came later costs less than the spans of all.
FEW = 5


class InSpan(Func):
    """Whether the stretch of a row covers a day, by the index of spans where there is one."""

    output_field = models.BooleanField()
    template = "(%(since)s <= %(day)s AND %(until)s > %(day)s)"

    def __init__(self, day: date):
        super().__init__(F("since"), F("until"), models.Value(day, output_field=models.DateField()))

    def as_sql(self, compiler, connection, function=None, template=None, arg_joiner=None, **extra_context):
        (since, _), (until, _), (day, days) = (compiler.compile(each) for each in self.get_source_expressions())
        sql = (template or self.template) % {"since": since, "until": until, "day": day}
        return sql, tuple(days) * (sql.count(day))

    def as_postgresql(self, compiler, connection, **extra_context):
        span = "(daterange(%(since)s, %(until)s) @> %(day)s::date)"
        return self.as_sql(compiler, connection, template=span, **extra_context)


class TaskDayQuerySet(QuerySet):
    def covering(self, day: date):
        """The rows of the day: one of each task that the revision in force then plans."""
        return self.filter(since__lte=day, until__gt=day)

    def of_programmes(self, programmes: Collection[int] | models.QuerySet, day: date):
        """The rows of the day of these programmes: the same, found by the index that serves so many.

        What has not ended by today is little. Of a past day it is all that came later, of each programme; where they
        are many, the spans of the day are less.
        """
        rows = self.filter(programme__in=programmes)
        is_by_span = day < known_today() and len(programmes) > FEW
        return rows.filter(InSpan(day)) if is_by_span else rows.covering(day)

    def as_on(self, day: date, *, waiting: Collection[int] | models.QuerySet = ()):
        """Each row as it was on the day, one of those that it covers: with its ``timeliness``.

        ``waiting`` are the revisions that wait on the day: they say which tasks are proposed to be carried over.
        """
        return self.annotate(**on_day(day, waiting=waiting))


def on_day(day: date, *, waiting: Collection[int] | models.QuerySet = (), path: str = "") -> dict[str, Any]:
    """What ``as_on`` adds, for records from which ``path`` («day__») leads to their row of the day."""
    return {
        "timeliness": _timeliness(day, path),
        "is_complete": _whether(Q(**{f"{path}status": Status.COMPLETE})),
        "is_carried_over": _whether(Q(**{f"{path}carried_from__isnull": False})),
        "is_proposed": _is_proposed(waiting, day, path),
        "is_put_off": _is_put_off(path),
    }


def _whether(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=models.BooleanField())


def _is_proposed(waiting: Collection[int] | models.QuerySet, day: date, path: str) -> ExpressionWrapper | models.Value:
    if not isinstance(waiting, models.QuerySet) and not waiting:
        return models.Value(False, output_field=models.BooleanField())
    moves = ProposedMove.objects.open_on(day).filter(revision__in=waiting)
    is_moved = Q(**{f"{path}plan__in": moves.values("before")})
    return _whether(~Q(**{f"{path}status": Status.COMPLETE}) & is_moved)


def _is_put_off(path: str) -> ExpressionWrapper:
    """Whether it is due later than was first decided. Said of both days: what is compared with nothing is no answer."""
    known = Q(**{f"{path}due__isnull": False, f"{path}first_due__isnull": False})
    return _whether(known & Q(**{f"{path}due__gt": F(f"{path}first_due")}))


def _timeliness(day: date, path: str) -> models.Case:
    unknown_since = Q(**{f"{path}status": Status.COMPLETE, f"{path}completed_on": None})
    without_day = models.When(unknown_since, then=models.Value(Timeliness.DONE_DATE_UNKNOWN.value))
    cells = timeliness_case(f"{path}due", f"{path}completed_on", day)
    return models.Case(without_day, default=cells, output_field=models.CharField())


class TaskDay(models.Model):
    """Derived from the plans of adopted revisions and from the reports that count; never the evidence.

    Whatever accepts a report or adopts a revision writes it anew (``tasks.operations.task_days``), in the same
    transaction. What depends on the day itself, such as whether it is late, is asked for (``on``).
    """

    programme = models.ForeignKey(Programme, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.DO_NOTHING, related_name="days", db_index=False)
    plan = derived_from(PlannedTask)
    period = derived_from(Period, null=True)
    # The report that counts, and the day that it speaks of.
    told = derived_from(ProgressUpdate, null=True)
    told_on = DayField("báo cáo nói về ngày", null=True)
    # The plan of the base that the revision in force carried over.
    carried_from = derived_from(PlannedTask, null=True)
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
    """Of an adopted revision: its tasks, how many of its base it carried over, how many of its own they are, and into
    which of its periods, in words.
    """

    revision = models.OneToOneField(Revision, on_delete=models.DO_NOTHING, related_name="counts", primary_key=True)
    tasks = models.PositiveSmallIntegerField()
    carried_old = models.PositiveSmallIntegerField()
    carried_new = models.PositiveSmallIntegerField()
    carried_into = models.TextField(default="")

    class Meta:
        verbose_name = "số nhiệm vụ của lần ban hành, điều chỉnh"
        verbose_name_plural = "số nhiệm vụ của các lần ban hành, điều chỉnh"
        default_permissions = ()

    def __str__(self):
        return f"{self.revision_id}: {self.tasks}"
