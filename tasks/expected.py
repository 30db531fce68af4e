"""Which reports the orders to report ask for, and what came of each: sent, late, sent back, missing.

A cycle asks nothing of a task that the last accepted report, as of the cycle's last day or of today if that is
earlier, calls complete; what was handed in for the cycle is shown all the same. A task that was completed after the
cycle's last day is still asked about. So the page of a cycle and the work of an officer name the same reports.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from programme.models import Agency, Programme, Revision, RevisionState, User
from tasks.models import ProgressUpdate, ReportingCycle, Status, Task, UpdateState
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
    rows = sorted(named(tasks, day).select_related("programme"), key=_in_order)
    keys = [task.pk for task in rows]
    reports = ProgressUpdate.objects.filter(cycle=cycle, task__in=keys, corrects=None)
    completion, updates = _Completion(_ever_complete(keys, day)), _furthest(reports.select_related("reviewer"))
    found = [Expected(task, cycle, updates.get((task.pk, cycle.pk))) for task in rows]
    return [one for one in found if one.is_handed_in or _is_asked(one, completion, today)]


def expected_from(user: User, *, today: date) -> list[Expected]:
    """What ``user``, with their colleagues, has still to hand in; the oldest due first."""
    return outstanding(Task.objects.reportable_by(user, today), today=today)


def overdue_in(programmes: Iterable[Programme], *, today: date) -> dict[tuple[Programme, Agency], list[Expected]]:
    """Reports that are late by more days than their programme gives before superiors hear of it, by who owes them.

    That is the lead agency; of a task without one, the coordinating agency, which reports on it. In the order of the
    programmes, and in a fixed number of queries however many these are.
    """
    programmes = list(programmes)
    tasks = Task.objects.planned(today).filter(programme__in=programmes)
    late: dict[int, list[Expected]] = defaultdict(list)
    for one in outstanding(tasks, today=today):
        late[one.task.programme_id].append(one)
    owed: dict[tuple[Programme, int], list[Expected]] = {}
    coordinators = Programme.objects.filter(pk__in=late).with_coordinator(today)
    coordinator_of = dict(coordinators.values_list("pk", "coordinator_id")) if late else {}
    for programme in programmes:
        for one in late[programme.pk]:
            if one.days_late(today) > programme.days_to_superior:
                agency = one.task.shown_lead or coordinator_of[programme.pk]
                owed.setdefault((programme, agency), []).append(one)
    agencies = Agency.objects.in_bulk({agency for _, agency in owed})
    return {(programme, agencies[agency]): rows for (programme, agency), rows in owed.items()}


def outstanding(tasks: QuerySet[Task], *, today: date) -> list[Expected]:
    """What cycles that have begun ask of ``tasks`` and nobody has handed in yet; the oldest due first.

    None is asked about by a cycle that was over before its programme contained it. Five queries, however many tasks
    and cycles there are; of what was handed in no more is read than that it was.
    """
    rows = with_since(named(Task.objects.filter(pk__in=tasks.order_by().values("pk")), today))
    wanted = sorted((task for task in rows.select_related("programme") if task.since is not None), key=_in_order)
    keys = [task.pk for task in wanted]
    completion = _Completion(_ever_complete(keys, today))
    cycles = _begun_cycles(wanted, today)
    updates = ProgressUpdate.objects.filter(cycle__in=cycles, task__in=keys, corrects=None)
    handed_in = set(updates.sent().values_list("task", "cycle"))
    begun = _furthest(updates.open().select_related("reviewer"))
    return _still_asked(wanted, cycles, handed_in, begun, completion, today)


def outstanding_on(task: Any, reports: TaskReports, *, today: date) -> list[Expected]:
    """The same of one task, as ``named`` and ``with_since`` give it, of which all ``reports`` are read. One query."""
    wanted = [task] if task.since is not None else []
    counting = reversed([report for report in reports.counting if report.as_of <= today])
    completion = _Completion((task.pk, report.as_of, report.status) for report in counting)
    answers = [report for report in reports.all if report.cycle_id and report.corrects_id is None]
    handed_in = {(task.pk, report.cycle_id) for report in answers if not report.is_open}
    begun = _furthest(report for report in answers if report.is_open)
    return _still_asked(wanted, _begun_cycles(wanted, today), handed_in, begun, completion, today)


def with_since(tasks: QuerySet[Task]) -> QuerySet[Any]:
    """Add ``since``: from which day on an adopted revision contains the task."""
    adopted = Revision.objects.filter(state=RevisionState.ADOPTED, planned_tasks__task=OuterRef("pk"))
    return tasks.annotate(since=Subquery(adopted.order_by("effective_on").values("effective_on")[:1]))


def _begun_cycles(tasks: list[Any], today: date) -> list[ReportingCycle]:
    """The cycles that may ask something of these tasks, the oldest due first."""
    return list(
        ReportingCycle.objects.begun(today)
        .filter(Q(duty__task=None) | Q(duty__task__in=[task.pk for task in tasks]))
        .filter(duty__programme__in={task.programme_id for task in tasks})
        .select_related("duty")
        .order_by("due_on", "first_day", "pk")
    )


def _still_asked(
    tasks: list[Any],
    cycles: list[ReportingCycle],
    handed_in: set[tuple[int, int | None]],
    begun: dict[tuple[int, int | None], ProgressUpdate],
    completion: "_Completion",
    today: date,
) -> list[Expected]:
    of_programme: dict[int, list[Any]] = defaultdict(list)
    for task in tasks:
        of_programme[task.programme_id].append(task)
    asked = [
        Expected(task, cycle, begun.get((task.pk, cycle.pk)))
        for cycle in cycles
        for task in of_programme[cycle.duty.programme_id]
        if cycle.duty.task_id in {None, task.pk}
        and task.since <= cycle.last_day
        and (task.pk, cycle.pk) not in handed_in
    ]
    return [one for one in asked if _is_asked(one, completion, today)]


class _Completion:
    """On which days each task was complete, as its accepted ``reports`` say: task, day, status, the oldest first."""

    def __init__(self, reports: Iterable[tuple[int, date, str]]):
        self._reports: dict[int, list[tuple[date, bool]]] = {}
        for task, as_of, status in reports:
            self._reports.setdefault(task, []).append((as_of, status == Status.COMPLETE))

    def is_complete(self, task: int, day: date) -> bool:
        reports = self._reports.get(task, [])
        upto = bisect_right(reports, day, key=lambda report: report[0])
        return upto > 0 and reports[upto - 1][1]


def _ever_complete(tasks: list[int], until: date) -> QuerySet:
    """What counts by the day ``until`` of those tasks that were ever complete: of the others, nothing is asked."""
    # The keys stand in both: behind the query alone they are not seen, and all reports are read.
    counting = ProgressUpdate.objects.counting().filter(as_of__lte=until, task__in=tasks)
    ever_complete = counting.filter(status=Status.COMPLETE).order_by().values("task")
    reports = counting.filter(task__in=ever_complete).order_by("as_of", "pk")
    return reports.values_list("task", "as_of", "status")


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
