"""Reading the figures of programmes on a day: the one place that computes them.

A constant number of queries, however many programmes, tasks and reports there are; tasks are counted in the database.
"""

import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat, NullIf

from programme.models import Programme, Revision, StatedFigure
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.records.joined_keys import keys_in
from tasks.figures.first_decided import read_first_decided
from tasks.figures.programme_day import DeclaredBudget, ProgrammeOnDay, YearSum
from tasks.figures.row_sets import TaskGroup
from tasks.models import BudgetEntry, PaidDay, ProposedMove, Status, TaskDay

# What is read of a revision's relations, wherever one is shown.
LOADED = ["document", "budget_document", "counts"]
# What figures tell tasks apart by; fields of ``TaskGroup``.
FACETS = ["status", "timeliness", "is_carried_over", "is_proposed", "causes", "in_first", "is_put_off"]
# What a card shows needs no others, and a country has a third of the groups.
FACETS_OF_CARDS = FACETS[:4]
# What a report says that hinders; nothing is no word.
TOLD_OBSTACLES = NullIf("told__obstacles", Value(""), output_field=TextField())

# The place of a sum that is of a budget year; periods have theirs from 1 on.
OF_A_YEAR = -1
KINDS_OF_A_YEAR = (MoneyKind.YEAR_PLAN, MoneyKind.DISBURSEMENT)

# A programme's key and a day.
Moment = tuple[int, date]
Days = dict[Moment, ProgrammeOnDay]


def read_programmes(
    programmes: Iterable[Programme], *, as_of: date, facets: Sequence[str] = FACETS, with_years: bool = False
) -> list[ProgrammeOnDay]:
    """Each of these programmes as it was on the day ``as_of``, in their order. Four queries beside their own.

    Before its first revision took effect a programme has no tasks and no revision. Only the row sets of the ``facets``
    are counted. ``with_years`` reads the sums of each budget year too: for programmes that come with
    their ``task_keys``, joined.
    """
    return _read(programmes, [as_of], facets, with_years=with_years)


def read_tasks_of(programmes: Iterable[Programme], *, as_of: date) -> list[ProgrammeOnDay]:
    """The same without what was stated, and without money: for pages of tasks alone. Two queries."""
    days = {(programme.pk, as_of): ProgrammeOnDay(programme, as_of) for programme in programmes}
    _add_revisions(days, [as_of])
    _add_groups(days, [as_of], FACETS)
    return list(days.values())


def add_first_decided(days: Collection[ProgrammeOnDay]) -> None:
    """Fill in ``first_decided`` of these, all of one day, where it will be asked of each. One query."""
    amended = {day.programme.pk: day for day in days if day.amends_the_first}
    for on in {day.as_of for day in days}:
        for pk, first in read_first_decided({pk: day.groups for pk, day in amended.items()}, on).items():
            amended[pk].first_decided = first


def read_programme_on_days(programme: Programme, days: Iterable[date]) -> dict[date, ProgrammeOnDay]:
    """One programme as it was on each of these days: as many queries as for one day."""
    return {day.as_of: day for day in _read([programme], sorted(set(days)), FACETS)}


def _read(
    programmes: Iterable[Programme], dates: list[date], facets: Sequence[str], *, with_years: bool = False
) -> list[ProgrammeOnDay]:
    found = list(programmes)
    days = {(programme.pk, on): ProgrammeOnDay(programme, on) for on in dates for programme in found}
    _add_revisions(days, dates)
    _add_groups(days, dates, facets)
    _add_stated(days, dates)
    _add_sums(days, dates, with_years=with_years)
    return list(days.values())


def _on_each(dates: list[date], rows_on: Callable[[date], QuerySet]) -> Iterable:
    """The rows of ``rows_on`` for each of the days, each with its day as ``read_on``, in one query."""
    return _together([rows_on(on).annotate(read_on=Value(on, output_field=DateField())) for on in dates])


def _together(querysets: list[QuerySet]) -> Iterable:
    """The rows of all of these in one query; none where there is nothing to ask."""
    if len(querysets) < 2:
        return itertools.chain.from_iterable(querysets)
    return querysets[0].union(*querysets[1:], all=True)


def _add_revisions(days: Days, dates: list[date]) -> None:
    programmes = {programme for programme, _ in days}

    def standing(on):
        return Revision.objects.standing(on).filter(programme__in=programmes).select_related(*LOADED)

    for revision in sorted(_on_each(dates, standing), key=lambda revision: revision.number):
        day = days[revision.programme_id, revision.read_on]
        revision.programme = day.programme
        if revision.is_in_effect(day.as_of):
            day.revision = revision
            day.carried_pair = revision.counts.carried_old, revision.counts.carried_new
            day.carried_into = revision.counts.carried_into
        else:
            day.pending = revision


def _add_groups(days: Days, dates: list[date], facets: Sequence[str]) -> None:
    """Count the tasks of all programmes, those alike together, in one statement."""

    def groups_on(on):
        programmes = [day.programme.pk for day in days.values() if day.as_of == on and day.revision]
        waiting = [day.pending.pk for day in days.values() if day.as_of == on and day.pending]
        rows = TaskDay.objects.of_programmes(programmes, on).as_on(on, waiting=waiting).order_by()
        return rows.values_list("programme", *facets).annotate(**told)

    told: dict[str, Aggregate] = {"tasks": Count("pk"), "vnd": Sum("planned_vnd"), "told_on": Max("told_on")}
    told["earliest_due"] = Min("due")
    if "causes" in facets:
        told |= {"first_obstacles": Min(TOLD_OBSTACLES), "last_obstacles": Max(TOLD_OBSTACLES)}
    names = [*facets, *told]
    for programme, *values, read_on in _on_each(dates, groups_on):
        days[programme, read_on].groups.append(TaskGroup(**dict(zip(names, values, strict=True))))


def _add_stated(days: Days, dates: list[date]) -> None:
    programmes = {day.programme.pk for day in days.values() if getattr(day.programme, "has_stated", True)}

    def stated(on):
        figures = StatedFigure.objects.filter(programme__in=programmes)
        return figures.telling_of(on).select_related("document")

    for figure in _on_each(dates, stated):
        days[figure.programme_id, figure.read_on].stated.append(figure)
    for day in days.values():
        # A revision that declares a total is closer to the decision than what a report says of it.
        day.declared = _declared(day.revision) or _last_stated(day.stated_budgets)
        day.proposed_budget = _declared(day.pending)


def _add_sums(days: Days, dates: list[date], *, with_years: bool) -> None:
    """What was paid, and in which years; how many tasks a revision would carry over, into which of its periods.

    One statement for all: of a period, the count and its place; of a year, its sums, which have no place; without
    either, the money.
    """
    programmes = {programme for programme, _ in days}
    waiting: dict[date, list[int]] = {on: [] for on in dates}
    for day in days.values():
        if day.counts["de-nghi-chuyen-tiep"] and day.pending:
            day.proposed_pair = day.counts["de-nghi-chuyen-tiep"], 0
            waiting[day.as_of].append(day.pending.pk)
    sums = [_paid_by(on, programmes) for on in dates]
    sums += [_moved_by(on, revisions) for on, revisions in waiting.items() if revisions]
    programmes_read: list[Any] = [day.programme for day in days.values()] if with_years else []
    tasks = [key for programme in programmes_read for key in keys_in(programme.task_keys)]
    sums += [_years_by(on, tasks) for on in dates if tasks]
    for programme, period, amount, place, on in sorted(_together(sums), key=itemgetter(3)):
        day = days[programme, on]
        if place == OF_A_YEAR:
            year, kind, source = period.split()
            if kind in KINDS_OF_A_YEAR:
                day.year_sums.append(YearSum(int(year), kind, source, amount))
        elif period:
            day.proposed_pair = day.proposed_pair[0], day.proposed_pair[1] + amount
            day.proposed_periods.append(period)
        else:
            day.disbursed_vnd = amount


def _paid_by(on: date, programmes: Collection[int]) -> QuerySet:
    of_each = PaidDay.objects.of_programmes(programmes, on).annotate(amount=F("paid_vnd"))
    return _as_sums(of_each, "programme", on, label=Value("", output_field=CharField()), place=Value(0))


def _years_by(on: date, tasks: Collection[int]) -> QuerySet:
    # Every kind: narrowed by two lists, SQLite's index (3.40) finds entries of later days too.
    entries = BudgetEntry.objects.filter(task__in=tasks, year__isnull=False)
    of_each = entries.decided_by(on).order_by().values("task__programme", "year", "kind", "source")
    parts = [Cast("year", CharField()), Value(" "), "kind", Value(" "), "source"]
    label = Concat(*parts, output_field=CharField())
    # PostgreSQL adds whole numbers to a decimal one, and with it the whole column would be.
    of_each = of_each.annotate(amount=Cast(Sum("amount_vnd"), BigIntegerField()))
    return _as_sums(of_each, "task__programme", on, label=label, place=Value(OF_A_YEAR))


def _moved_by(on: date, revisions: Collection[int]) -> QuerySet:
    open_ = TaskDay.objects.covering(on).filter(plan=OuterRef("before"), task=OuterRef("task"))
    moves = ProposedMove.objects.open_on(on).filter(Exists(open_.exclude(status=Status.COMPLETE)))
    of_each = moves.filter(revision__in=revisions).order_by().values("revision__programme", "period__label")
    counted = of_each.annotate(amount=Count("after", distinct=True))
    return _as_sums(counted, "revision__programme", on, label=F("period__label"), place=Min("after__position"))


def _as_sums(of_each: QuerySet, programme: str, on: date, **columns) -> QuerySet:
    rows = of_each.annotate(read_on=Value(on, output_field=DateField()), **columns)
    return rows.values_list(programme, "label", "amount", "place", "read_on")


def _declared(revision: Revision | None) -> DeclaredBudget | None:
    if revision is None or revision.declared_budget_vnd is None:
        return None
    document = revision.budget_document or revision.document
    return DeclaredBudget(revision.declared_budget_vnd, revision.declared_budget_kind, document)


def _last_stated(budgets: list[StatedFigure]) -> DeclaredBudget | None:
    return DeclaredBudget(budgets[-1].value, budgets[-1].money_kind, budgets[-1].document) if budgets else None
