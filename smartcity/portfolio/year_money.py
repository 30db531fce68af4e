"""The money of a programme year by year: what was planned and what of it was paid, by source."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.figures.programme_day import YearSum
from tasks.pages.ledger.entries import Ledger, LedgerCell, Rate, Rows


@dataclass(frozen=True)
class MoneyYear:
    """One budget year with its rate, which divides by the plan of the same source."""

    year: int
    sums: Sequence[YearSum]

    @cached_property
    def rate(self) -> Rate:
        # The rate asks only for year, kind and source.
        cells = (LedgerCell(0, one.kind, one.source, one.year, one.vnd) for one in self.sums)
        return Ledger(cells).rate(Rows(year=self.year))

    def stack(self, kind: str) -> list[tuple[str, int]]:
        """What of this kind is of each source, in the order of the sources."""
        found = {one.source: one.vnd for one in self.sums if one.kind == kind and one.vnd > 0}
        return [(source.value, found[source.value]) for source in MoneySource if source.value in found]

    @property
    def planned(self) -> list[tuple[str, int]]:
        return self.stack(MoneyKind.YEAR_PLAN)

    @property
    def paid(self) -> list[tuple[str, int]]:
        return self.stack(MoneyKind.DISBURSEMENT)


def money_years(sums: Iterable[YearSum]) -> list[MoneyYear]:
    """The years that plans or payments name, in their order."""
    found: dict[int, list[YearSum]] = {}
    for one in sums:
        found.setdefault(one.year, []).append(one)
    return [MoneyYear(year, found[year]) for year in sorted(found)]


def sources_of(years: Iterable[MoneyYear]) -> list[tuple[str, str]]:
    """The sources that a chart of these years shows: key and label."""
    shown = {source for year in years for source, _ in [*year.planned, *year.paid]}
    return [(source.value, str(source.label)) for source in MoneySource if source.value in shown]
