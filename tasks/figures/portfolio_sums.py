"""What is summed over the programmes of a page together: the year's money, the agencies that are late, the way so far.

One statement for all of it, in which each sum has the same columns.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateField,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf

from programme.models import Agency
from smartcity.lib.language.money import MoneyKind
from tasks.expected import not_reported_on
from tasks.models import BudgetEntry, LeadTransfer, ReportingCycle, Status, TaskDay
from tasks.models.lead_transfer import lead_of
from tasks.models.task_day import on_day
from tasks.timeliness import Timeliness

OF_YEAR = (MoneyKind.YEAR_PLAN, MoneyKind.DISBURSEMENT)
COLUMNS = ["what", "key", "label", "amount", "other", "on"]
MONEY, LATE, TREND, UNREPORTED, CYCLES = range(5)


@dataclass(frozen=True)
class LateAgency:
    """How many tasks an agency leads that are overdue, and the due of the one that is so for longest."""

    pk: int
    name: str
    province: str
    tasks: int
    since: date


@dataclass(frozen=True)
class TrendPoint:
    """How far all programmes together were on an earlier day."""

    on: date
    complete: int
    overdue: int


@dataclass
class PortfolioSums:
    # Of each programme, by its key: kind, source, year and sum in đồng.
    money: dict[int, list[tuple[str, str, int, int]]] = field(default_factory=lambda: defaultdict(list))
    # None where that was not asked for.
    late: list[LateAgency] | None = None
    trend: list[TrendPoint] = field(default_factory=list)
    # How many tasks nobody has reported on this cycle; None where that was not asked for, or no cycle runs.
    unreported: int | None = None


def read_sums(
    programmes: Collection[int],
    as_of: date,
    *,
    trend: Sequence[date] = (),
    with_late: bool = True,
    with_cycles: bool = False,
) -> PortfolioSums:
    """Of these programmes, given by their keys, on the day ``as_of``. One query.

    ``trend`` are the days of the way so far. Who is late is told ``with_late``. What is reported for a cycle is known
    of today alone.
    """
    sums = PortfolioSums()
    if not programmes:
        return sums
    parts = [
        _money(programmes, as_of),
        *(_late(programmes, as_of) if with_late else []),
        *(_on(programmes, day) for day in trend),
    ]
    parts += [_unreported(programmes, as_of), _cycles(programmes, as_of)] if with_cycles else []
    cycles = unreported = 0
    late: dict[int, LateAgency] = {}
    for what, key, label, amount, other, on in parts[0].union(*parts[1:], all=True):
        if what == MONEY:
            kind, _, source = label.partition(" ")
            sums.money[key].append((kind, source, as_of.year, amount))
        elif what == LATE:
            _add_late(late, key, label, amount, on)
        elif what == TREND:
            sums.trend.append(TrendPoint(on, amount, other))
        elif what == UNREPORTED:
            unreported = amount
        else:
            cycles = amount
    sums.unreported = unreported if cycles else None
    if with_late:
        sums.late = sorted(late.values(), key=lambda agency: (agency.since, -agency.tasks, agency.name))
    sums.trend.sort(key=lambda point: point.on)
    return sums


def _add_late(late: dict[int, LateAgency], key: int, label: str, tasks: int, since: date) -> None:
    name, _, province = label.partition("\n")
    known = late.get(key)
    late[key] = LateAgency(
        key, name, province, tasks + (known.tasks if known else 0), min(since, known.since) if known else since
    )


def _money(programmes: Collection[int], as_of: date) -> QuerySet:
    """Of the budget year of the day: what was planned for it, and what of it was paid by then."""
    entries = BudgetEntry.objects.filter(task__programme__in=programmes, year=as_of.year, kind__in=OF_YEAR)
    of_each = entries.decided_by(as_of).order_by().values("task__programme", "kind", "source")
    columns = {"key": F("task__programme"), "label": Concat("kind", Value(" "), "source", output_field=CharField())}
    return _as_row(
        of_each.annotate(amount=Cast(Sum("amount_vnd"), BigIntegerField()), **columns),
        MONEY,
        on=Value(as_of, DateField()),
    )


def _late(programmes: Collection[int], as_of: date) -> list[QuerySet]:
    """The overdue tasks by who leads them; none of those of which no source says who does.

    Most are led by whom the plan names, whose names come by one join; who leads the others is looked up.
    """
    days = _judged(programmes, as_of).filter(timeliness=Timeliness.OPEN_OVERDUE.value)
    is_passed_on = Q(task__in=LeadTransfer.objects.values("task"))
    planned = days.exclude(is_passed_on).filter(plan__lead_agency__isnull=False)
    planned = planned.values(key=F("plan__lead_agency"), label=_name_of("plan__lead_agency__"))
    passed_on = days.filter(is_passed_on).annotate(key=lead_of("plan__", as_of)).filter(key__isnull=False)
    names = Agency.objects.filter(pk=OuterRef("key")).values(said=_name_of())
    passed_on = passed_on.values("key").annotate(label=Subquery(names[:1]))
    return [_as_row(each.annotate(amount=Count("pk")), LATE, on=Min("due")) for each in (planned, passed_on)]


def _name_of(path: str = "") -> Concat:
    """An agency's name and its province's; a ministry is of none."""
    return Concat(
        Coalesce(NullIf(f"{path}short_name", Value("")), f"{path}name", output_field=CharField()),
        Value("\n"),
        Coalesce(f"{path}province__name", Value(""), output_field=CharField()),
        output_field=CharField(),
    )


def _on(programmes: Collection[int], day: date) -> QuerySet:
    """How many tasks were complete and how many overdue on an earlier day."""
    days = _judged(programmes, day)
    is_late = Q(timeliness=Timeliness.OPEN_OVERDUE.value)
    of_all = days.values(key=Value(0)).annotate(
        label=Value("", CharField()),
        amount=Count("pk", filter=Q(status=Status.COMPLETE)),
        other=Count("pk", filter=is_late),
    )
    return _as_row(of_all, TREND, on=Value(day, DateField()))


def _judged(programmes: Collection[int], day: date) -> QuerySet:
    """The rows of the day, each with its ``timeliness`` and nothing else that may be asked of it."""
    return TaskDay.objects.of_programmes(programmes, day).annotate(timeliness=on_day(day)["timeliness"]).order_by()


def _unreported(programmes: Collection[int], today: date) -> QuerySet:
    asked = not_reported_on(_running(programmes, today), today=today)
    days = TaskDay.objects.of_programmes(programmes, today).filter(task__in=asked).order_by()
    return _as_row(_counted(days), UNREPORTED, on=Value(today, DateField()))


def _cycles(programmes: Collection[int], today: date) -> QuerySet:
    return _as_row(_counted(_running(programmes, today).order_by()), CYCLES, on=Value(today, DateField()))


def _running(programmes: Collection[int], today: date) -> Any:
    return ReportingCycle.objects.filter(duty__programme__in=programmes).running(today)


def _counted(rows: QuerySet) -> QuerySet:
    return rows.values(key=Value(0)).annotate(label=Value("", CharField()), amount=Count("pk"))


def _as_row(rows: QuerySet, what: int, **columns: Any) -> QuerySet:
    given = {"what": Value(what), **columns}
    if "other" not in rows.query.annotations:
        given["other"] = Value(0, IntegerField())
    return rows.annotate(**given).values_list(*COLUMNS)
