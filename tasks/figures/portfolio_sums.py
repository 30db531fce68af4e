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
    Case,
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
    When,
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
    # Of each programme, by its key: kind, source and sum in đồng.
    money: dict[int, list[tuple[str, str, int]]] = field(default_factory=lambda: defaultdict(list))
    late: list[LateAgency] = field(default_factory=list)
    trend: list[TrendPoint] = field(default_factory=list)
    # How many tasks nobody has reported on this cycle; None where that was not asked for, or no cycle runs.
    unreported: int | None = None


def read_sums(
    programmes: Collection[int], as_of: date, *, trend: Sequence[date] = (), with_cycles: bool = False
) -> PortfolioSums:
    """Of these programmes, given by their keys, on the day ``as_of``. One query.

    ``trend`` are the days of the way so far. What is reported for a cycle is known of today alone.
    """
    sums = PortfolioSums()
    if not programmes:
        return sums
    parts = [_money(programmes, as_of), _late(programmes, as_of), *(_on(programmes, day) for day in trend)]
    parts += [_unreported(programmes, as_of), _cycles(programmes, as_of)] if with_cycles else []
    cycles = unreported = 0
    for what, key, label, amount, other, on in parts[0].union(*parts[1:], all=True):
        if what == MONEY:
            kind, _, source = label.partition(" ")
            sums.money[key].append((kind, source, amount))
        elif what == LATE:
            name, _, province = label.partition("\n")
            sums.late.append(LateAgency(key, name, province, amount, on))
        elif what == TREND:
            sums.trend.append(TrendPoint(on, amount, other))
        elif what == UNREPORTED:
            unreported = amount
        else:
            cycles = amount
    sums.unreported = unreported if cycles else None
    sums.late.sort(key=lambda agency: (agency.since, -agency.tasks, agency.name))
    sums.trend.sort(key=lambda point: point.on)
    return sums


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


def _late(programmes: Collection[int], as_of: date) -> QuerySet:
    """The overdue tasks by who leads them; none of those of which no source says who does."""
    days = _judged(programmes, as_of)
    passed_on = When(task__in=LeadTransfer.objects.values("task"), then=lead_of("plan__", as_of))
    lead = Case(passed_on, default=F("plan__lead_agency_id"), output_field=BigIntegerField())
    days = days.filter(timeliness=Timeliness.OPEN_OVERDUE.value).annotate(key=lead)
    # A ministry is of no province.
    parts = [
        Coalesce(NullIf("short_name", Value("")), "name", output_field=CharField()),
        Value("\n"),
        Coalesce("province__name", Value(""), output_field=CharField()),
    ]
    names = Agency.objects.filter(pk=OuterRef("key")).values(said=Concat(*parts, output_field=CharField()))
    of_each = days.filter(key__isnull=False).values("key").annotate(label=Subquery(names[:1]), amount=Count("pk"))
    return _as_row(of_each, LATE, on=Min("due"))


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
