"""Reading the figures of programmes on a day: the one place that computes them.

A constant number of queries, however many programmes, tasks and reports there are; tasks are counted in the database.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date

from django.db.models import Count, DateField, Max, OuterRef, QuerySet, Subquery, Sum, Value

from programme.models import Measure, Period, Programme, Revision, RevisionStep, StatedFigure
from smartcity.lib.language.money import MoneyKind
from tasks.figures.first_decided import read_first_decided
from tasks.figures.programme_day import DeclaredBudget, ProgrammeOnDay
from tasks.figures.proposals import Proposals
from tasks.figures.row_sets import TaskGroup
from tasks.figures.transfers import CoordinationTransfers
from tasks.models import BudgetEntry, ProgressUpdate, RevisionCounts, Status, Task, TaskDay

# What is read of a revision's relations, wherever one is shown.
LOADED = ["programme", "document", "budget_document"]
# What figures tell tasks apart by, beside what a revision that waits would make of them; fields of ``TaskGroup``.
FACETS = ["status", "timeliness", "causes", "is_carried_over", "in_first", "period"]

# A programme's key and a day.
Moment = tuple[int, date]
Days = dict[Moment, ProgrammeOnDay]


def read_programmes(programmes: QuerySet[Programme], *, as_of: date) -> list[ProgrammeOnDay]:
    """Each of these programmes as it was on the day ``as_of``, by code.

    Before its first revision took effect a programme has no tasks and no revision.
    """
    days = _read(programmes, [as_of])
    first = read_first_decided(
        {day.programme.pk: [group for group in day.groups if group.in_first] for day in days if day.revision}, as_of
    )
    for day in days:
        day.first_decided = first.get(day.programme.pk)
    return days


def read_programme_on_days(programme: Programme, days: Iterable[date]) -> dict[date, ProgrammeOnDay]:
    """One programme as it was on each of these days: as many queries as for one day."""
    return {day.as_of: day for day in _read(Programme.objects.filter(pk=programme.pk), sorted(set(days)))}


def stated_on(programme: Programme, as_of: date) -> QuerySet[StatedFigure]:
    """What documents stated of the programme for exactly this day."""
    return programme.stated_figures.filter(as_of=as_of).select_related("document").order_by("pk")


def _read(programmes: QuerySet[Programme], dates: list[date]) -> list[ProgrammeOnDay]:
    found = list(programmes.select_related("province", "coordinating_agency__province").order_by("code"))
    keys = [programme.pk for programme in found]
    transfers = CoordinationTransfers(keys)
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
    _add_groups(days, dates)
    _add_groups_with_proposals(days, dates)
    _add_carried(days)
    _add_money(days, dates)
    return list(days.values())


def _on_each(dates: list[date], rows_on: Callable[[date], QuerySet]) -> Iterable:
    """The rows of ``rows_on`` for each of the days, each with its day as ``read_on``, in one query."""
    querysets = [rows_on(on).annotate(read_on=Value(on, output_field=DateField())) for on in dates]
    if len(querysets) < 2:
        return itertools.chain.from_iterable(querysets)
    return querysets[0].union(*querysets[1:], all=True)


def _pending_on(days: Days, on: date) -> list[Revision]:
    return [day.pending for day in days.values() if day.pending and day.as_of == on]


def _last_steps(revisions: list[Revision], as_of: date) -> QuerySet[RevisionStep]:
    last = RevisionStep.objects.filter(revision=OuterRef("revision"), on__lte=as_of).order_by("-on", "-pk")
    steps = RevisionStep.objects.filter(revision__in=revisions, pk=Subquery(last.values("pk")[:1]))
    return steps.select_related("revision", "document")


def _add_groups(days: Days, dates: list[date]) -> None:
    """Count the tasks of the programmes for which no revision waits: one statement for all of them."""

    def groups_on(on):
        programmes = [day.programme.pk for day in days.values() if day.as_of == on and not day.pending]
        rows = TaskDay.objects.on(on).filter(programme__in=programmes).values("programme", *FACETS)
        return rows.annotate(count=Count("pk"), vnd=Sum("planned_vnd"), told=Max("told_on"))

    for row in _on_each(dates, groups_on):
        days[row["programme"], row["read_on"]].groups.append(_group(row, row["count"], row["vnd"], row["told"]))


def _group(row: dict, count: int, vnd: int, told_on: date | None, *, is_proposed: bool = False) -> TaskGroup:
    facets = {name: row[name] for name in FACETS}
    return TaskGroup(**facets, count=count, vnd=vnd, told_on=told_on, is_proposed=is_proposed)


def _add_groups_with_proposals(days: Days, dates: list[date]) -> None:
    """The same where a revision waits, which says of each task whether it would be carried over."""
    waiting = {
        moment: (day.revision.pk, day.pending.pk) for moment, day in days.items() if day.revision and day.pending
    }
    if not waiting:
        return
    pairs = set(waiting.values())
    proposals = Proposals({pk for pair in pairs for pk in pair}, {pending for _, pending in pairs})

    def rows_on(on):
        programmes = [programme for programme, day in waiting if day == on]
        rows = TaskDay.objects.on(on).filter(programme__in=programmes)
        return rows.values("programme", "task", *FACETS, "planned_vnd", "told_on")

    tasks: dict[Moment, list[dict]] = defaultdict(list)
    for row in _on_each(dates, rows_on):
        tasks[row["programme"], row["read_on"]].append(row)
    complete = _complete_among({moment: proposals.not_in_force(*pair) for moment, pair in waiting.items()})
    for moment, pair in waiting.items():
        complete[moment] |= {row["task"] for row in tasks[moment] if row["status"] == Status.COMPLETE}
        proposal = proposals.of(*pair, complete[moment])
        day = days[moment]
        day.proposed_pair, day.moves = proposal.carried.pair, proposal.moves
        day.proposed_periods = proposal.periods
        day.groups = _grouped(tasks[moment], proposal.moves)


def _grouped(tasks: list[dict], moves: Collection[int]) -> list[TaskGroup]:
    alike: dict[tuple, list[dict]] = defaultdict(list)
    for row in tasks:
        alike[row["task"] in moves, *(row[name] for name in FACETS)].append(row)
    return [
        _group(
            rows[0],
            len(rows),
            sum(row["planned_vnd"] for row in rows),
            max((row["told_on"] for row in rows if row["told_on"]), default=None),
            is_proposed=is_proposed,
        )
        for (is_proposed, *_), rows in alike.items()
    ]


def _complete_among(tasks: dict[Moment, set[int]]) -> dict[Moment, set[int]]:
    """Which of these tasks, of each programme and day, are complete, planned then or not. One query."""
    asked: dict[date, set[int]] = defaultdict(set)
    for (_, on), keys in tasks.items():
        asked[on] |= keys
    dates = [on for on, keys in asked.items() if keys]
    found: dict[date, set[int]] = defaultdict(set)
    if dates:
        for update in _on_each(dates, lambda on: _completing(asked[on], on)):
            found[update.read_on].add(update.task_id)
    return {(programme, on): keys & found[on] for (programme, on), keys in tasks.items()}


def _completing(tasks: set[int], on: date) -> QuerySet[ProgressUpdate]:
    latest = ProgressUpdate.objects.latest_accepted(Task.objects.filter(pk__in=tasks), on)
    return latest.filter(status=Status.COMPLETE).only("task")


def _add_carried(days: Days) -> None:
    """What the revisions in force carried over, and the periods to which it went, in their order."""
    revisions = {day.revision.pk for day in days.values() if day.revision}
    counted = {counts.pk: counts for counts in RevisionCounts.objects.filter(pk__in=revisions)}
    moved = {group.period for day in days.values() for group in day.groups if group.is_carried_over and group.period}
    periods = list(Period.objects.filter(pk__in=moved).order_by("first_day", "pk"))
    for day in days.values():
        if day.revision is None:
            continue
        if day.revision.pk in counted:
            counts = counted[day.revision.pk]
            day.carried_pair = counts.carried_old, counts.carried_new
        own = {group.period for group in day.groups if group.is_carried_over}
        day.carried_periods = list(dict.fromkeys(period.label for period in periods if period.pk in own))


def _add_money(days: Days, dates: list[date]) -> None:
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
    for day in days.values():
        # A revision that declares a total is closer to the decision than what a report says of it.
        day.declared = _declared(day.revision) or day.declared
        day.proposed_budget = _declared(day.pending)
    for row in _on_each(dates, paid):
        days[row["task__programme"], row["read_on"]].disbursed_vnd = row["vnd"]


def _declared(revision: Revision | None) -> DeclaredBudget | None:
    if revision is None or revision.declared_budget_vnd is None:
        return None
    document = revision.budget_document or revision.document
    return DeclaredBudget(revision.declared_budget_vnd, revision.declared_budget_kind, document)
