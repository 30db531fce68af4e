"""Many tasks planned at once, and taken out again: what doing it one by one would do, in a few queries."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError

from programme.models import Agency, Revision, User
from programme.operations.drafting import lock_draft
from smartcity.lib.records.history import operation, signed_bulk_create
from tasks.models import Coordination, PlannedBudget, PlannedTask, Task
from tasks.operations.drafting import forget, refuse_foreign, refuse_replaced, take_out
from tasks.operations.numbering import last_position, renumber


@dataclass(frozen=True)
class NewPlan:
    """What a draft is to say of one more task. Without ``task`` a new one begins."""

    fields: dict[str, Any]
    position: int | None = None
    task: Task | None = None
    coordinating: list[Agency] = field(default_factory=list)
    budgets: list[PlannedBudget] = field(default_factory=list)
    reason: str = ""


def numbers_for(revision: Revision, plans: Sequence[NewPlan]) -> list[NewPlan]:
    """The plans with their numbers in the draft, in that order; those without one come last, as they are given.

    A list that is known in part keeps its document's numbers; in any other a number beyond the list is the next one.
    """
    numbered = sorted(plans, key=lambda plan: (plan.position is None, plan.position or 0))
    number = last_position(revision)
    given = []
    for plan in numbered:
        keeps = revision.task_list_is_partial and plan.position is not None
        number = max(number, plan.position or 0) if keeps else number + 1
        given.append(replace(plan, position=plan.position if keeps else number))
    return given


@operation
def plan_tasks(revision: Revision, plans: Sequence[NewPlan], *, by: User) -> list[PlannedTask]:
    """Put many tasks into a draft, each at its number, which must be free. They are valid one by one already."""
    revision = lock_draft(revision)
    for plan in plans:
        refuse_foreign(revision, lead_agency=[plan.fields.get("lead_agency")], coordinating=plan.coordinating)
        if plan.task is not None:
            refuse_replaced(revision, plan.task)
    _refuse_taken(revision, plans)
    tasks = _begin_tasks(revision, plans, by=by)
    rows = [
        PlannedTask(revision=revision, task=task, position=plan.position or 0, **plan.fields)
        for plan, task in zip(plans, tasks, strict=True)
    ]
    _store([(row, plan.reason) for row, plan in zip(rows, plans, strict=True)], by=by)
    helpers, money = [], []
    for row, plan in zip(rows, plans, strict=True):
        helpers += [(Coordination(planned_task=row, agency=agency), plan.reason) for agency in plan.coordinating]
        for budget in plan.budgets:
            budget.planned_task = row
            money.append((budget, plan.reason))
    _store(helpers, by=by)
    _store(money, by=by)
    return rows


@operation
def unplan_tasks(revision: Revision, planned: Sequence[PlannedTask], *, by: User, reason: str) -> None:
    """Take out of a draft what was put into it, as if it had never been there: nothing is recorded as removed.

    Those behind close up, but in a list that is known in part, where each keeps its document's number. A task that
    nothing speaks of any more is forgotten.
    """
    revision = lock_draft(revision)
    for row in planned:
        take_out(row, by=by, reason=reason)
    gone = sorted(row.position for row in planned)
    if not revision.task_list_is_partial:
        renumber(revision, lambda number: number - bisect_left(gone, number), by=by, reason=reason)
    for row in planned:
        forget(row.task, by=by, reason=reason)


def _refuse_taken(revision: Revision, plans: Sequence[NewPlan]) -> None:
    taken = dict(revision.planned_tasks.values_list("position", "name"))
    planned = set(revision.planned_tasks.values_list("task", flat=True))
    for plan in plans:
        if plan.position in taken:
            raise ValidationError({"position": f"Số {plan.position} vừa có nhiệm vụ khác: «{taken[plan.position]}»."})
        if plan.task is not None and plan.task.pk in planned:
            raise ValidationError({"task": f"«{plan.fields['name']}» vừa được đưa vào dự thảo."})


def _begin_tasks(revision: Revision, plans: Sequence[NewPlan], *, by: User) -> list[Task]:
    """The identity of each: its own, or a new one under a code made of its number."""
    taken = set(Task.objects.filter(programme=revision.programme).values_list("code", flat=True))
    tasks, new = [], []
    for plan in plans:
        if plan.task is None:
            number = plan.position or 1
            while (code := f"NV-{number:02d}") in taken:
                number += 1
            taken.add(code)
            task = Task(programme=revision.programme, code=code)
            new.append((task, plan.reason))
        tasks.append(plan.task or task)
    _store(new, by=by)
    return tasks


def _store(rows: list[tuple[Any, str]], *, by: User) -> None:
    for row, reason in rows:
        # Where the history finds the reason of one row among many.
        row._change_reason = reason
    signed_bulk_create([row for row, _ in rows], by=by)
