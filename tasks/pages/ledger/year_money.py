"""The money of budget years by source, of one programme or of several: what was planned, what of it was paid.

Only a year's plan and its payments are told, and never added to each other. A rate divides by the plan of the same
source, year and programme; of several, only those are summed whose own rate is known.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from smartcity.lib.language.money import MoneyKind, MoneySource, say_money
from smartcity.lib.language.percent import say_percent
from tasks.figures.programme_day import YearSum
from tasks.pages.ledger.entries import (
    NOT_PAID,
    PAID_OTHERWISE,
    RATE_KINDS,
    Figure,
    Ledger,
    LedgerCell,
    Rate,
    Rows,
)

NO_PLAN = "chưa có kế hoạch vốn năm"
NO_PART = "chưa phần nào có đủ kế hoạch và giải ngân"
NO_YEAR = "không ghi năm nên không tính vào tỷ lệ"


@dataclass(frozen=True)
class RateOfSeveral:
    """The rates of these programmes and years together, beside what was planned and paid in all."""

    rates: Sequence[Rate]
    planned: Figure
    paid: Figure

    @cached_property
    def known(self) -> list[Rate]:
        return [rate for rate in self.rates if rate.is_known]

    @property
    def is_known(self) -> bool:
        return bool(self.known)

    @property
    def own_vnd(self) -> int:
        """What was paid from sources that have a plan."""
        return sum(rate.own_vnd for rate in self.known)

    @property
    def planned_vnd(self) -> int:
        return sum(rate.planned.vnd or 0 for rate in self.known)

    @property
    def percent(self) -> str:
        return say_percent(self.own_vnd, self.planned_vnd) if self.is_known else ""

    @property
    def share(self) -> float:
        return self.own_vnd / self.planned_vnd if self.is_known else 0.0

    @property
    def excess_vnd(self) -> int:
        return max(self.own_vnd - self.planned_vnd, 0) if self.is_known else 0

    @property
    def own(self) -> tuple[Figure, ...]:
        """The sums that the numerator adds, each with its rows; none where it is no sum of whole row sets."""
        if not self.is_known or self.own_vnd == self.paid.vnd:
            return (self.paid,) if self.is_known else ()
        return self.known[0].own if len(self.rates) == 1 else ()

    @property
    def divisor(self) -> Figure | None:
        """The denominator, if it is all that was planned."""
        return self.planned if self.planned_vnd == self.planned.vnd else None

    @property
    def beside(self) -> tuple[Figure, ...]:
        """What was paid from sources without a plan, of a single rate over all sources."""
        is_told = self.planned.vnd and not self.planned.of.source and len(self.rates) == 1
        return self.rates[0].beside if is_told else ()

    @property
    def left_out(self) -> str:
        """Which of the parts have no rate, where others have one: «2 đề án», «3 năm»."""
        some, years = len(self.rates) - len(self.known), {rate.planned.of.year for rate in self.rates}
        if not self.known or not some:
            return ""
        if self.planned.of.year is not None:
            return f"{some} đề án"
        return f"{some} năm" if len(years) == len(self.rates) else f"{some} năm của các đề án"

    @property
    def text(self) -> str:
        """The rate, or why there is none."""
        if self.is_known:
            return f"{self.percent}, vượt {say_money(self.excess_vnd)}" if self.excess_vnd else self.percent
        if self.planned.of.year == 0:
            return NO_YEAR
        if not self.planned.vnd:
            return NO_PLAN
        if len(self.rates) > 1 and self.paid.vnd is not None:
            return NO_PART
        return NOT_PAID if self.paid.vnd is None else PAID_OTHERWISE


@dataclass(frozen=True)
class MoneyRow:
    """A row of the table; ``since_planned`` and ``since_paid`` came after the day that it is compared with."""

    of: Rows
    planned: Figure
    paid: Figure
    rate: RateOfSeveral
    since_planned: int | None = None
    since_paid: int | None = None

    @property
    def label(self) -> str:
        """The source, or that it is of all."""
        return str(MoneySource(self.of.source).label) if self.of.source else "Mọi nguồn vốn"


@dataclass(frozen=True)
class MoneyYear:
    """A budget year, or, as 0, what names none: all its sources together, and each."""

    number: int
    whole: MoneyRow
    sources: list[MoneyRow]

    @property
    def label(self) -> str:
        return str(self.number) if self.number else "Không rõ năm"

    @property
    def rows(self) -> list[MoneyRow]:
        return _beside(self.whole, self.sources)


def _beside(whole: MoneyRow, sources: list[MoneyRow]) -> list[MoneyRow]:
    """All sources together above each; a single one is all."""
    return [whole, *sources] if len(sources) > 1 else sources


class MoneyTable:
    """All rows, from the sums of each programme, kind, source and year; ``later`` are those that came since.

    A cell names its programme where it would name a task.
    """

    def __init__(self, cells: Iterable[LedgerCell], later: Iterable[LedgerCell] = ()):
        self.cells = [cell for cell in cells if cell.kind in RATE_KINDS]
        self.later = [cell for cell in later if cell.kind in RATE_KINDS]
        # Rates are asked of few cells at a time: of all of them they would be looked for in thousands.
        self._parts: dict[tuple[int, int], list[LedgerCell]] = defaultdict(list)
        for cell in self.cells:
            self._parts[cell.year or 0, cell.task_id].append(cell)
        self._rates: dict[tuple[int, int, str | None], Rate] = {}

    @property
    def is_empty(self) -> bool:
        return not self.cells

    @cached_property
    def numbers(self) -> list[int]:
        """The years in their order; what names none is last."""
        return sorted({cell.year or 0 for cell in self.cells}, key=lambda year: (not year, year))

    @cached_property
    def years(self) -> list[MoneyYear]:
        return [self._year(number) for number in self.numbers]

    def _year(self, number: int) -> MoneyYear:
        of_each = [Rows(year=number, source=source.value) for source in self._sources_of(number)]
        return MoneyYear(number, self.row(Rows(year=number)), [self.row(of) for of in of_each])

    @cached_property
    def sources(self) -> list[MoneyRow]:
        """Each source over all years."""
        return [self.row(Rows(source=source.value)) for source in self._sources_of()]

    @cached_property
    def total(self) -> MoneyRow:
        return self.row(Rows())

    @property
    def rows(self) -> list[MoneyRow]:
        """Each year with its sources, as a file has them."""
        return [row for year in self.years for row in year.rows]

    @property
    def totals(self) -> list[MoneyRow]:
        """All years together, with each source."""
        return _beside(self.total, self.sources)

    def row(self, of: Rows) -> MoneyRow:
        """What of a year, of a source, of both or of all."""
        figures = Ledger(cell for cell in self.cells if of.counts(cell))
        since = Ledger(cell for cell in self.later if of.counts(cell))
        planned, paid = (figures.figure(of, kind) for kind in RATE_KINDS)
        rates = [self._rate(year, part, of.source) for year, part in self._parts if year and of.year in (None, year)]
        told = [rate for rate in rates if rate.planned.rows or rate.disbursed.rows]
        came = (since.figure(of, kind).vnd for kind in RATE_KINDS)
        return MoneyRow(of, planned, paid, RateOfSeveral(told, planned, paid), *came)

    def _rate(self, year: int, part: int, source: str | None) -> Rate:
        key = year, part, source
        if key not in self._rates:
            self._rates[key] = Ledger(self._parts[year, part]).rate(Rows(year=year, source=source))
        return self._rates[key]

    def _sources_of(self, year: int | None = None) -> list[MoneySource]:
        found = {cell.source for cell in self.cells if Rows(year=year).counts(cell)}
        return [source for source in MoneySource if source.value in found]

    @property
    def message(self) -> str:
        """What the table comes to: «Đã giải ngân 5 tỷ đồng / 31 tỷ đồng kế hoạch vốn các năm, 16,12%»."""
        rate = self.total.rate
        if rate.is_known:
            return (
                f"Đã giải ngân {say_money(rate.own_vnd)} / {say_money(rate.planned_vnd)} kế hoạch vốn"
                f"{' các năm' if len(self.years) > 1 else f' năm {self.years[0].label}'}, {rate.percent}"
                f"{f'; chưa tính {rate.left_out} chưa đủ số liệu' if rate.left_out else ''}"
            )
        if self.total.paid.vnd is not None:
            return f"Đã giải ngân {say_money(self.total.paid.vnd)}; {rate.text}"
        return f"Kế hoạch vốn {say_money(self.total.planned.vnd or 0)}; {rate.text}"


def of_programme(cells: Iterable[LedgerCell]) -> list[LedgerCell]:
    """The sums of the tasks of one programme as its own: a plan of one task is fulfilled by payments on another."""
    sums: dict[tuple[str, str, int | None], tuple[int, int]] = {}
    for cell in cells:
        key = cell.kind, cell.source, cell.year
        vnd, rows = sums.get(key, (0, 0))
        sums[key] = vnd + cell.vnd, rows + cell.rows
    return [LedgerCell(0, kind, source, year, *sum_) for (kind, source, year), sum_ in sums.items()]


def of_years(sums: Iterable[YearSum]) -> MoneyTable:
    """The table of what a programme's page has read; it asks nothing of the number of rows."""
    return MoneyTable(LedgerCell(0, one.kind, one.source, one.year, one.vnd) for one in sums)


def stacked(row: MoneyYear, kind: str) -> list[tuple[str, int]]:
    """What of this kind is of each source, in the order of the sources."""
    planned = kind == MoneyKind.YEAR_PLAN
    found = [(one.of.source or "", (one.planned if planned else one.paid).vnd or 0) for one in row.sources]
    return [(source, vnd) for source, vnd in found if vnd > 0]
