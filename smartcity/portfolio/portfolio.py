"""The programmes beside each other on a day: a line for each, all together, and what stands above and below them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from smartcity.lib.language.money import group
from smartcity.lib.log.known.marks import known_today
from tasks.figures.headline import HeadlinePiece, freshness, headline, list_headline
from tasks.figures.marks import Mark, marks_of, together
from tasks.figures.movements import MOVEMENTS, Between, Moved
from tasks.figures.portfolio_sums import PortfolioSums, TrendPoint, read_sums
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.row_sets import counted
from tasks.figures.share_bar import Segment, bar
from tasks.pages.ledger.entries import LedgerCell, Rows
from tasks.pages.ledger.year_money import MoneyRow, MoneyTable

# With so few programmes there is room for their sentences.
ROOMY = 2
# Of more programmes the way so far and the cycle that runs are left out: they cost more than all else.
FEW = 12
# A day in each quarter: each costs as much as the first.
TREND_MONTHS = range(24, 0, -3)
# After so many days a report is old, and says so.
OLD = 60


@dataclass(frozen=True)
class Line:
    """One programme, or, with several ``days``, all of them together."""

    days: Sequence[ProgrammeOnDay]
    # Of the budget year of the day.
    money: MoneyRow
    moved: Moved | None

    @property
    def day(self) -> ProgrammeOnDay:
        return self.days[0]

    @cached_property
    def counts(self) -> dict[str, int]:
        return counted(group for day in self.days for group in day.groups)

    @property
    def total(self) -> int:
        return self.counts["tat-ca"]

    @property
    def complete(self) -> int:
        return self.counts["hoan-thanh"]

    @property
    def overdue(self) -> int:
        return self.counts["han-open_overdue"]

    @cached_property
    def days_overdue(self) -> int:
        return max((day.days_overdue for day in self.days), default=0)

    @property
    def is_reported(self) -> bool:
        return self.newest_report_on is not None

    @cached_property
    def newest_report_on(self) -> date | None:
        return max((day.newest_report_on for day in self.days if day.newest_report_on), default=None)

    @property
    def age(self) -> int:
        """Days since the newest report; 0 where there is none."""
        return (self.day.as_of - self.newest_report_on).days if self.newest_report_on else 0

    @property
    def is_old(self) -> bool:
        return self.age >= OLD

    @cached_property
    def bar(self) -> list[Segment]:
        return bar(self.counts)

    @cached_property
    def marks(self) -> list[Mark]:
        return marks_of(self.moved) if self.moved else []

    @property
    def headline(self) -> list[HeadlinePiece]:
        return headline(self.day)

    @property
    def freshness(self) -> str:
        return freshness(self.day)

    @property
    def days_waiting(self) -> int:
        """How long what is proposed has waited."""
        day = self.day
        return (day.as_of - day.pending.last_step_on).days if day.pending and not day.pending_is_adopted else 0


@dataclass(frozen=True)
class Sorting:
    """An order of the lines: what its column is called, and what is compared; the first is what matters most."""

    label: str
    of: Callable[[Line], Any]


SORTINGS = {
    "ten": Sorting("Đề án", lambda line: line.day.programme.code),
    "hoan-thanh": Sorting("Hoàn thành / tổng số", lambda line: line.complete / line.total if line.total else 2),
    "qua-han": Sorting("Quá hạn", lambda line: (-line.overdue, -line.days_overdue)),
    "giai-ngan": Sorting("Giải ngân", lambda line: (not line.money.rate.is_known, line.money.rate.share)),
    "bao-cao": Sorting("Báo cáo mới", lambda line: line.newest_report_on or date.min),
    "thay-doi": Sorting("Thay đổi", lambda line: -(line.moved.tasks if line.moved else 0)),
}
WORST = "qua-han"


@dataclass
class Portfolio:
    """The lines in their order; ``groups`` of one province each, where provinces have several programmes."""

    lines: list[Line]
    sums: PortfolioSums
    total: Line
    sorting: str = WORST

    @property
    def trend(self) -> list[TrendPoint]:
        return self.sums.trend

    @property
    def is_roomy(self) -> bool:
        return len(self.lines) <= ROOMY

    @cached_property
    def provinces(self) -> int:
        return len({line.day.programme.province_id for line in self.lines})

    @property
    def groups(self) -> list[tuple[Any, list[Line]]]:
        if not 1 < self.provinces <= max(len(self.lines) // 2, ROOMY):
            return [(None, self.lines)]
        # The worst province first, the lines of each in their order.
        places = {line.day.programme.province_id: -place for place, line in enumerate(reversed(self.lines))}
        lines = sorted(self.lines, key=lambda line: places[line.day.programme.province_id])
        return [(province, list(of_it)) for province, of_it in groupby(lines, lambda line: line.day.programme.province)]

    @cached_property
    def headline(self) -> list[HeadlinePiece]:
        if len(self.lines) == 1:
            return headline(self.lines[0].day)
        said = list_headline(self.total.counts, has_reports=self.total.is_reported)
        longest = self.total.days_overdue
        return [*said, HeadlinePiece(f", lâu nhất {group(longest)} ngày")] if longest else said

    @property
    def unreported(self) -> int:
        """How many programmes with tasks nobody has ever reported on."""
        return sum(1 for line in self.lines if line.total and not line.is_reported)

    @property
    def old(self) -> int:
        """How many have no new report for long."""
        return sum(1 for line in self.lines if line.is_old)

    @cached_property
    def waiting(self) -> list[Line]:
        """Whose proposals wait for a decision, the longest first."""
        lines = [line for line in self.lines if line.day.pending and not line.day.pending_is_adopted]
        return sorted(lines, key=lambda line: -line.days_waiting)

    @property
    def moved_lines(self) -> list[tuple[Line, Mark]]:
        """What moved, of one programme a line, the most urgent movement first."""
        places = {key: place for place, key in enumerate(MOVEMENTS)}
        marked = [
            ((places[mark.key], -line.moved.counts[mark.key]), line, mark)
            for line in self.lines
            if line.moved
            for mark in line.marks
            if mark.key
        ]
        return [(line, mark) for _, line, mark in sorted(marked, key=itemgetter(0))]


def read_portfolio(days: Sequence[ProgrammeOnDay], between: Between | None, *, sorting: str = "") -> Portfolio | None:
    """The programmes of these days, which are one day; None where there are none. One query beside ``between``."""
    if not days:
        return None
    as_of, keys = days[0].as_of, [day.programme.pk for day in days]
    is_few = len(days) <= FEW
    trend = [_months_before(as_of, months) for months in TREND_MONTHS] if is_few else []
    # Agencies are held beside each other where they are of one province: whoever reads the whole country begins with
    # its provinces.
    with_late = is_few or len({day.programme.province_id for day in days}) == 1
    with_cycles = is_few and as_of == known_today()
    sums = read_sums(keys, as_of, trend=trend, with_late=with_late, with_cycles=with_cycles)
    money = {key: [LedgerCell(key, *told) for told in sums.money.get(key, [])] for key in keys}
    of_year = Rows(year=as_of.year)
    moved = between.moved if between else {}
    lines = [Line([day], MoneyTable(money[day.programme.pk]).row(of_year), moved.get(day.programme.pk)) for day in days]
    chosen = sorting if sorting in SORTINGS else WORST
    lines.sort(key=lambda line: line.day.programme.code)
    lines.sort(key=SORTINGS[chosen].of)
    of_all = MoneyTable(chain.from_iterable(money.values())).row(of_year)
    total = Line(days, of_all, together(moved.values()) if between else None)
    return Portfolio(lines, sums, total, chosen)


def _months_before(day: date, months: int) -> date:
    """The first day of the month so many months earlier."""
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)
