"""The figures of programmes on a day: the one place that computes them, for page, command and API.

Every number is a count or a sum of rows that can be opened. A constant number of queries, however many
programmes, tasks and reports there are.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import DateField, OuterRef, QuerySet, Subquery, Sum, Value

from programme.models import (
    Agency,
    CoordinationTransfer,
    Measure,
    Programme,
    Revision,
    RevisionStep,
    StatedFigure,
    StepKind,
)
from smartcity.lib.language.money import MoneyKind
from tasks.carried_over import CarriedOver, carried_over
from tasks.figures.baseline import read_decisions
from tasks.figures.task_rows import CAUSE_LABELS, STATUS_LABELS, TONE_LABELS, TaskRow
from tasks.figures.transfers import Transfers
from tasks.models import BudgetEntry, PlannedBudget, PlannedTask, ProgressUpdate, Status, Task, TaskLineage
from tasks.planned_money import Budgets, total_vnd
from tasks.timeliness import TIMELINESS_LABELS, Timeliness

# What is read of a revision's relations, wherever one is shown.
LOADED = ["programme", "document", "budget_document"]


@dataclass(frozen=True)
class DeclaredBudget:
    """The total that a document gives for the programme, in đồng, with its kind and where it is written."""

    vnd: int
    kind: str
    document: object | None

    @property
    def kind_label(self) -> str:
        return MoneyKind(self.kind).label


@dataclass(frozen=True)
class RowSet:
    """A figure and the rows that it counts: those whose ``attribute`` has ``value``; without one, all of them.

    ``key`` names the figure in addresses (``?loc=``).
    """

    key: str
    label: str
    attribute: str = ""
    value: object = True

    def counts(self, row: TaskRow) -> bool:
        return not self.attribute or getattr(row, self.attribute) == self.value


ROW_SETS = {
    row_set.key: row_set
    for row_set in [
        RowSet("tat-ca", "Tất cả nhiệm vụ"),
        RowSet("hoan-thanh", "Hoàn thành", "is_complete"),
        RowSet("chua-hoan-thanh", "Chưa hoàn thành", "is_complete", False),
        RowSet("chuyen-tiep", "Chuyển tiếp", "is_carried_over"),
        RowSet("de-nghi-chuyen-tiep", "Đề nghị chuyển tiếp", "is_proposed"),
        *(RowSet(f"trang-thai-{status}", label, "status", status) for status, label in STATUS_LABELS.items()),
        *(RowSet(f"han-{cell}", label, "timeliness", cell) for cell, label in TIMELINESS_LABELS.items()),
        *(RowSet(f"mau-{tone}", label, "tone", tone) for tone, label in TONE_LABELS.items()),
        *(RowSet(f"nguyen-nhan-{cause}", label, "causes", cause) for cause, label in CAUSE_LABELS.items()),
    ]
}


@dataclass(frozen=True)
class CountedCell:
    """A figure that is not zero: the key of its rows, its word and its count."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class FirstDecided:
    """The tasks that the programme began with, and how many of them are complete, under whatever name."""

    total: int
    complete: int


@dataclass
class ProgrammeOnDay:
    """One programme as it was on the day ``as_of``."""

    programme: Programme
    as_of: date
    revision: Revision | None = None
    pending: Revision | None = None
    pending_step: RevisionStep | None = None
    rows: list[TaskRow] = field(default_factory=list)
    declared: DeclaredBudget | None = None
    proposed_budget: DeclaredBudget | None = None
    itemised_vnd: int = 0
    # None where no entry says that anything was paid; 0 where all that was entered was taken back.
    disbursed_vnd: int | None = None
    # What the revision in force carried over from the one before it, and what the one that waits would.
    carried: CarriedOver = field(default_factory=CarriedOver)
    proposed: CarriedOver = field(default_factory=CarriedOver)
    # The plans into which the proposed tasks would go.
    moved: list[PlannedTask] = field(default_factory=list)
    first_decided: FirstDecided | None = None
    transfer: CoordinationTransfer | None = None
    # What stands beside each agency that has ended, by its key: filled in for pages that name agencies.
    beside: dict[int, str] = field(default_factory=dict)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each row set has."""
        return {key: sum(map(row_set.counts, self.rows)) for key, row_set in ROW_SETS.items()}

    def rows_of(self, key: str) -> list[TaskRow]:
        """The rows behind a figure, most urgent first."""
        return sorted(filter(ROW_SETS[key].counts, self.rows), key=lambda row: row.urgency)

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def complete(self) -> int:
        return self.counts["hoan-thanh"]

    @property
    def overdue(self) -> int:
        return self.counts[f"han-{Timeliness.OPEN_OVERDUE}"]

    @property
    def timeliness_cells(self) -> list[CountedCell]:
        """The cells that have tasks; with those left out, which are 0, they add up to the total."""
        return self._cells(f"han-{cell}" for cell in Timeliness)

    @property
    def cause_cells(self) -> list[CountedCell]:
        """Causes of open tasks, the most frequent first."""
        cells = self._cells(f"nguyen-nhan-{cause}" for cause in CAUSE_LABELS)
        return sorted(cells, key=lambda cell: -cell.count)

    def _cells(self, keys: Iterable[str]) -> list[CountedCell]:
        return [CountedCell(key, ROW_SETS[key].label, self.counts[key]) for key in keys if self.counts[key]]

    @property
    def obstacle(self) -> str:
        """What hinders the open tasks, where all that say so use the same words."""
        told = {row.update.obstacles for row in self.rows if row.update and row.causes and row.update.obstacles}
        return told.pop() if len(told) == 1 else ""

    @property
    def pending_is_adopted(self) -> bool:
        """Whether what waits was adopted already, and waits only for its day."""
        return self.pending_step is not None and self.pending_step.kind == StepKind.ADOPTED

    @property
    def amends_the_first(self) -> bool:
        """Whether the tasks in force are no longer those first decided, so that both sets have their figure."""
        return self.revision is not None and self.revision.base_id is not None

    @property
    def coordinator(self) -> Agency:
        """The agency that coordinates on the day."""
        return self.transfer.to_agency if self.transfer else self.programme.coordinating_agency

    @property
    def coordinator_beside(self) -> str:
        return self.beside.get(self.coordinator.pk, "")

    @property
    def has_reports(self) -> bool:
        return any(row.update for row in self.rows)

    @property
    def newest_report(self) -> ProgressUpdate | None:
        """The accepted report that speaks of the latest day; of two for the same day, that of the first task."""
        told = [row.update for row in self.rows if row.update]
        return max(told, key=lambda update: update.as_of) if told else None

    @property
    def moved_to(self) -> str:
        """The periods that the proposed, or else the carried over, tasks go to: «2023–2024»."""
        plans = self.moved or [row.plan for row in self.rows if row.carried_from]
        return ", ".join(dict.fromkeys(plan.period.label for plan in plans if plan.period))

    @property
    def name(self) -> str:
        return self.revision.name if self.revision else self.programme.code

    def as_dict(self) -> dict:
        """The figures as the API and the command give them."""
        counts = self.counts
        return {
            "programme": self.programme.code,
            "as_of": self.as_of.isoformat(),
            "revision": self._revision_as_dict(),
            "tasks": {
                "total": self.total,
                "complete": counts["hoan-thanh"],
                "not_complete": counts["chua-hoan-thanh"],
                "carried_over": counts["chuyen-tiep"],
                "proposed_carry_over": counts["de-nghi-chuyen-tiep"],
                "by_status": {status: counts[f"trang-thai-{status}"] for status in STATUS_LABELS},
                "by_timeliness": {cell.value: counts[f"han-{cell}"] for cell in Timeliness},
            },
            "budget": {
                "declared_vnd": self.declared and self.declared.vnd,
                "declared_kind": self.declared and self.declared.kind,
                "itemised_vnd": self.itemised_vnd,
                "disbursed_vnd": self.disbursed_vnd or 0,
            },
            "proposed": self._proposed_as_dict(),
            "first_decided": self.first_decided
            and {"total": self.first_decided.total, "complete": self.first_decided.complete},
            "newest_report_on": self.newest_report and self.newest_report.as_of.isoformat(),
            "carried_over": {"from": self.carried.pair[0], "to": self.carried.pair[1]},
            "proposed_carry_over": {"from": self.proposed.pair[0], "to": self.proposed.pair[1]},
        }

    def _revision_as_dict(self) -> dict | None:
        revision = self.revision
        if revision is None or revision.document is None or revision.effective_on is None:
            return None
        return {
            "number": revision.number,
            "document": revision.document.code,
            "effective_on": revision.effective_on.isoformat(),
        }

    def _proposed_as_dict(self) -> dict | None:
        if self.pending is None or self.pending_step is None:
            return None
        return {
            "number": self.pending.number,
            "state": self.pending_step.kind,
            "on": self.pending_step.on.isoformat(),
            "declared_vnd": self.proposed_budget and self.proposed_budget.vnd,
            "declared_kind": self.proposed_budget and self.proposed_budget.kind,
        }


# A programme's key and a day.
Moment = tuple[int, date]


def read_programmes(programmes: QuerySet[Programme], *, as_of: date) -> list[ProgrammeOnDay]:
    """Each of these programmes as it was on the day ``as_of``, by code.

    At most eighteen queries. Before its first revision took effect a programme has no tasks and no revision.
    """
    return _read(programmes, [as_of])


def read_programme_on_days(programme: Programme, days: Iterable[date]) -> dict[date, ProgrammeOnDay]:
    """One programme as it was on each of these days: as many queries as for one day."""
    return {day.as_of: day for day in _read(Programme.objects.filter(pk=programme.pk), sorted(set(days)))}


def _read(programmes: QuerySet[Programme], dates: list[date]) -> list[ProgrammeOnDay]:
    found = list(programmes.select_related("province", "coordinating_agency__province").order_by("code"))
    keys = [programme.pk for programme in found]
    transfers = Transfers(keys)
    days = {
        (programme.pk, on): ProgrammeOnDay(programme, on, transfer=transfers.of_programme(programme.pk, on=on))
        for on in dates
        for programme in found
    }

    def in_force(on):
        return Revision.objects.in_force(on).filter(programme__in=keys).select_related(*LOADED)

    def pending(on):
        return Revision.objects.pending(on).filter(programme__in=keys).select_related(*LOADED)

    for revision in _on_each(dates, in_force):
        days[revision.programme_id, revision.read_on].revision = revision
    for revision in sorted(_on_each(dates, pending), key=lambda revision: revision.number):
        days[revision.programme_id, revision.read_on].pending = revision
    for step in _on_each(dates, lambda on: _last_steps(_pending_on(days, on), on)):
        days[step.revision.programme_id, step.read_on].pending_step = step
    _add_rows(days, dates, transfers)
    _add_budgets(days, dates)
    return list(days.values())


def _on_each(dates: list[date], rows_on: Callable[[date], QuerySet]) -> Iterable:
    """The rows of ``rows_on`` for each of the days, each with its day as ``read_on``, in one query."""
    querysets = [rows_on(on).annotate(read_on=Value(on, output_field=DateField())) for on in dates]
    if len(querysets) < 2:
        return itertools.chain.from_iterable(querysets)
    return querysets[0].union(*querysets[1:], all=True)


def _pending_on(days: dict[Moment, ProgrammeOnDay], on: date) -> list[Revision]:
    return [day.pending for day in days.values() if day.pending and day.as_of == on]


def stated_on(programme: Programme, as_of: date) -> QuerySet[StatedFigure]:
    """What documents stated of the programme for exactly this day."""
    return programme.stated_figures.filter(as_of=as_of).select_related("document").order_by("pk")


def _last_steps(revisions: list[Revision], as_of: date) -> QuerySet[RevisionStep]:
    last = RevisionStep.objects.filter(revision=OuterRef("revision"), on__lte=as_of).order_by("-on", "-pk")
    steps = RevisionStep.objects.filter(revision__in=revisions, pk=Subquery(last.values("pk")[:1]))
    return steps.select_related("revision", "document")


def _add_rows(days: dict[Moment, ProgrammeOnDay], dates: list[date], transfers: Transfers) -> None:
    shown = [revision for day in days.values() for revision in (day.revision, day.pending) if revision]
    wanted = {revision.pk for revision in shown} | {revision.base_id for revision in shown}
    plans: dict[int, dict[int, PlannedTask]] = defaultdict(dict)
    queryset = PlannedTask.objects.filter(revision__in=wanted).order_by("position")
    for plan in queryset.select_related("task", "lead_agency__province", "lead_document", "period"):
        plans[plan.revision_id][plan.task_id] = plan
    tasks = Task.objects.filter(programme__in={programme for programme, _ in days})
    updates = {(update.read_on, update.task_id): update for update in _on_each(dates, _latest_updates(tasks))}
    decisions = read_decisions({programme for programme, _ in days}, max(dates, default=date.min))
    became: dict[int, list[tuple[int, int]]] = defaultdict(list)
    of_pending = TaskLineage.objects.filter(revision__in={day.pending.pk for day in days.values() if day.pending})
    for revision, from_task, to_task in of_pending.values_list("revision", "from_task", "to_task"):
        became[revision].append((from_task, to_task))
    for day in days.values():
        if day.revision is None:
            continue
        base = plans[day.revision.base_id] if day.revision.base_id else {}
        pending = plans[day.pending.pk] if day.pending else {}
        decided = decisions.by(day.as_of)
        complete_now = {
            task_id for (on, task_id), update in updates.items() if on == day.as_of and update.status == Status.COMPLETE
        }
        day.carried = decided.carried.get(day.revision.pk, CarriedOver())
        if day.pending:
            now, then = (_period_ends(plans[one]) for one in (day.revision.pk, day.pending.pk))
            day.proposed = carried_over(now, then, became[day.pending.pk], complete_now)
        moves = {origin: pending[task] for task, origin in sorted(day.proposed.new.items(), reverse=True)}
        moves |= {task: pending[task] for task in day.proposed.old if task in pending}
        day.moved = [pending[task] for task in day.proposed.new]
        for task_id, plan in plans[day.revision.pk].items():
            update = updates.get((day.as_of, task_id))
            day.rows.append(
                TaskRow(
                    as_of=day.as_of,
                    plan=plan,
                    update=update,
                    carried_from=base.get(day.carried.new[task_id]) if task_id in day.carried.new else None,
                    proposed=moves.get(task_id) if task_id in day.proposed.old else None,
                    slips=decided.slips[task_id],
                    first_due=decided.first_due[task_id],
                    transfer=transfers.of_task(plan, day.revision, on=day.as_of),
                    beside=day.beside,
                )
            )
        first = decided.first[day.programme.pk]
        day.first_decided = FirstDecided(len(first), decided.complete_of_first(day.programme.pk, complete_now))


def _period_ends(plans: dict[int, PlannedTask]) -> dict[int, date | None]:
    return {task: plan.period.last_day if plan.period else None for task, plan in plans.items()}


def _latest_updates(tasks: QuerySet[Task]) -> Callable[[date], QuerySet[ProgressUpdate]]:
    return lambda on: ProgressUpdate.objects.latest_accepted(tasks, on).select_related("document", "author")


def _add_budgets(days: dict[Moment, ProgrammeOnDay], dates: list[date]) -> None:
    programmes = {programme for programme, _ in days}

    def stated(on):
        figures = StatedFigure.objects.filter(programme__in=programmes, measure=Measure.BUDGET)
        return figures.latest_budgets(on).select_related("document")

    def paid(on):
        entries = BudgetEntry.objects.filter(task__programme__in=programmes, kind=MoneyKind.DISBURSEMENT)
        return entries.decided_by(on).values("task__programme").annotate(vnd=Sum("amount_vnd"))

    for figure in _on_each(dates, stated):
        day = days[figure.programme_id, figure.read_on]
        day.declared = DeclaredBudget(figure.value, figure.money_kind, figure.document)
    in_force = {day.revision.pk for day in days.values() if day.revision}
    itemised = _itemised(in_force)
    for day in days.values():
        # A revision that declares a total is closer to the decision than what a report says of it.
        day.declared = _declared(day.revision) or day.declared
        day.proposed_budget = _declared(day.pending)
        day.itemised_vnd = itemised.get(day.revision.pk, 0) if day.revision else 0
    for row in _on_each(dates, paid):
        days[row["task__programme"], row["read_on"]].disbursed_vnd = row["vnd"]


def _itemised(revisions: set[int]) -> dict[int, int]:
    """What the tasks of each revision are planned to cost together; a whole and its yearly parts count once."""
    plans: dict[tuple[int, int], Budgets] = defaultdict(dict)
    rows = PlannedBudget.objects.filter(planned_task__revision__in=revisions)
    for revision, plan, source, year, vnd in rows.values_list(
        "planned_task__revision", "planned_task", "source", "year", "amount_vnd"
    ):
        plans[revision, plan][source, year] = vnd
    sums: dict[int, int] = defaultdict(int)
    for (revision, _), budgets in plans.items():
        sums[revision] += total_vnd(budgets)
    return sums


def _declared(revision: Revision | None) -> DeclaredBudget | None:
    if revision is None or revision.declared_budget_vnd is None:
        return None
    document = revision.budget_document or revision.document
    return DeclaredBudget(revision.declared_budget_vnd, revision.declared_budget_kind, document)
