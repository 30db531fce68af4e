"""The figures of one programme on a day, computed from everything that was ever planned and reported: the slow way.

What the product counts from ``TaskDay`` is held against it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Subquery, Sum

from programme.models import Agency, Programme, Revision, RevisionState
from smartcity.lib.language.money import MoneyKind
from tasks.baseline import read_decisions
from tasks.carried_over import CarriedOver, carried_over
from tasks.figures.row_sets import ROW_SETS
from tasks.figures.tones import tone_of
from tasks.models import (
    BudgetEntry,
    LeadTransfer,
    PlannedBudget,
    PlannedTask,
    ProgressUpdate,
    Status,
    Task,
    TaskLineage,
)
from tasks.models.task_day import NO_REPORT, UNEXPLAINED
from tasks.planned_money import total_vnd
from tasks.timeliness import Timeliness, timeliness


@dataclass(frozen=True)
class SlowRow:
    """A planned task with all that was read of it."""

    as_of: date
    plan: PlannedTask
    update: ProgressUpdate | None
    carried_from: PlannedTask | None
    is_proposed: bool
    slips: int
    first_due: date | None
    transfer: LeadTransfer | None

    @property
    def status(self) -> str:
        return self.update.status if self.update else NO_REPORT

    @property
    def is_complete(self) -> bool:
        return self.status == Status.COMPLETE

    @property
    def is_carried_over(self) -> bool:
        return self.carried_from is not None

    @property
    def timeliness(self) -> Timeliness:
        done_on = self.update.completed_on if self.update and self.is_complete else None
        return timeliness(self.plan.due, done_on, self.as_of, done_without_day=self.is_complete and done_on is None)

    @property
    def is_put_off(self) -> bool:
        return bool(self.plan.due and self.first_due and self.plan.due > self.first_due)

    @property
    def causes(self) -> str:
        if self.is_complete:
            return ""
        return (self.update and self.update.causes) or UNEXPLAINED

    @property
    def tone(self) -> str:
        return tone_of(self.status, self.timeliness, is_proposed=self.is_proposed)

    @property
    def lead(self) -> Agency | None:
        return self.transfer.to_agency if self.transfer else self.plan.lead_agency


class LeadTransfers:
    """The transfers of these tasks, by their keys; one query."""

    def __init__(self, tasks: Iterable[int]):
        self._made: dict[int, list[LeadTransfer]] = defaultdict(list)
        transfers = LeadTransfer.objects.filter(task__in=list(tasks)).select_related("to_agency")
        for transfer in transfers.order_by("effective_on", "pk"):
            self._made[transfer.task_id].append(transfer)

    def of_task(self, plan: PlannedTask, in_force: Revision, *, on: date) -> LeadTransfer | None:
        """The act by which, on the day ``on``, another agency leads than the one that ``in_force`` plans."""
        by_then = [transfer for transfer in self._made[plan.task_id] if transfer.effective_on <= on]
        # As ``with_lead`` says it in SQL.
        begun = min(
            (one.effective_on for one in by_then if one.from_agency_id == plan.lead_agency_id), default=date.max
        )
        after = in_force.effective_on or date.max
        held = [one for one in by_then if one.effective_on > after or one.effective_on >= begun]
        return held[-1] if held else None


@dataclass
class Figures:
    rows: list[SlowRow] = field(default_factory=list)
    carried: CarriedOver = field(default_factory=CarriedOver)
    proposed: CarriedOver = field(default_factory=CarriedOver)
    moved_to: set[str] = field(default_factory=set)
    first_decided: tuple[int, int] | None = None
    itemised_vnd: int = 0
    disbursed_vnd: int | None = None

    def counts(self) -> dict[str, int]:
        return {key: len(self.behind(key)) for key in ROW_SETS}

    def behind(self, key: str) -> list[SlowRow]:
        attribute, value = ROW_SETS[key].attribute, ROW_SETS[key].value
        return [row for row in self.rows if not attribute or getattr(row, attribute) == value]


def figures_of(programme: Programme, on: date) -> Figures:
    found = Figures()
    paid = BudgetEntry.objects.filter(task__programme=programme, kind=MoneyKind.DISBURSEMENT).decided_by(on)
    found.disbursed_vnd = paid.aggregate(vnd=Sum("amount_vnd"))["vnd"]
    in_force = Revision.objects.in_force(on).filter(programme=programme).first()
    if in_force is None:
        return found
    pending = Revision.objects.pending(on).filter(programme=programme).order_by("-number").first()
    plans, base, later = (plans_of(revision) for revision in (in_force.pk, in_force.base_id, pending and pending.pk))
    latest = latest_reports(programme, on)
    complete = {task for task, update in latest.items() if update.status == Status.COMPLETE}
    decided = read_decisions([programme.pk], on).by(on)
    found.carried = decided.carried[in_force.pk]
    if pending:
        became = list(TaskLineage.objects.filter(revision=pending).values_list("from_task", "to_task"))
        found.proposed = carried_over(planned_ends(plans), period_ends(later), became, complete)
    transfers = LeadTransfers(plans)
    found.rows = [
        SlowRow(
            as_of=on,
            plan=plan,
            update=latest.get(task),
            carried_from=base.get(found.carried.new[task]) if task in found.carried.new else None,
            is_proposed=task in found.proposed.old,
            slips=decided.slips[task],
            first_due=decided.first_due[task],
            transfer=transfers.of_task(plan, in_force, on=on),
        )
        for task, plan in plans.items()
    ]
    moved = [later[task] for task in found.proposed.new] or [row.plan for row in found.rows if row.carried_from]
    found.moved_to = {plan.period.label for plan in moved if plan.period}
    first, became = decided.first[programme.pk], became_by(programme, on)
    found.first_decided = len(first), sum(is_complete(task, became, complete) for task in first)
    found.itemised_vnd = sum(total_vnd(budgets_of(plan)) for plan in plans.values())
    return found


def plans_of(revision: int | None) -> dict[int, PlannedTask]:
    plans = PlannedTask.objects.filter(revision=revision).select_related("period", "lead_agency").order_by("position")
    return {plan.task_id: plan for plan in plans}


def became_by(programme: Programme, on: date) -> dict[int, set[int]]:
    adopted = Revision.objects.filter(programme=programme, state=RevisionState.ADOPTED, effective_on__lte=on)
    became = defaultdict(set)
    for from_task, to_task in TaskLineage.objects.filter(revision__in=adopted).values_list("from_task", "to_task"):
        became[from_task].add(to_task)
    return became


def is_complete(task: int, became: dict[int, set[int]], complete: set[int]) -> bool:
    """A task that was split or merged is complete when all that it became is."""
    later = became[task]
    return task in complete or bool(later and all(is_complete(one, became, complete) for one in later))


def planned_ends(plans: dict[int, PlannedTask]) -> dict[int, date | None]:
    return {task: plan.planned_end for task, plan in plans.items()}


def period_ends(plans: dict[int, PlannedTask]) -> dict[int, date | None]:
    return {task: plan.period.last_day if plan.period else None for task, plan in plans.items()}


def budgets_of(plan: PlannedTask) -> dict:
    rows = PlannedBudget.objects.filter(planned_task=plan)
    return {(source, year): vnd for source, year, vnd in rows.values_list("source", "year", "amount_vnd")}


def latest_reports(programme: Programme, on: date) -> dict[int, ProgressUpdate]:
    latest = ProgressUpdate.objects.counting().filter(task=OuterRef("pk"), as_of__lte=on).values("pk")[:1]
    tasks = Task.objects.filter(programme=programme)
    updates = ProgressUpdate.objects.filter(pk__in=tasks.values_list(Subquery(latest)))
    return {update.task_id: update for update in updates}
