"""The schedule of a programme on a day: each task with the days that its acts gave it, in groups.

A constant number of queries, however many tasks, acts, reports and steps there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet

from programme.models import Agency, Revision, RevisionState
from smartcity.lib.language.money import group
from smartcity.lib.log.known.marks import known_today
from tasks.figures.headline import HeadlinePiece
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.schedule_acts import Act, PlannedDays
from tasks.figures.schedule_rows import ScheduleRow
from tasks.figures.schedule_steps import Step
from tasks.figures.task_rows import TaskRow, with_days
from tasks.models import PlannedTask, RouteStep, TaskLineage, with_lead
from tasks.timeliness import Timeliness

READ: dict[str, Any] = {
    "task": "task_id",
    "position": "plan__position",
    "name": "plan__name",
    "short_name": "plan__short_name",
    "field": "plan__field",
    "period": "plan__period__label",
    "period_id": "plan__period_id",
    "status": "status",
    "timeliness": "timeliness",
    "begin": "begin",
    "first_begin": "first_begin",
    "due": "due",
    "first_due": "first_due",
    "began": "began",
    "completed_on": "completed_on",
    "told_on": "told_on",
    "percent": "told__percent",
}
# What a row of a list does without.
UNREAD: dict[str, Any] = {"field": "", "period": None, "period_id": None}
OVERDUE, MOVED = f"han-{Timeliness.OPEN_OVERDUE}", "lui-han"


@dataclass(frozen=True)
class Grouping:
    """What the rows are put together by: its word, and what a group is called that has none of it."""

    label: str
    unknown: str


GROUPINGS = {
    "co-quan": Grouping("Cơ quan", "Nguồn không nêu cơ quan chủ trì"),
    "linh-vuc": Grouping("Lĩnh vực", "Chưa ghi lĩnh vực"),
    "giai-doan": Grouping("Giai đoạn", "Không thuộc giai đoạn nào"),
}
BY_AGENCY = "co-quan"


@dataclass
class RowGroup:
    """Rows that one agency leads, or that are of one field or period; ``rows`` are all, ``shown`` those of the page."""

    title: str
    rows: list[ScheduleRow] = field(default_factory=list)
    shown: list[ScheduleRow] = field(default_factory=list)

    @property
    def what(self) -> str:
        """«7 nhiệm vụ, 3 hoàn thành»."""
        complete = sum(1 for row in self.rows if row.is_complete)
        return f"{group(len(self.rows))} nhiệm vụ, {group(complete)} hoàn thành"

    @property
    def overdue(self) -> int:
        return sum(1 for row in self.rows if row.is_overdue)


@dataclass
class Schedule:
    """All tasks of the programme in force on the day, and the acts that were adopted by then."""

    day: ProgrammeOnDay
    grouping: str
    rows: list[ScheduleRow]
    acts: list[Act]
    asking: Act | None

    @property
    def moved(self) -> int:
        return self.day.counts[MOVED]

    @cached_property
    def furthest(self) -> int:
        """The longest slip, in days."""
        return max((row.slip or 0 for row in self.rows if row.is_put_off), default=0)

    @cached_property
    def asked(self) -> int:
        """How many tasks the act that waits gives another due."""
        return sum(1 for row in self.rows if row.asked)

    @cached_property
    def moving_acts(self) -> list[tuple[Act, int]]:
        """The acts that put dues off, each with how many."""
        counts = Counter(act.place for row in self.rows for act in row.moving_acts)
        return [(act, counts[act.place]) for act in self.acts if counts[act.place]]

    @property
    def is_moved_twice(self) -> bool:
        """Whether a task is counted with more than one act."""
        return any(len(row.moving_acts) > 1 for row in self.rows)

    @cached_property
    def shadows(self) -> list[Act]:
        """The acts whose dues are drawn above the bars."""
        places = {one.act.place for row in self.rows for one in row.earlier if one.act}
        return [act for act in self.acts if act.place in places]

    @cached_property
    def groups(self) -> list[RowGroup]:
        """In the order in which the plan names them first; what nobody says is last."""
        found: dict[Any, RowGroup] = {}
        for row in self.rows:
            key, title = _group_of(row, self.grouping)
            found.setdefault(key, RowGroup(title)).rows.append(row)
        return sorted(found.values(), key=lambda one: one.title == GROUPINGS[self.grouping].unknown)

    @cached_property
    def in_order(self) -> list[ScheduleRow]:
        return [row for one in self.groups for row in one.rows]

    def shown(self, rows: Sequence[ScheduleRow]) -> list[RowGroup]:
        """The groups of these rows, which are those of a page."""
        wanted = {row.task: row for row in rows}
        groups = [
            replace(one, shown=[wanted[row.task] for row in one.rows if row.task in wanted]) for one in self.groups
        ]
        return [one for one in groups if one.shown]

    @property
    def headline(self) -> list[HeadlinePiece]:
        return schedule_headline(self.day, self.furthest)


def schedule_headline(day: ProgrammeOnDay, furthest: int) -> list[HeadlinePiece]:
    """«12/24 nhiệm vụ đã lùi hạn, xa nhất 911 ngày; 7 nhiệm vụ quá hạn»."""
    if day.revision is None:
        return [HeadlinePiece("Đề án chưa có hiệu lực vào ngày này, nên chưa có tiến độ")]
    if not day.total:
        return [HeadlinePiece("Chưa có nhiệm vụ nào")]
    moved = day.counts[MOVED]
    said = [HeadlinePiece(group(moved), MOVED), HeadlinePiece("/"), HeadlinePiece(group(day.total), "tat-ca")]
    said.append(HeadlinePiece(" nhiệm vụ đã lùi hạn"))
    if moved:
        said.append(HeadlinePiece(f", xa nhất {group(furthest)} ngày"))
    if day.overdue:
        longest = f", lâu nhất {group(day.days_overdue)} ngày"
        said += [HeadlinePiece("; "), HeadlinePiece(group(day.overdue), OVERDUE), HeadlinePiece(" quá hạn" + longest)]
    return said


def _group_of(row: ScheduleRow, grouping: str) -> tuple[Any, str]:
    unknown = GROUPINGS[grouping].unknown
    if grouping == "linh-vuc":
        return row.field.casefold(), row.field or unknown
    if grouping == "giai-doan":
        return row.period_id, row.period or unknown
    return (row.lead.pk, row.lead.name_in_province) if row.lead else (None, unknown)


def read_schedule(day: ProgrammeOnDay, *, grouping: str = BY_AGENCY) -> Schedule:
    """The schedule on the day, without steps: ``with_steps`` adds them to the rows of a page. Five queries."""
    if day.revision is None:
        return Schedule(day, grouping, [], [], None)
    rows = _read_rows(day.behind("tat-ca").order_by("plan__position"), day.as_of)
    acts = _read_acts(day)
    asking = Act(day.pending, len(acts)) if day.pending else None
    plans = _read_plans(acts, asking)
    rows = [_with_plans(row, plans, acts, asking) for row in rows]
    return Schedule(day, grouping, rows, acts, asking)


def bar_of(row: TaskRow, *, asked: date | None = None) -> ScheduleRow:
    """The bar of a row that a page has read already; of the acts it knows the first due alone.

    ``asked`` is the due that an act would give it which waits.
    """
    known = {name: getattr(row, name) for name in READ if name not in UNREAD}
    move = PlannedDays(None, row.begin, asked) if asked and asked != row.due and not row.is_complete else None
    return ScheduleRow(as_of=row.as_of, known_until=min(row.as_of, known_today()), **known, **UNREAD, asked=move)


def with_steps(rows: Iterable[ScheduleRow], day: ProgrammeOnDay) -> list[ScheduleRow]:
    """The rows with the steps of the route that the plan in force gives their tasks. One query."""
    rows = list(rows)
    steps = RouteStep.objects.filter(
        task__in=[row.task for row in rows], task__plans__revision=day.revision, task__plans__route=F("route")
    )
    found: dict[int, list[Step]] = defaultdict(list)
    values = ["task", "position", "name", "planned_start", "planned_due", "done_on", "skipped_on"]
    for task, *step in steps.order_by("task", "position").values_list(*values) if rows else []:
        found[task].append(Step(min(day.as_of, known_today()), *step))
    return [replace(row, steps=found[row.task]) for row in rows]


def _row(values: Sequence[Any], on: date, **more: Any) -> ScheduleRow:
    known_until = min(on, known_today())
    return ScheduleRow(as_of=on, known_until=known_until, **dict(zip(READ, values, strict=True)), **more)


def _read_rows(days: QuerySet, on: date) -> list[ScheduleRow]:
    """Each with who leads it. Two queries."""
    found = list(with_lead(with_days(days, on), on, plan="plan__").values_list(*READ.values(), "lead_id"))
    agencies = Agency.objects.select_related("province").in_bulk({lead for *_, lead in found if lead})
    return [_row(values, on, lead=agencies.get(lead)) for *values, lead in found]


def _read_acts(day: ProgrammeOnDay) -> list[Act]:
    adopted = Revision.objects.filter(programme=day.programme, state=RevisionState.ADOPTED, effective_on__lte=day.as_of)
    in_order = adopted.select_related("document").order_by("effective_on")
    return [Act(revision, place) for place, revision in enumerate(in_order)]


@dataclass
class Plans:
    """From when to when each act plans its tasks, and which task came of which by it; by the keys of revisions."""

    days: dict[int, dict[int, tuple[date | None, date | None]]] = field(default_factory=lambda: defaultdict(dict))
    # Of each task, what it came of, and the place of the act by which it did.
    parents: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    children: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))

    def of(self, task: int, act: Act) -> PlannedDays | None:
        """What the act said of the task and of those that later came into it: a delay is not split away."""
        said = [self.of(parent, act) for parent, place in self.parents[task] if act.place < place]
        found = [(one.begin, one.due) for one in said if one]
        if task in self.days[act.revision.pk]:
            found.append(self.days[act.revision.pk][task])
        if not found:
            return None
        begins, dues = ([day for day in days if day] for days in zip(*found, strict=True))
        return PlannedDays(act, min(begins, default=None), min(dues, default=None))

    def asked_by(self, act: Act, task: int) -> PlannedDays | None:
        """What an act that waits would make of it: the latest due of what it would become."""
        here = self.days[act.revision.pk]
        became = [task] if task in here else sorted(self.children[act.revision.pk, task])
        dues = [(due, begin) for begin, due in (here[one] for one in became if one in here) if due]
        return PlannedDays(act, max(dues)[1], max(dues)[0]) if dues else None


def _read_plans(acts: Sequence[Act], asking: Act | None) -> Plans:
    """Two queries; one where nothing was amended."""
    plans = Plans()
    places = {act.revision.pk: act.place for act in acts}
    revisions = [*places, asking.revision.pk] if asking else [*places]
    planned = PlannedTask.objects.filter(revision__in=revisions)
    values = ["revision", "task", "start_on", "due_on", "period__first_day", "period__last_day"]
    for revision, task, start, due, first_day, last_day in planned.values_list(*values):
        plans.days[revision][task] = start or first_day, due or last_day
    if len(revisions) > 1:
        lineage = TaskLineage.objects.filter(revision__in=revisions)
        for revision, from_task, to_task in lineage.values_list("revision", "from_task", "to_task"):
            plans.children[revision, from_task].add(to_task)
            if revision in places:
                plans.parents[to_task].append((from_task, places[revision]))
    return plans


def _with_plans(row: ScheduleRow, plans: Plans, acts: Sequence[Act], asking: Act | None) -> ScheduleRow:
    said = [one for act in acts if (one := plans.of(row.task, act))]
    asked = plans.asked_by(asking, row.task) if asking and not row.is_complete else None
    return replace(row, planned=said, asked=asked if asked and asked.due != row.due else None)
