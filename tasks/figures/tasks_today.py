"""The tasks of all programmes that a person may read, as they are today: figures over them, and the rows of each.

The figures are those of the programmes' pages, added up; each is counted of the rows that all else leaves which the
person asked for. Two queries, and two for the rows, however many programmes and tasks there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from programme.models import Agency, Programme, Revision, RevisionState, User
from tasks.expected import not_reported_on
from tasks.figures.reading import FACETS_OF_CARDS
from tasks.figures.report_words import WORDS
from tasks.figures.row_sets import ASKED_FOR, ROW_SETS, RowSet, TaskGroup, counted
from tasks.figures.task_rows import TaskRow, late_since
from tasks.models import PlannedTask, ProgressUpdate, ReportingCycle, Task, TaskDay, TaskLineage, TaskRemoval
from tasks.models.lead_transfer import lead_of
from tasks.models.task_day import on_day
from tasks.task_names import named

ALL = "tat-ca"
# Instead of a row set: the tasks that the revision in force does not contain.
OUT_OF_FORCE = "khong-hieu-luc"
# The row sets that can be counted from the facets of cards.
LISTED = {key: row_set for key, row_set in ROW_SETS.items() if row_set.attribute not in ASKED_FOR}
# Why a task is not in force, in words.
NEVER_IN_FORCE = "Chưa có hiệu lực"
TAKEN_OUT = "Đã đưa ra khỏi đề án"
REPLACED = "Đã tách, gộp"
NO_MORE = "Không còn hiệu lực"
# The columns of a row, by the names under which a task has them.
COLUMNS = {
    "plan": "day__plan",
    "plan_position": "day__plan__position",
    "plan_name": "day__plan__name",
    "period": "day__plan__period__label",
    "due": "day__due",
    "own_due": "day__plan__due_on",
    "status": "day__status",
    "slips": "day__slips",
    "first_due": "day__first_due",
    "carried_from": "day__carried_from",
    "told": "day__told",
    "told_on": "day__told_on",
    "percent": "day__told__percent",
    "planned_lead": "day__plan__lead_agency",
    "lead_is_assumed": "day__plan__lead_is_assumed",
}


# What a file tells of the report that counts.
COLUMNS_OF_A_FILE = {f"told_{name}": f"day__told__{name}" for name in WORDS}


class VisibleProgramme(NamedTuple):
    """``waiting`` is the revision that waits today, if any."""

    pk: int
    code: str
    waiting: int | None


def read_visible(user: User, today: date) -> list[VisibleProgramme]:
    """The programmes that the person may see, by their codes. One query."""
    rows = _visible(user, today).order_by("code").values_list("pk", "code", "waiting")
    return [VisibleProgramme(*row) for row in rows]


def _visible(user: User, today: date) -> QuerySet:
    pending = Revision.objects.pending(today).filter(programme=OuterRef("pk")).order_by("-number")
    return Programme.objects.visible_to(user).annotate(waiting=Subquery(pending.values("pk")[:1]))


@dataclass(frozen=True)
class Wanted:
    """What somebody asked for; what is left as it is here leaves all tasks."""

    # The key of a row set, or that of the tasks out of force.
    figure: str = ALL
    only_unanswered: bool = False
    only_own: bool = False
    # Their keys.
    programmes: list[int] | None = None
    # The keys of the tasks that somebody leads.
    led: QuerySet | None = None
    # What was searched for, as a condition on tasks.
    found: Q = field(default_factory=Q)


class GroupToday(NamedTuple):
    """Tasks that are alike, of all programmes together."""

    facets: TaskGroup
    # None of these where that was not asked for.
    is_unanswered: bool = False
    is_own: bool = False


class TasksToday:
    """The tasks that ``user`` may read and asked for, as they are on the day ``today``.

    ``programmes`` are those that they may see, ``own`` the keys of the tasks that they report on, where somebody has
    read them already.
    """

    def __init__(
        self,
        user: User,
        today: date,
        programmes: list[VisibleProgramme] | None,
        wanted: Wanted,
        own: list[int] | None = None,
    ):
        self.user, self.today, self.wanted, self._own = user, today, wanted, own
        self._waiting: list[int] | QuerySet
        self._programmes: list[int] | QuerySet
        if programmes is None:
            visible = _visible(user, today).order_by()
            self._waiting, self._programmes = visible.values("waiting"), visible.values("pk")
        else:
            self._waiting = [one.waiting for one in programmes if one.waiting]
            self._programmes = [one.pk for one in programmes]
        if wanted.programmes is not None:
            self._programmes = wanted.programmes

    @property
    def is_out_of_force(self) -> bool:
        return self.wanted.figure == OUT_OF_FORCE

    @property
    def row_set(self) -> RowSet:
        return ROW_SETS.get(self.wanted.figure, ROW_SETS[ALL])

    @cached_property
    def groups(self) -> list[GroupToday]:
        """Tasks in force that are alike, before figure, cycle and own tasks narrow them. One query."""
        return self.grouped("is_unanswered", "is_own")

    def grouped(self, *asked: str) -> list[GroupToday]:
        """The same, told apart by the facets of the cards and by what is ``asked``, fields of a group. One query."""
        told = {"tasks": Count("pk"), "told_on": Max("told_on")}
        rows = self._days(*asked).order_by().values_list(*FACETS_OF_CARDS, *asked).annotate(**told)
        found = []
        for row in rows:
            alike = dict(zip([*FACETS_OF_CARDS, *asked, *told], row, strict=True))
            of_person = {name: alike.pop(name) for name in asked}
            found.append(GroupToday(TaskGroup(**alike, vnd=0), **of_person))
        return found

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each row set has, of those that cycle and own tasks leave; and those that are out of force."""
        return counted(group.facets for group in self._left()) | {OUT_OF_FORCE: self.out_of_force}

    @cached_property
    def out_of_force(self) -> int:
        """One query, beside that of the groups."""
        if self._asks_what_is_in_force:
            return 0
        return self._all_tasks().count() - sum(one.facets.tasks for one in self.groups)

    @property
    def unanswered(self) -> int:
        """How many of the rows nobody has reported on this cycle."""
        left = self._left(figure=self.row_set, cycle=False)
        return 0 if self.is_out_of_force else sum(one.facets.tasks for one in left if one.is_unanswered)

    @property
    def own(self) -> int:
        """How many of the rows the person reports on."""
        left = self._left(figure=self.row_set, own=False)
        return 0 if self.is_out_of_force else sum(one.facets.tasks for one in left if one.is_own)

    @property
    def newest_report_on(self) -> date | None:
        return max((one.facets.told_on for one in self._left() if one.facets.told_on), default=None)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.counts[self.wanted.figure]

    def rows(self) -> QuerySet[Task]:
        """What was asked for, with its columns; not in any order yet."""
        if self.is_out_of_force:
            return self.with_columns(self._tasks_out_of_force())
        found = Task.objects.visible_to(self.user)
        if not self.user.sees_every_province:
            # By their programmes' keys: behind a query of its own the tasks of the whole country would be looked at.
            found = Task.objects.filter(programme__in=self._programmes)
        if self.wanted != Wanted():
            found = found.filter(pk__in=self._chosen_days().values("task"))
        return self.with_columns(found)

    def with_columns(self, tasks: QuerySet[Task], *, is_for_a_file: bool = False) -> QuerySet[Task]:
        """These tasks with the columns of their rows; of those that are out of force, what a list tells of them."""
        tasks = self._with_own(tasks)
        if self.is_out_of_force:
            return named(tasks, self.today).annotate(lead_id=F("shown_lead"), fate=_fate(self.today))
        day = FilteredRelation("days", condition=Q(days__since__lte=self.today, days__until__gt=self.today))
        wanted = COLUMNS | (COLUMNS_OF_A_FILE if is_for_a_file else {})
        columns = {name: F(path) for name, path in wanted.items()}
        facets = on_day(self.today, waiting=self._waiting, path="day__")
        rows = tasks.annotate(day=day).annotate(**columns, **facets).filter(plan__isnull=False)
        rows = rows.annotate(lead_id=lead_of("day__plan__", self.today))
        return rows.annotate(late_since=late_since())

    @staticmethod
    def leads_of(tasks: Iterable[Any]) -> dict[int, tuple[str, str]]:
        """The name and the short name of each agency that leads one of these, by its key. One query."""
        keys = {task.lead_id for task in tasks} - {None}
        rows = Agency.objects.filter(pk__in=keys).values_list("pk", "name", "short_name") if keys else []
        return {pk: (name, short_name) for pk, name, short_name in rows}

    def row_of(self, task: Any) -> TaskRow:
        """What a task in force that came ``with_columns`` is like today; its ``lead_id`` says who leads it."""
        return TaskRow(
            as_of=self.today,
            task=task.pk,
            code=task.code,
            plan=task.plan,
            position=task.plan_position,
            name=task.plan_name,
            period=task.period,
            due=task.due,
            own_due=task.own_due,
            status=task.status,
            causes="",
            timeliness=task.timeliness,
            slips=task.slips,
            first_due=task.first_due,
            carried_from=task.carried_from,
            is_proposed=task.is_proposed,
            told=task.told,
            told_on=task.told_on,
            percent=task.percent,
            document=None,
            lead=None,
            moved_by=None,
            # Moved since by an act, it is assumed no more.
            planned_lead_is_assumed=task.lead_is_assumed and task.lead_id == task.planned_lead,
        )

    def _days(self, *asked: str) -> QuerySet[TaskDay]:
        """Of each task in force its row of today, narrowed by programme, lead and words; with what is ``asked``."""
        wanted = self.wanted
        days = TaskDay.objects.of_programmes(self._programmes, self.today)
        if wanted.led is not None:
            days = days.filter(task__in=wanted.led)
        if wanted.found:
            days = days.filter(task__in=Task.objects.filter(wanted.found).values("pk"))
        conditions = {"is_unanswered": self._is_unanswered, "is_own": self._is_own}
        told = {name: ExpressionWrapper(conditions[name](), output_field=BooleanField()) for name in asked}
        return days.as_on(self.today, waiting=self._waiting).annotate(**told)

    def _chosen_days(self) -> QuerySet[TaskDay]:
        days = self.row_set.narrow(self._days())
        if self.wanted.only_unanswered:
            days = days.filter(self._is_unanswered())
        return days.filter(self._is_own()) if self.wanted.only_own else days

    def _all_tasks(self) -> QuerySet[Task]:
        """Those in force and those that are not, narrowed by programme and words."""
        return Task.objects.filter(self.wanted.found, programme__in=self._programmes)

    def _tasks_out_of_force(self) -> QuerySet[Task]:
        in_force = TaskDay.objects.of_programmes(self._programmes, self.today)
        tasks = self._all_tasks().exclude(pk__in=in_force.values("task"))
        return tasks.none() if self._asks_what_is_in_force else tasks

    @property
    def _asks_what_is_in_force(self) -> bool:
        """Whether who leads, or what is to be reported, was asked for: of tasks out of force nobody does."""
        return self.wanted.only_unanswered or self.wanted.only_own or self.wanted.led is not None

    def _left(self, *, figure: RowSet | None = None, cycle: bool = True, own: bool = True) -> list[GroupToday]:
        """The groups that are left by the figure, by the cycle and by whose tasks they are."""
        return [
            one
            for one in self.groups
            if (figure is None or figure.has(one.facets))
            and (one.is_unanswered or not (cycle and self.wanted.only_unanswered))
            and (one.is_own or not (own and self.wanted.only_own))
        ]

    def _with_own(self, tasks: QuerySet[Task]) -> QuerySet[Task]:
        """Add, for who reports, ``is_own`` and ``open_report``, what somebody of the agency has begun to write."""
        if not self.user.reports:
            return tasks
        begun = ProgressUpdate.objects.open().filter(task=OuterRef("pk"), corrects=None).order_by("-pk")
        is_own = ExpressionWrapper(Q(pk__in=self._own_keys()), output_field=BooleanField())
        return tasks.annotate(is_own=is_own, open_report=Subquery(begun.values("pk")[:1]))

    def _is_unanswered(self) -> Q:
        cycles = ReportingCycle.objects.visible_to(self.user).running(self.today)
        return Q(task__in=not_reported_on(cycles, today=self.today))

    def _is_own(self) -> Q:
        return Q(task__in=self._own_keys()) if self.user.reports else Q(pk=None)

    def _own_keys(self) -> list[int] | QuerySet:
        return Task.objects.reportable_by(self.user, self.today).values("pk") if self._own is None else self._own


def _fate(today: date) -> Case:
    """Why a task is not in force."""
    by_then = {"revision__state": RevisionState.ADOPTED, "revision__effective_on__lte": today}
    planned = PlannedTask.objects.filter(task=OuterRef("pk"), **by_then)
    taken_out = TaskRemoval.objects.filter(task=OuterRef("pk"), **by_then)
    replaced = TaskLineage.objects.filter(from_task=OuterRef("pk"), **by_then)
    return Case(
        When(~Exists(planned), then=Value(NEVER_IN_FORCE)),
        When(Exists(taken_out), then=Value(TAKEN_OUT)),
        When(Exists(replaced), then=Value(REPLACED)),
        default=Value(NO_MORE),
        output_field=CharField(),
    )
