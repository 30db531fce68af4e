"""The figures of programmes on a day: the one place that computes them, for page, command and API.

Every number is a count or a sum of rows that can be opened. A constant number of queries, however many
programmes, tasks and reports there are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Model, OuterRef, QuerySet, Subquery, Sum

from programme.models import (
    Agency,
    CoordinationTransfer,
    Measure,
    Programme,
    ProgrammeQuerySet,
    Revision,
    RevisionStep,
    StatedFigure,
)
from programme.money import MoneyKind
from smartcity.portfolio.task_rows import (
    CAUSE_LABELS,
    STATUS_LABELS,
    TIMELINESS_LABELS,
    TONE_LABELS,
    TaskRow,
    Timeliness,
)
from tasks.models import BudgetEntry, LeadTransfer, PlannedBudget, PlannedTask, ProgressUpdate, Status, Task, with_lead

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
class Cell:
    """A figure that is not zero: the key of its rows, its word and its count."""

    key: str
    label: str
    count: int


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
    disbursed_vnd: int = 0
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
    def timeliness_cells(self) -> list[Cell]:
        """The cells that have tasks; with those left out, which are 0, they add up to the total."""
        return self._cells(f"han-{cell}" for cell in Timeliness)

    @property
    def cause_cells(self) -> list[Cell]:
        """Causes of open tasks, the most frequent first."""
        cells = self._cells(f"nguyen-nhan-{cause}" for cause in CAUSE_LABELS)
        return sorted(cells, key=lambda cell: -cell.count)

    def _cells(self, keys: Iterable[str]) -> list[Cell]:
        return [Cell(key, ROW_SETS[key].label, self.counts[key]) for key in keys if self.counts[key]]

    @property
    def obstacle(self) -> str:
        """What hinders the open tasks, where all that say so use the same words."""
        told = {row.update.obstacles for row in self.rows if row.update and row.causes and row.update.obstacles}
        return told.pop() if len(told) == 1 else ""

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
    def moved_to(self) -> str:
        """The periods that the proposed, or else the carried over, tasks go to: «2023–2024»."""
        plans = [row.proposed for row in self.rows if row.proposed] or [
            row.plan for row in self.rows if row.carried_from
        ]
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
                "disbursed_vnd": self.disbursed_vnd,
            },
            "proposed": self._proposed_as_dict(),
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


def read_programmes(programmes: ProgrammeQuerySet, *, as_of: date) -> list[ProgrammeOnDay]:
    """Each of these programmes as it was on the day ``as_of``, by code.

    At most ten queries, and two more where duties were transferred. Before its first revision took effect a
    programme has no tasks and no revision.
    """
    found = programmes.with_coordinator(as_of).select_related("province", "coordinating_agency__province")
    found = found.order_by("code")
    transfers = _transfers(CoordinationTransfer, found)
    days = {one.pk: ProgrammeOnDay(one, as_of, transfer=transfers.get(one.pk)) for one in found}
    for revision in Revision.objects.in_force(as_of).filter(programme__in=days).select_related(*LOADED):
        days[revision.programme_id].revision = revision
    pending = Revision.objects.pending(as_of).filter(programme__in=days).select_related(*LOADED)
    for revision in pending.order_by("number"):
        days[revision.programme_id].pending = revision
    for step in _last_steps([day.pending for day in days.values() if day.pending], as_of):
        days[step.revision.programme_id].pending_step = step
    _add_rows(days, as_of)
    _add_budgets(days, as_of)
    return list(days.values())


def stated_on(programme: Programme, as_of: date) -> QuerySet[StatedFigure]:
    """What documents stated of the programme for exactly this day."""
    return programme.stated_figures.filter(as_of=as_of).select_related("document").order_by("pk")


def _last_steps(revisions: list[Revision], as_of: date) -> Iterable[RevisionStep]:
    last = RevisionStep.objects.filter(revision=OuterRef("revision"), on__lte=as_of).order_by("-on", "-pk")
    steps = RevisionStep.objects.filter(revision__in=revisions, pk=Subquery(last.values("pk")[:1]))
    return steps.select_related("revision", "document")


def _add_rows(days: dict[int, ProgrammeOnDay], as_of: date) -> None:
    shown = [revision for day in days.values() for revision in (day.revision, day.pending) if revision]
    wanted = {revision.pk for revision in shown} | {revision.base_id for revision in shown}
    plans: dict[int, dict[int, PlannedTask]] = defaultdict(dict)
    queryset = PlannedTask.objects.filter(revision__in=wanted).order_by("position")
    for plan in with_lead(queryset, as_of).select_related("task", "lead_agency__province", "lead_document", "period"):
        plans[plan.revision_id][plan.task_id] = plan
    transfers = _transfers(LeadTransfer, [plan for of_one in plans.values() for plan in of_one.values()])
    updates = _latest_updates(Task.objects.filter(programme__in=days), as_of)
    complete_then = _complete_when_decided(
        [day.revision for day in days.values() if day.revision and day.revision.base_id]
    )
    for day in days.values():
        if day.revision is None:
            continue
        base = plans[day.revision.base_id] if day.revision.base_id else {}
        pending = plans[day.pending.pk] if day.pending else {}
        for task_id, plan in plans[day.revision.pk].items():
            update = updates.get(task_id)
            moved = _is_later(plan, base.get(task_id)) and task_id not in complete_then
            complete = update is not None and update.status == Status.COMPLETE
            would_move = not complete and _is_later(pending.get(task_id), plan)
            day.rows.append(
                TaskRow(
                    as_of=as_of,
                    plan=plan,
                    update=update,
                    carried_from=base[task_id] if moved else None,
                    proposed=pending[task_id] if would_move else None,
                    transfer=transfers.get(plan.pk),
                    beside=day.beside,
                )
            )


def _transfers[T: Model](model: type[T], rows: Iterable) -> dict[int, T]:
    """Of each of ``rows`` whose duty was moved, by its key, the act; no query where none was moved."""
    moved_by = {row.pk: row.moved_by for row in rows if row.moved_by}
    if not moved_by:
        return {}
    transfers = model._default_manager.select_related("from_agency", "to_agency__province", "document")
    found = transfers.in_bulk(set(moved_by.values()))
    return {pk: found[transfer] for pk, transfer in moved_by.items()}


def _latest_updates(tasks: QuerySet[Task], as_of: date) -> dict[int, ProgressUpdate]:
    updates = ProgressUpdate.objects.latest_accepted(tasks, as_of).select_related("document", "author")
    return {update.task_id: update for update in updates}


def _complete_when_decided(revisions: list[Revision]) -> set[int]:
    """Tasks that were complete on the day that their revision took effect: those are not carried over."""
    plans = PlannedTask.objects.filter(revision__in=revisions)
    day = OuterRef("revision__effective_on")
    latest = ProgressUpdate.objects.counting().filter(task=OuterRef("task"), as_of__lte=day)
    then = ProgressUpdate.objects.filter(pk__in=plans.values_list(Subquery(latest.values("pk")[:1])))
    return set(then.filter(status=Status.COMPLETE).values_list("task_id", flat=True))


def _is_later(plan: PlannedTask | None, before: PlannedTask | None) -> bool:
    """Whether ``plan`` puts the task into a later period than ``before``."""
    if plan is None or before is None or plan.period is None or before.period is None:
        return False
    return plan.period.last_day > before.period.last_day


def _add_budgets(days: dict[int, ProgrammeOnDay], as_of: date) -> None:
    stated = StatedFigure.objects.filter(programme__in=days, measure=Measure.BUDGET).latest_budgets(as_of)
    for figure in stated.select_related("document"):
        days[figure.programme_id].declared = DeclaredBudget(figure.value, figure.money_kind, figure.document)
    for day in days.values():
        # A revision that declares a total is closer to the decision than what a report says of it.
        day.declared = _declared(day.revision) or day.declared
        day.proposed_budget = _declared(day.pending)
    in_force = {day.revision.pk: day for day in days.values() if day.revision}
    itemised = PlannedBudget.objects.filter(planned_task__revision__in=in_force)
    for revision_id, vnd in itemised.values_list("planned_task__revision").annotate(vnd=Sum("amount_vnd")):
        in_force[revision_id].itemised_vnd = vnd
    paid = BudgetEntry.objects.filter(task__programme__in=days, kind=MoneyKind.DISBURSEMENT).decided_by(as_of)
    for programme_id, vnd in paid.values_list("task__programme").annotate(vnd=Sum("amount_vnd")):
        days[programme_id].disbursed_vnd = vnd


def _declared(revision: Revision | None) -> DeclaredBudget | None:
    if revision is None or revision.declared_budget_vnd is None:
        return None
    document = revision.budget_document or revision.document
    return DeclaredBudget(revision.declared_budget_vnd, revision.declared_budget_kind, document)
