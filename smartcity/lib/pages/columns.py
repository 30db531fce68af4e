"""What a column of a list is: a title with its unit, a kind of value, where the value comes from, where it is shown.

A list declares its columns once, beside its noun. Its file has all of them; its page has fewer and wider cells, and
each column says under which heading its value stands there, or why it stands in the file alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DAY = "day"
    TIME = "time"
    # With the seconds, which tell one act from the next.
    MOMENT = "moment"


FIGURES = {Kind.NUMBER, Kind.MONEY, Kind.PERCENT}
# Said once, in the header; the cells hold plain numbers.
UNITS = {Kind.MONEY: "đồng", Kind.PERCENT: "%"}
WIDTHS = {Kind.NUMBER: 8, Kind.MONEY: 22, Kind.PERCENT: 12, Kind.DAY: 13, Kind.TIME: 17, Kind.MOMENT: 20}
NARROWEST, WIDEST = 12, 60


@dataclass(frozen=True)
class Column:
    title: str
    value: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    width: int = 30
    # The heading on the page, where it is not the title; columns that share one share a cell.
    under: str = ""
    # Why the page does without it.
    file_only: str = ""

    @property
    def header(self) -> str:
        """The title as it stands above the column: «Số tiền (đồng)»."""
        title = f"{self.title[:1].upper()}{self.title[1:]}"
        unit = UNITS.get(self.kind)
        return title if unit is None or f"({unit})" in title else f"{title} ({unit})"

    @property
    def characters(self) -> int:
        """How wide the column is, in characters: never narrower than its header, and no wider than one reads."""
        wanted = max(WIDTHS.get(self.kind, self.width), len(self.header) + 3)
        return min(max(wanted, NARROWEST), WIDEST)


@dataclass(frozen=True)
class Heading:
    """What stands above a cell of the page, and in it on a phone."""

    label: str
    # Whether nothing but figures stands below, which are aligned at their ends.
    is_figure: bool


def headings_of(columns: Iterable[Column]) -> list[Heading]:
    """The headings of the page, in the order of the columns."""
    kinds: dict[str, set[Kind]] = {}
    for column in columns:
        if not column.file_only:
            kinds.setdefault(column.under or column.title, set()).add(column.kind)
    return [Heading(label, below <= FIGURES) for label, below in kinds.items()]


@dataclass(frozen=True)
class Listing:
    """A list as somebody sees it: its columns, its rows in order, and what has to be said beside it.

    ``rows`` are read once, from the first to the last, and never held together.
    """

    title: str
    columns: list[Column]
    rows: Iterable[Any]
    # None where the list does not speak of one day.
    as_of: date | None = None
    # What was looked for or filtered by, as sentences or «name: value».
    filters: list[str] = field(default_factory=list)
    # Stands above all else, in the file's first row; which is passed over where the file comes back.
    above: str = ""
