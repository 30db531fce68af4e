"""Which reports the orders to report ask for, and what came of each: sent, late, sent back, missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Min, Q, QuerySet

from programme.models import Programme, RevisionState, User
from tasks.models import ProgressUpdate, ReportingCycle, Task, UpdateState
from tasks.naming import named


class Answer(models.TextChoices):
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
    def answer(self) -> Answer:
        """A report that was sent back, or not sent yet, is not handed in."""
        if self.update is None or self.update.state == UpdateState.DRAFT:
            return Answer.MISSING
        if self.update.state == UpdateState.RETURNED:
            return Answer.RETURNED
        return Answer.ON_TIME if self.update.reported_on <= self.cycle.due_on else Answer.LATE

    @property
    def is_handed_in(self) -> bool:
        return self.answer in {Answer.ON_TIME, Answer.LATE}

    def days_late(self, today: date) -> int:
        """Days after the due day, on which nothing has been handed in; not above 0 while there is time."""
        return (today - self.cycle.due_on).days


# How far a report has come.
FURTHEST = [UpdateState.ACCEPTED, UpdateState.SUBMITTED, UpdateState.RETURNED, UpdateState.DRAFT]


def expected_of(cycle: ReportingCycle, *, today: date) -> list[Expected]:
    """The reports that ``cycle`` asks for: on the tasks of its last day that were not complete before its first."""
    day = min(cycle.last_day, today)
    tasks = Task.objects.planned(day).filter(programme=cycle.duty.programme_id)
    if cycle.duty.task_id:
        tasks = tasks.filter(pk=cycle.duty.task_id)
    complete = ProgressUpdate.objects.complete_tasks(tasks, cycle.first_day - timedelta(days=1))
    rows = list(named(tasks.exclude(pk__in=complete), day).select_related("programme"))
    updates = _furthest([cycle])
    return [Expected(task, cycle, updates.get((task.pk, cycle.pk))) for task in sorted(rows, key=_in_order)]


def expected_from(user: User, *, today: date) -> list[Expected]:
    """What ``user``, with their colleagues, has still to hand in; the oldest due first."""
    return outstanding(Task.objects.reportable_by(user, today), today=today)


def overdue_in(programme: Programme, *, today: date) -> dict[int, list[Expected]]:
    """Reports that are late by more days than the programme gives before superiors hear of it, by lead agency."""
    found: dict[int, list[Expected]] = {}
    for one in outstanding(Task.objects.planned(today).filter(programme=programme), today=today):
        if one.task.shown_lead and one.days_late(today) > programme.days_to_superior:
            found.setdefault(one.task.shown_lead, []).append(one)
    return found


def outstanding(tasks: QuerySet[Task], *, today: date) -> list[Expected]:
    """What cycles that have begun ask of ``tasks`` and nobody has handed in yet; the oldest due first.

    A task that is complete today is asked about no more, and none by a cycle that was over before its programme
    contained it. Five queries, however many tasks and cycles there are.
    """
    adopted = Q(plans__revision__state=RevisionState.ADOPTED)
    since = dict(
        Task.objects.filter(pk__in=tasks.values("pk"))
        .annotate(since=Min("plans__revision__effective_on", filter=adopted))
        .values_list("pk", "since")
    )
    complete = ProgressUpdate.objects.complete_tasks(Task.objects.filter(pk__in=list(since)), today)
    wanted = [
        task
        for task in named(Task.objects.filter(pk__in=set(since) - complete), today).select_related("programme")
        if since[task.pk] is not None
    ]
    wanted.sort(key=_in_order)
    cycles = list(
        ReportingCycle.objects.begun(today)
        .filter(Q(duty__task=None) | Q(duty__task__in=[task.pk for task in wanted]))
        .filter(duty__programme__in={task.programme_id for task in wanted})
        .select_related("duty")
        .order_by("due_on", "first_day", "pk")
    )
    updates = _furthest(cycles)
    asked = [
        Expected(task, cycle, updates.get((task.pk, cycle.pk)))
        for cycle in cycles
        for task in wanted
        if cycle.duty.programme_id == task.programme_id
        and cycle.duty.task_id in {None, task.pk}
        and since[task.pk] <= cycle.last_day
    ]
    return [one for one in asked if not one.is_handed_in]


def _in_order(task: Any) -> tuple:
    return task.programme_id, task.plan_position or 0, task.pk


def _furthest(cycles: Iterable[ReportingCycle]) -> dict[tuple[int, int | None], ProgressUpdate]:
    """For each task and cycle the report that has come furthest, the earliest handed in of several."""
    updates = ProgressUpdate.objects.filter(cycle__in=list(cycles), corrects=None).select_related("reviewer")
    ordered = sorted(updates, key=lambda one: (FURTHEST.index(UpdateState(one.state)), one.reported_on, one.pk))
    found: dict[tuple[int, int | None], ProgressUpdate] = {}
    for update in ordered:
        found.setdefault((update.task_id, update.cycle_id), update)
    return found
