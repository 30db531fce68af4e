"""The ledger of a programme or a task on a day: sums by kind, source and year, and what of each year's plan was paid.

Kinds of money are never added together. Each sum names the rows that it adds, so that the page can open them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from smartcity.lib.language.money import MoneyKind, MoneySource, say_money
from smartcity.lib.language.percent import say_percent
from tasks.models import BudgetEntry

# A year's table begins with these, because the year's rate is the one divided by the other.
RATE_KINDS = (MoneyKind.YEAR_PLAN, MoneyKind.DISBURSEMENT)
# Beside the row's name, these two and the rate; a table has no more than seven columns.
BESIDE_THE_RATE, IN_A_TABLE = 3, 6
UNKNOWN_YEAR = "khong-ro"


@dataclass(frozen=True)
class Rows:
    """Which entries a figure adds; what is ``None`` is any. A ``year`` of 0 is entries that name no year."""

    year: int | None = None
    kind: str | None = None
    source: str | None = None
    task_id: int | None = None

    def counts(self, cell: "LedgerCell") -> bool:
        return (
            self.year in (None, cell.year or 0)
            and self.kind in (None, cell.kind)
            and self.source in (None, cell.source)
            and self.task_id in (None, cell.task_id)
        )

    @property
    def query(self) -> str:
        """The rows in an address: «nam=2024&loai=disbursement»."""
        named = {
            "nam": UNKNOWN_YEAR if self.year == 0 else self.year,
            "loai": self.kind,
            "nguon": self.source,
            "nhiem-vu": self.task_id,
        }
        # Numbers and words of ours: nothing in them has to be written otherwise in an address.
        return "&".join(f"{name}={value}" for name, value in named.items() if value is not None)

    def of_kind(self, kind: str) -> "Rows":
        return Rows(self.year, kind, self.source, self.task_id)


@dataclass(frozen=True)
class LedgerCell:
    """The sum of the entries of one task, kind, source and year."""

    task_id: int
    kind: str
    source: str
    year: int | None
    vnd: int
    rows: int = 1


@dataclass(frozen=True)
class Figure:
    """A sum of one kind, or nothing where no entry speaks of it, and the rows that it adds."""

    of: Rows
    vnd: int | None
    rows: int

    @property
    def label(self) -> str:
        return MoneyKind(self.of.kind).label if self.of.kind else ""

    @property
    def source_label(self) -> str:
        """The source inside a sentence: «xã hội hóa», «vốn ODA»."""
        label = str(MoneySource(self.of.source).label) if self.of.source else ""
        return label[:1].lower() + label[1:]


NOT_PAID = "chưa ghi giải ngân"
PAID_OTHERWISE = "chưa giải ngân từ nguồn có kế hoạch"


@dataclass(frozen=True)
class Rate:
    """What was paid of a year's capital plan. Without a plan, or before anything was entered as paid, it is unknown."""

    planned: Figure
    disbursed: Figure
    # What was paid from each source that the year's plan names, and from those that it does not name.
    own: tuple[Figure, ...] = ()
    beside: tuple[Figure, ...] = ()
    # Paid on tasks whose plan of the year nobody has entered.
    unplanned_vnd: int = 0

    @property
    def own_vnd(self) -> int:
        """What was paid from the sources that have a plan: money of another source fulfils no plan of theirs."""
        return sum(figure.vnd or 0 for figure in self.own)

    @property
    def is_known(self) -> bool:
        return bool(self.planned.vnd and self.planned.vnd > 0 and self.own)

    @property
    def percent(self) -> str:
        return say_percent(self.own_vnd, self.planned.vnd) if self.is_known and self.planned.vnd else ""

    @property
    def excess_vnd(self) -> int:
        """By how much the plan was exceeded."""
        return max(self.own_vnd - (self.planned.vnd or 0), 0) if self.is_known else 0

    @property
    def text(self) -> str:
        if self.is_known:
            return f"{self.percent}, vượt {say_money(self.excess_vnd)}" if self.excess_vnd else self.percent
        if not self.planned.vnd:
            return "chưa có kế hoạch vốn năm"
        return NOT_PAID if self.disbursed.vnd is None else PAID_OTHERWISE


@dataclass(frozen=True)
class LedgerLine:
    """A row of a year's table: what it is called, a sum of each kind, and its own rate."""

    name: str
    figures: list[Figure]
    rate: Rate | None


@dataclass(frozen=True)
class LedgerTable:
    kinds: Sequence[MoneyKind]
    lines: list[LedgerLine]
    total: LedgerLine
    has_rate: bool

    @property
    def totals(self) -> list[LedgerLine]:
        """The last row, as rows are shown."""
        return [self.total]


@dataclass(frozen=True)
class Year:
    """One budget year, or the entries that name none."""

    number: int
    rate: Rate
    tables: list[LedgerTable]

    @property
    def label(self) -> str:
        return f"Năm {self.number}" if self.number else "Không rõ năm ngân sách"

    @property
    def key(self) -> str:
        return str(self.number) if self.number else UNKNOWN_YEAR


class Ledger:
    """All sums, from the smallest."""

    def __init__(self, cells: Iterable[LedgerCell]):
        self.cells = list(cells)

    def figure(self, rows: Rows, kind: str) -> Figure:
        """The sum of one kind."""
        rows = rows.of_kind(kind)
        found = [cell for cell in self.cells if rows.counts(cell)]
        return Figure(rows, sum(cell.vnd for cell in found) if found else None, sum(cell.rows for cell in found))

    def figures(self, rows: Rows) -> list[Figure]:
        """The sum of each kind that has rows; of one kind where ``rows`` names it."""
        kinds = [kind for kind in MoneyKind if rows.kind in (None, kind)]
        return [found for kind in kinds if (found := self.figure(rows, kind)).rows]

    def rate(self, rows: Rows) -> Rate:
        """Paid ÷ planned of one year, each source by its own plan; of one source or task where ``rows`` names it."""
        planned, disbursed = (self.figure(rows, kind) for kind in RATE_KINDS)
        plans = [cell for cell in self.cells if planned.of.counts(cell)]
        paid = [cell for cell in self.cells if disbursed.of.counts(cell)]
        planned_of: dict[str, int] = defaultdict(int)
        for cell in plans:
            planned_of[cell.source] += cell.vnd
        of_plan = {source for source in MoneySource if planned_of.get(source, 0) > 0}
        sources = {cell.source for cell in paid}
        # Where one of the two does not name its source, it may be that of the other.
        unnamed = MoneySource.UNSPECIFIED
        of_plan = set(MoneySource) if unnamed in of_plan else of_plan | ({unnamed} if of_plan else set())
        figures = [
            self.figure(replace(rows, source=source), MoneyKind.DISBURSEMENT)
            for source in MoneySource
            if source in sources
        ]
        with_plan = {cell.task_id for cell in plans}
        return Rate(
            planned,
            disbursed,
            tuple(figure for figure in figures if figure.of.source in of_plan),
            tuple(figure for figure in figures if figure.of.source not in of_plan and figure.vnd),
            sum(cell.vnd for cell in paid if cell.task_id not in with_plan and cell.source in of_plan),
        )

    @cached_property
    def numbers(self) -> list[int]:
        """The years that entries name, the newest first; 0 for those that name none, last."""
        return sorted({cell.year or 0 for cell in self.cells}, reverse=True)

    @property
    def is_empty(self) -> bool:
        return not self.cells

    def year_to_tell(self, on: date) -> int | None:
        """The year that the page begins with: the last one, not after that of ``on``, that has a plan or payments."""
        told = {cell.year for cell in self.cells if cell.year and cell.kind in RATE_KINDS}
        return max((year for year in told if year <= on.year), default=min(told, default=None))

    def years(self, names: dict[int, str], *, by_source: bool = False) -> list[Year]:
        """Each year with its tables. ``names`` are those of the tasks, in the order in which they are shown."""
        return [self._year(number, names, by_source) for number in self.numbers]

    def _year(self, number: int, names: dict[int, str], by_source: bool) -> Year:
        of_year = Ledger(cell for cell in self.cells if (cell.year or 0) == number)
        rows = Rows(year=number)
        kinds = {cell.kind for cell in of_year.cells}
        has_rate = bool(number) and bool(kinds & set(RATE_KINDS))
        others = [kind for kind in MoneyKind if kind in kinds and not (has_rate and kind in RATE_KINDS)]
        groups: list[list[MoneyKind]] = []
        if has_rate:
            groups, others = [[*RATE_KINDS, *others[:BESIDE_THE_RATE]]], others[BESIDE_THE_RATE:]
        groups += [others[start : start + IN_A_TABLE] for start in range(0, len(others), IN_A_TABLE)]
        tables = [
            of_year._table(rows, kinds_shown, names, by_source, has_rate=has_rate and place == 0)
            for place, kinds_shown in enumerate(groups)
        ]
        return Year(number, of_year.rate(rows), tables)

    def _table(
        self, rows: Rows, kinds: Sequence[MoneyKind], names: dict[int, str], by_source: bool, *, has_rate: bool
    ) -> LedgerTable:
        present = [cell for cell in self.cells if cell.kind in kinds]
        cells: dict[int | str, list[LedgerCell]] = defaultdict(list)
        for cell in present:
            cells[cell.source if by_source else cell.task_id].append(cell)
        keys = [source.value for source in MoneySource] if by_source else list(names)

        def line(name: str, of: Rows, mine: list[LedgerCell]) -> LedgerLine:
            ledger = Ledger(mine)
            return LedgerLine(name, [ledger.figure(of, kind) for kind in kinds], ledger.rate(of) if has_rate else None)

        def line_of(key) -> LedgerLine:
            if by_source:
                return line(MoneySource(key).label, replace(rows, source=key), cells[key])
            return line(names[key], replace(rows, task_id=key), cells[key])

        lines = [line_of(key) for key in keys if key in cells]
        return LedgerTable(kinds, lines, line("Cộng", rows, present), has_rate)


def read_ledger(entries: QuerySet[BudgetEntry], *, as_of: date) -> Ledger:
    """The sums of these entries as of a day: those decided by then. One query."""
    return Ledger(LedgerCell(**cell) for cell in entries.decided_by(as_of).summed())  # type: ignore[attr-defined]


def ledger_of(entries: Iterable[BudgetEntry]) -> Ledger:
    """The same of entries that are read already."""
    return Ledger(LedgerCell(one.task_id, one.kind, one.source, one.year, one.amount_vnd) for one in entries)


@dataclass(frozen=True)
class LedgerPiece:
    """A piece of the sentence; ``of`` are the rows that it opens, if it is a figure."""

    text: str
    of: Rows | None = None


def ledger_headline(ledger: Ledger, as_of: date) -> list[LedgerPiece]:
    """«Năm 2024: giải ngân 12,5 tỷ đồng / kế hoạch vốn 20 tỷ đồng, đạt 62,5%», its sums with their rows."""
    if ledger.is_empty:
        return [LedgerPiece("Chưa có bút toán kinh phí nào")]
    number = ledger.year_to_tell(as_of)
    if number is None:
        kinds = ledger.figures(Rows())
        first = LedgerPiece(f"{kinds[0].label}: {say_money(kinds[0].vnd or 0)}", kinds[0].of)
        return [first, LedgerPiece("; chưa ghi kế hoạch vốn năm và giải ngân của năm nào")]
    rate = ledger.rate(Rows(year=number))
    parts = [LedgerPiece(f"Năm {number}: ")]
    if rate.planned.vnd is None:
        parts += _paid([rate.disbursed])
        return [*parts, LedgerPiece("; chưa có kế hoạch vốn năm nên chưa tính được tỷ lệ")]
    parts += _paid(list(rate.own), PAID_OTHERWISE) if rate.beside else _paid([rate.disbursed])
    parts += [LedgerPiece(" / kế hoạch vốn "), LedgerPiece(say_money(rate.planned.vnd), rate.planned.of)]
    if rate.is_known:
        parts.append(LedgerPiece(f", đạt {rate.percent}"))
    if rate.excess_vnd:
        parts.append(LedgerPiece(f", vượt kế hoạch {say_money(rate.excess_vnd)}"))
    for figure in rate.beside:
        parts += [LedgerPiece("; ngoài ra giải ngân "), LedgerPiece(say_money(figure.vnd or 0), figure.of)]
        parts.append(LedgerPiece(f" {figure.source_label}, nguồn chưa có kế hoạch vốn năm"))
    return parts


def _paid(figures: list[Figure], nothing: str = NOT_PAID) -> list[LedgerPiece]:
    """«giải ngân 1 tỷ đồng ngân sách tỉnh + 2 tỷ đồng ngân sách trung ương»; a single sum needs no source."""
    told = [figure for figure in figures if figure.vnd is not None]
    if not told:
        return [LedgerPiece(nothing)]
    parts = [LedgerPiece("giải ngân ")]
    for place, figure in enumerate(told):
        parts += [LedgerPiece(" + " if place else ""), LedgerPiece(say_money(figure.vnd or 0), figure.of)]
        parts.append(LedgerPiece(f" {figure.source_label}" if figure.of.source else ""))
    return [part for part in parts if part.text]
