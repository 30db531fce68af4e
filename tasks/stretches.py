"""From plans and reports to the stretches of days on which nothing of a task changes.

What a revision decides holds from the day of its effect to that of the next one; within it, each report that counts
says the status from its day on. A report that is accepted later about an earlier day changes what was carried over.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from programme.models import Period
from tasks.baseline import Decisions, read_decisions
from tasks.models import PlannedBudget, PlannedTask, ProgressUpdate, Status
from tasks.models.task_day import NO_REPORT, STILL, UNEXPLAINED
from tasks.planned_money import Budgets, total_vnd


class Stretch(NamedTuple):
    """The columns of ``TaskDay``, by their names."""

    programme_id: int
    task_id: int
    plan_id: int
    period_id: int | None
    told_id: int | None
    told_on: date | None
    carried_from_id: int | None
    since: date
    until: date
    status: str
    causes: str
    due: date | None
    completed_on: date | None
    slips: int
    first_due: date | None
    in_first: bool
    planned_vnd: int


class Counts(NamedTuple):
    """The columns of ``RevisionCounts``, by their names."""

    revision_id: int
    tasks: int
    carried_old: int
    carried_new: int
    carried_into: str


class Plan(NamedTuple):
    """What a revision plans for a task."""

    pk: int
    task: int
    period: int | None
    due: date | None
    vnd: int


class Told(NamedTuple):
    """A report that counts."""

    pk: int
    as_of: date
    status: str
    causes: str
    completed_on: date | None


@dataclass
class Sources:
    """Of one programme: its adopted revisions, their plans, and the reports on its tasks by day."""

    programme: int
    decisions: Decisions
    plans: dict[int, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    told: dict[int, list[Told]] = field(default_factory=lambda: defaultdict(list))
    # The names of the periods, by their keys, in the order of their days.
    periods: dict[int, str] = field(default_factory=dict)


def read_sources(programme: int) -> Sources:
    """The sources of all that is derived of the programme. Nine queries."""
    sources = Sources(programme, read_decisions([programme], date.max))
    revisions = [revision.pk for revision in sources.decisions.revisions]
    plans = PlannedTask.objects.filter(revision__in=revisions)
    amounts = PlannedBudget.objects.filter(planned_task__revision__in=revisions)
    told = ProgressUpdate.objects.counting().filter(task__programme=programme)
    budgets: dict[int, Budgets] = defaultdict(dict)
    for plan, source, year, vnd in amounts.values_list("planned_task", "source", "year", "amount_vnd"):
        budgets[plan][source, year] = vnd
    values = plans.values_list("revision", "pk", "task", "period", "due_on", "period__last_day")
    for revision, pk, task, period, due_on, last_day in values:
        sources.plans[revision].append(Plan(pk, task, period, due_on or last_day, total_vnd(budgets[pk])))
    reports = told.order_by("as_of", "pk").values_list("task", "pk", "as_of", "status", "causes", "completed_on")
    for task, *report in reports:
        sources.told[task].append(Told(*report))
    periods = Period.objects.filter(revision__in=revisions).order_by("first_day", "pk")
    sources.periods = dict(periods.values_list("pk", "label"))
    return sources


def stretches(sources: Sources) -> Iterator[Stretch]:
    """Every stretch of every task of which ``sources`` tell."""
    revisions = sources.decisions.revisions
    base_plans = {revision.pk: revision.plans for revision in revisions}
    # As many as there are revisions: each holds until the next one takes effect.
    ends = [*(revision.effective_on for revision in revisions), STILL][1:]
    for revision, until in zip(revisions, ends, strict=True):
        since = revision.effective_on
        decided = sources.decisions.by(since)
        carried = decided.carried[revision.pk].new
        base = base_plans.get(revision.base, {}) if revision.base else {}
        for plan in sources.plans[revision.pk]:
            for told, begin, end in _cut(sources.told[plan.task], since, until):
                yield Stretch(
                    programme_id=sources.programme,
                    task_id=plan.task,
                    plan_id=plan.pk,
                    period_id=plan.period,
                    carried_from_id=base.get(carried[plan.task]) if plan.task in carried else None,
                    since=begin,
                    until=end,
                    due=plan.due,
                    slips=decided.slips[plan.task],
                    first_due=decided.first_due[plan.task],
                    in_first=plan.task in decided.first[sources.programme],
                    planned_vnd=plan.vnd,
                    **said_by(told),
                )


def said_by(told: Told | None) -> dict[str, Any]:
    """The columns that follow from the last report alone; ``causes`` say why an open task is not complete."""
    if told is None:
        return {"told_id": None, "told_on": None, "status": NO_REPORT, "causes": UNEXPLAINED, "completed_on": None}
    complete = told.status == Status.COMPLETE
    return {
        "told_id": told.pk,
        "told_on": told.as_of,
        "status": told.status,
        "causes": "" if complete else told.causes or UNEXPLAINED,
        "completed_on": told.completed_on if complete else None,
    }


def counts(sources: Sources) -> Iterator[Counts]:
    """What is counted of each adopted revision."""
    for revision in sources.decisions.revisions:
        carried = sources.decisions.by(revision.effective_on).carried[revision.pk]
        into = {plan.period for plan in sources.plans[revision.pk] if plan.task in carried.new}
        labels = dict.fromkeys(label for period, label in sources.periods.items() if period in into)
        yield Counts(revision.pk, len(revision.plans), *carried.pair, ", ".join(labels))


def _cut(told: list[Told], since: date, until: date) -> Iterator[tuple[Told | None, date, date]]:
    """The stretch from ``since`` to ``until``, cut where another report begins to count."""
    before = [report for report in told if report.as_of <= since]
    # Of two for one day the one entered later counts.
    within = {report.as_of: report for report in told if since < report.as_of < until}
    cuts = [(since, before[-1] if before else None), *within.items()]
    for (begin, report), (end, _) in pairwise([*cuts, (until, None)]):
        yield report, begin, end
