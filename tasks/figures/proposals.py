"""What a revision that waits would carry over, of the tasks in force on the day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tasks.carried_over import CarriedOver, carried_over
from tasks.models import PlannedTask, TaskLineage


class PlannedPeriod(NamedTuple):
    """The period in which a plan puts its task, if any, and by when (``planned_end``)."""

    plan: int
    ends: date | None
    period_ends: date | None
    label: str


@dataclass(frozen=True)
class Proposal:
    """What would be carried over, and the plans that the tasks in force would go to, by their keys."""

    carried: CarriedOver
    moves: dict[int, int]
    periods: list[str]


class Proposals:
    """The plans of these revisions, in force and waiting, read once. Two queries."""

    def __init__(self, revisions: Collection[int], pending: Collection[int]):
        self._plans: dict[int, dict[int, PlannedPeriod]] = defaultdict(dict)
        rows = PlannedTask.objects.filter(revision__in=revisions).order_by("position")
        values = rows.values_list("revision", "task", "pk", "period__last_day", "period__label", "due_on")
        for revision, task, plan, last_day, label, due_on in values:
            self._plans[revision][task] = PlannedPeriod(plan, last_day or due_on, last_day, label or "")
        self._became: dict[int, list[tuple[int, int]]] = defaultdict(list)
        lineage = TaskLineage.objects.filter(revision__in=pending)
        for revision, from_task, to_task in lineage.values_list("revision", "from_task", "to_task"):
            self._became[revision].append((from_task, to_task))

    def not_in_force(self, in_force: int, pending: int) -> set[int]:
        """The tasks that only the revision that waits plans."""
        return self._plans[pending].keys() - self._plans[in_force].keys()

    def of(self, in_force: int, pending: int, complete: Collection[int]) -> Proposal:
        """``complete`` are the tasks of either that are complete on the day."""
        now, then = self._plans[in_force], self._plans[pending]
        before = {task: plan.ends for task, plan in now.items()}
        after = {task: plan.period_ends for task, plan in then.items()}
        carried = carried_over(before, after, self._became[pending], complete)
        moves = {origin: then[task].plan for task, origin in sorted(carried.new.items(), reverse=True)}
        moves |= {task: then[task].plan for task in carried.old if task in then}
        labels = dict.fromkeys(then[task].label for task in carried.new)
        return Proposal(carried, moves, [label for label in labels if label])
