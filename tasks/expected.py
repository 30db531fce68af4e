"""Which reports the orders to report ask for, and what came of each: sent, late, sent back, missing.

A cycle asks nothing of a task that the last accepted report, as of the cycle's last day or of today if that is
earlier, calls complete; what was handed in for the cycle is shown all the same. A task that was completed after the
cycle's last day is still asked about. So the page of a cycle and the work of an officer name the same reports.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from programme.models import Agency, Programme, Revision, RevisionState, User
from tasks.models import ProgressUpdate, ReportingCycle, Status, Task, UpdateState, UrgedReport
from tasks.task_names import named
from tasks.task_reports import TaskReports


class ReportOutcome(models.TextChoices):
    """What came of a report that was asked for."""

    ON_TIME = "on_time", "Đã nộp"
    LATE = "late", "Nộp muộn"
    RETURNED = "returned", "Trả lại"
    MISSING = "missing", "Chưa nộp"


@dataclass(frozen=True)
class Expected:
    """The report on one task that one cycle asks for; ``update`` is the furthest that came of it."""

    # A task as ``named`` gives it.
    task: Any
    cycle: ReportingCycle
    update: ProgressUpdate | None
    # When its agency was last urged to hand it in.
    urged_at: datetime | None = None
    # Whether the cycle is the one that runs, where that was asked.
    is_running: bool = False

    @property
    def answer(self) -> ReportOutcome:
        """A report that was sent back, or not sent yet, is not handed in."""
        if self.update is None or self.update.state == UpdateState.DRAFT:
            return ReportOutcome.MISSING
        if self.update.state == UpdateState.RETURNED:
            return ReportOutcome.RETURNED
        return ReportOutcome.ON_TIME if self.update.reported_on <= self.cycle.due_on else ReportOutcome.LATE

    @property
    def is_handed_in(self) -> bool:
        return self.answer in {ReportOutcome.ON_TIME, ReportOutcome.LATE}

    def days_late(self, today: date) -> int:
        """Days after the due day, on which nothing has been handed in; not above 0 while there is time."""
        return (today - self.cycle.due_on).days


# How far a report has come.
FURTHEST = [UpdateState.ACCEPTED, UpdateState.SUBMITTED, UpdateState.RETURNED, UpdateState.DRAFT]


def expected_of(cycle: ReportingCycle, *, today: date) -> list[Expected]:
    """The reports that ``cycle`` asks for, on the tasks of its last day, and those that were handed in for it."""
    day = min(cycle.last_day, today)
    tasks = Task.objects.planned(day).filter(programme=cycle.duty.programme_id)
    if cycle.duty.task_id:
        tasks = tasks.filter(pk=cycle.duty.task_id)
    urged = UrgedReport.objects.filter(cycle=cycle, task=OuterRef("pk"))
    tasks = named(tasks, day).select_related("programme").annotate(urged_at=_last_urged(urged))
    rows: list[Any] = sorted(tasks, key=_in_order)
    keys = [task.pk for task in rows]
    reports = ProgressUpdate.objects.filter(cycle=cycle, task__in=keys, corrects=None)
    completion, updates = _Completion(keys, day), _furthest(reports.select_related("reviewer"))
    found = [Expected(task, cycle, updates.get((task.pk, cycle.pk)), task.urged_at) for task in rows]
    return [one for one in found if one.is_handed_in or _is_asked(one, completion, today)]


def late_in(
    programmes: QuerySet[Programme] | list[Programme], *, today: date
) -> dict[tuple[Programme, Agency], list[Expected]]:
    """Reports that were due before ``today`` and are not handed in, by who owes them.

    That is the lead agency; of a task without one, the coordinating agency, which reports on it. By the programmes'
    codes, and in a fixed number of queries however many these are.
    """
    tasks = Task.objects.planned(today).filter(programme__in=programmes)
    asked = unanswered(list(tasks.values_list("pk", flat=True)), today=today, due_before=today)
    late = sorted(_told_of(asked, today), key=lambda one: one.task.programme.code)
    leaderless = {one.task.programme_id for one in late if not one.task.shown_lead}
    coordinators = Programme.objects.filter(pk__in=leaderless).with_coordinator(today)
    coordinator_of = dict(coordinators.values_list("pk", "coordinator_id"))
    owed: dict[tuple[Programme, int], list[Expected]] = {}
    for one in late:
        agency = one.task.shown_lead or coordinator_of[one.task.programme_id]
        owed.setdefault((one.task.programme, agency), []).append(one)
    agencies = Agency.objects.in_bulk({agency for _, agency in owed})
    return {(programme, agencies[agency]): rows for (programme, agency), rows in owed.items()}


def outstanding(tasks: QuerySet[Task], *, today: date) -> list[Expected]:
    """What cycles that have begun ask of ``tasks`` and nobody has handed in yet; the oldest due first.

    Four queries, however many tasks and cycles there are; two where everything was handed in.
    """
    return _told_of(unanswered(list(tasks.values_list("pk", flat=True)), today=today), today)


@dataclass(frozen=True)
class OwnReports:
    """What a person and their colleagues have to report: what is asked of them, and what they have begun."""

    asked: list[Expected]
    # Drafts and reports that were sent back, by day; each with its ``task`` as the plan in force names it.
    open: list[ProgressUpdate]
    # The keys of all tasks that they report on.
    tasks: list[int]

    @property
    def unanswered(self) -> int:
        """Of how many tasks nobody has handed in what the cycle that runs asks for."""
        return len({one.task.pk for one in self.asked if one.is_running})


NO_REPORTS = OwnReports([], [], [])


def read_own_reports(user: User, *, today: date) -> OwnReports:
    """Three queries: the tasks, their open reports, what is asked and not handed in; none for who does not report."""
    if not user.reports:
        return NO_REPORTS
    tasks = Task.objects.reportable_by(user, today).select_related("programme")
    # They are planned: the plan in force is the one that they were found by.
    tasks = tasks.annotate(plan_name=F("plans__name"), plan_position=F("plans__position"))
    found: dict[int, Any] = {task.pk: task for task in tasks}
    if not found:
        return NO_REPORTS
    reports = ProgressUpdate.objects.open().filter(task__in=list(found)).order_by("as_of", "pk")
    opened = list(reports.select_related("reviewer"))
    for report in opened:
        report.task = found[report.task_id]
    begun = _furthest(report for report in opened if report.cycle_id and report.corrects_id is None)
    return OwnReports(_in_turn(unanswered(list(found), today=today), found, begun), opened, list(found))


class Asked(NamedTuple):
    """That a cycle asks something of a task, given by its key; when its agency was last urged to answer.

    ``is_running``, whether no later cycle of its duty has begun.
    """

    cycle: ReportingCycle
    task: int
    urged_at: datetime | None
    is_running: bool


def unanswered(tasks: list[int], *, today: date, due_before: date | None = None) -> list[Asked]:
    """The cycles that ask something of these tasks which nobody has handed in.

    None is asked about by a cycle that was over before its programme contained it. One query: of what was handed in,
    which is nearly everything, nothing is read.
    """
    # By their keys: behind a query of its own the tasks of the whole country would be looked at.
    asked = ReportingCycle.objects.begun(today).filter(duty__programme__tasks__in=tasks)
    if due_before:
        asked = asked.filter(due_on__lt=due_before)
    urged = UrgedReport.objects.filter(cycle=OuterRef("pk"), task=OuterRef("task_key"))
    later = ReportingCycle.objects.asked(today).filter(duty=OuterRef("duty"), first_day__gt=OuterRef("first_day"))
    rows = _without_answer(asked, today).annotate(urged_at=_last_urged(urged), is_running=~Exists(later))
    found: list[Any] = [
        cycle for cycle in rows.select_related("duty") if cycle.was_planned and cycle.status_then != Status.COMPLETE
    ]
    # A cycle that asks of several tasks is one.
    cycles: dict[int, ReportingCycle] = {}
    return [Asked(cycles.setdefault(one.pk, one), one.task_key, one.urged_at, one.is_running) for one in found]


def not_reported_on(cycles: QuerySet[ReportingCycle], *, today: date) -> QuerySet:
    """The keys of the tasks of which these cycles ask a report that nobody has handed in, as one subquery."""
    rows = _without_answer(cycles, today).filter(was_planned=True)
    return rows.filter(Q(status_then=None) | ~Q(status_then=Status.COMPLETE)).order_by().values("task_key")


def _without_answer(asked: QuerySet[ReportingCycle], today: date) -> QuerySet:
    """Each of the cycles with each ``task_key`` that it may ask for and that nobody handed in for it.

    With what tells whether it does ask: ``was_planned``, whether its programme contained the task before it was over,
    and ``status_then``, how the task was as of its last day, or of today if that is earlier.
    """
    asked = asked.annotate(task_key=F("duty__programme__tasks")).filter(
        # Called off: its duty ended before it began, and somebody had answered it.
        Q(duty__last_day=None) | Q(first_day__lte=F("duty__last_day")),
        Q(duty__task=None) | Q(duty__task=F("task_key")),
    )
    answers = ProgressUpdate.objects.sent().filter(cycle=OuterRef("pk"), task=OuterRef("task_key"), corrects=None)
    planned = Revision.objects.filter(state=RevisionState.ADOPTED, planned_tasks__task=OuterRef("task_key"))
    told = ProgressUpdate.objects.counting().filter(task=OuterRef("task_key"), as_of__lte=today)
    told = told.filter(as_of__lte=OuterRef("last_day"))
    # One seek in the index of cycles for each; as a condition that nothing exists, it is not seen to be one.
    rows = asked.alias(answer=Subquery(answers.values("pk")[:1])).filter(answer=None)
    return rows.annotate(
        was_planned=Exists(planned.filter(effective_on__lte=OuterRef("last_day"))),
        status_then=Subquery(told.values("status")[:1]),
    )


def _last_urged(reports: QuerySet[UrgedReport]) -> Subquery:
    return Subquery(reports.order_by("-urging__at").values("urging__at")[:1])


def _told_of(asked: list[Asked], today: date) -> list[Expected]:
    """With the tasks, and what was begun. Two queries, and none where nothing is asked."""
    keys = {one.task for one in asked}
    tasks = named(Task.objects.filter(pk__in=keys), today).select_related("programme")
    reports = ProgressUpdate.objects.open().filter(task__in=keys, cycle__in={one.cycle.pk for one in asked})
    begun = _furthest(reports.filter(corrects=None).select_related("reviewer"))
    return _in_turn(asked, {task.pk: task for task in tasks}, begun)


def outstanding_on(task: Any, reports: TaskReports, *, today: date) -> list[Expected]:
    """The same of one task, as ``named`` gives it, of which all ``reports`` are read. One query."""
    answers = (report for report in reports.all if report.cycle_id and report.corrects_id is None)
    begun = _furthest(report for report in answers if report.is_open)
    return _in_turn(unanswered([task.pk], today=today), {task.pk: task}, begun)


def _in_turn(
    asked: list[Asked],
    tasks: dict[int, Any],
    begun: dict[tuple[int, int | None], ProgressUpdate],
) -> list[Expected]:
    """The oldest due first; of one cycle, as the plan has them."""
    found = [
        Expected(tasks[one.task], one.cycle, begun.get((one.task, one.cycle.pk)), one.urged_at, one.is_running)
        for one in asked
    ]
    return sorted(found, key=lambda one: (one.cycle.due_on, one.cycle.first_day, one.cycle.pk, *_in_order(one.task)))


class _Completion:
    """On which days each task was complete, as its accepted reports say by the day ``until``. One query."""

    def __init__(self, tasks: list[int], until: date):
        # The keys stand in both: behind the query alone they are not seen, and all reports are read.
        counting = ProgressUpdate.objects.counting().filter(as_of__lte=until, task__in=tasks)
        ever_complete = counting.filter(status=Status.COMPLETE).order_by().values("task")
        reports = counting.filter(task__in=ever_complete).order_by("as_of", "pk")
        self._reports: dict[int, list[tuple[date, bool]]] = {}
        for task, as_of, status in reports.values_list("task", "as_of", "status"):
            self._reports.setdefault(task, []).append((as_of, status == Status.COMPLETE))

    def is_complete(self, task: int, day: date) -> bool:
        reports = self._reports.get(task, [])
        upto = bisect_right(reports, day, key=lambda report: report[0])
        return upto > 0 and reports[upto - 1][1]


def _is_asked(one: Expected, completion: _Completion, today: date) -> bool:
    """Whether the cycle asks for the report, were it not handed in."""
    day = min(one.cycle.last_day, today)
    return not one.cycle.is_called_off and not completion.is_complete(one.task.pk, day)


def _in_order(task: Any) -> tuple:
    return task.programme_id, task.plan_position or 0, task.pk


def _furthest(updates: Iterable[ProgressUpdate]) -> dict[tuple[int, int | None], ProgressUpdate]:
    """For each task and cycle the report that has come furthest, the earliest handed in of several."""
    ordered = sorted(updates, key=lambda one: (FURTHEST.index(UpdateState(one.state)), one.reported_on, one.pk))
    found: dict[tuple[int, int | None], ProgressUpdate] = {}
    for update in ordered:
        found.setdefault((update.task_id, update.cycle_id), update)
    return found


def asked_on(asked: Iterable[Expected], task: Task, day: date | None) -> Expected | None:
    """What is asked of ``task`` with figures of the ``day``; of several, the first: the oldest due."""
    wanted = (one for one in asked if day and one.cycle.first_day <= day <= one.cycle.last_day)
    return next((one for one in wanted if one.task.pk == task.pk), None)
