"""The rows of one sheet, collected as it is walked through, so that a long one can be gone on with later."""

from dataclasses import dataclass, field
from typing import NamedTuple

from smartcity.exchange.imports.workbook_parts import (
    LONGEST_TEXT,
    MOST_ELSE,
    TOO_LONG,
    Broken,
    PackagePart,
    TextReader,
    TooLarge,
    Words,
    is_true,
    read_int,
)

# With empty ones, which formats leave behind.
MOST_ROWS_OF_SHEET, MOST_CELLS, MOST_MERGED, MOST_COLUMN_FORMATS = 100_000, 600_000, 20_000, 16_384
# Excel's own ends.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


class RawCell(NamedTuple):
    """What is stored of a cell: its column, its kind (as ``t`` of its element), its value, and how it is shown."""

    column: int
    kind: str
    value: str
    style: int
    is_formula: bool
    struck: str


@dataclass
class RawRow:
    number: int
    is_hidden: bool
    cells: list[RawCell] = field(default_factory=list)


@dataclass
class Place:
    """How far a sheet was read, and what was found out beside its rows; kept between two requests."""

    # In bytes: where the first row begins, and the one to go on with.
    first: int = 0
    next: int = 0
    rows: int = 0
    cells: int = 0
    last_row: int = 0
    is_done: bool = False
    hidden_columns: list[list[int]] = field(default_factory=list)
    merged: list[list[int]] = field(default_factory=list)


class SheetReader:
    """Collects rows as a part is walked through."""

    def __init__(self, strings: list[Words], place: Place):
        self.strings, self.place = strings, place
        self.part = PackagePart(self._start, self._end, self._text)
        # What is fed first when a sheet is gone on with: everything before its first row.
        self.skipped = place.next - place.first if place.next else 0
        self.done: list[RawRow] = []
        self.row: RawRow | None = None
        self.row_at = 0
        self.before = (place.rows, place.cells, place.last_row)
        self.count = self.others = self.length = 0
        self.column = 0
        self.cell: dict[str, str] | None = None
        self.value: list[str] = []
        self.is_value = self.is_formula = self.is_past_rows = False
        self.words = TextReader()

    def take(self) -> list[RawRow]:
        """The rows that are whole by now; the last is kept back while reading may begin with it again."""
        kept = self.done[-1:] if self.row is None and not self.is_past_rows else []
        ready, self.done = self.done[: len(self.done) - len(kept)], kept
        return ready

    def stop(self) -> bool:
        """Leave off here, if enough was read to have come on at all."""
        if self.count < 2 or self.is_past_rows:
            return False
        self.place.next = self.row_at
        self.place.rows, self.place.cells, self.place.last_row = self.before
        return True

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name == "c" and self.row is not None:
            self._start_cell(given)
        elif self.cell is not None:
            self._start_within_cell(name, given)
        elif name == "row":
            self._start_row(given)
        elif name == "col":
            self._start_column(given)
        elif name == "mergeCell":
            if len(self.place.merged) >= MOST_MERGED:
                raise TooLarge("trang có quá nhiều ô gộp")
            self.place.merged.append(read_range(given.get("ref", "")))
        else:
            self._count_else()

    def _count_else(self) -> None:
        self.others += 1
        if self.others > MOST_ELSE:
            raise TooLarge("phần định dạng của trang quá lớn")

    def _start_column(self, given: dict[str, str]) -> None:
        if len(self.place.hidden_columns) > MOST_COLUMN_FORMATS:
            raise TooLarge("trang có quá nhiều cột")
        if not self.place.next and (is_true(given.get("hidden")) or given.get("width") == "0"):
            self.place.hidden_columns.append([read_int(given.get("min")), read_int(given.get("max"))])

    def _start_row(self, given: dict[str, str]) -> None:
        place = self.place
        self.before = (place.rows, place.cells, place.last_row)
        self.count += 1
        self.row_at = self.part.parser.CurrentByteIndex + self.skipped
        place.first = place.first or self.row_at
        number = read_int(given["r"]) if "r" in given else place.last_row + 1
        if not place.last_row < number <= LAST_ROW:
            raise Broken("rows out of order")
        place.last_row = number
        place.rows += 1
        if place.rows > MOST_ROWS_OF_SHEET:
            raise TooLarge("trang có quá nhiều dòng, kể cả dòng trống")
        self.row = RawRow(number, is_true(given.get("hidden")) or given.get("ht") in {"0", "0.0"})
        self.column = 0

    def _start_cell(self, given: dict[str, str]) -> None:
        self.place.cells += 1
        if self.place.cells > MOST_CELLS:
            raise TooLarge("trang có quá nhiều ô, kể cả ô trống")
        self.cell, self.value, self.length, self.is_formula = given, [], 0, False
        column = column_of(given["r"]) if "r" in given else self.column + 1
        if not self.column < column <= LAST_COLUMN:
            raise Broken("cells out of order")
        self.column = column

    def _start_within_cell(self, name: str, given: dict[str, str]) -> None:
        if name == "v":
            self.is_value = True
        elif name == "f":
            self.is_formula = True
        elif name == "is":
            self.words.clear()
        else:
            self._count_else()
            self.words.start(name, given)

    def _text(self, piece: str) -> None:
        if self.is_value:
            self.value.append(piece)
            self.length += len(piece)
            if self.length > LONGEST_TEXT:
                raise TOO_LONG
        elif self.words.is_text:
            self.words.text(piece)

    def _end(self, name: str) -> None:
        if self.cell is None:
            if name == "row" and self.row is not None:
                self.done.append(self.row)
                self.row = None
            elif name == "sheetData":
                self.is_past_rows = True
        elif name == "v":
            self.is_value = False
        elif name == "c":
            self._end_cell(self.cell)
            self.cell = None
        else:
            self.words.end(name)

    def _end_cell(self, given: dict[str, str]) -> None:
        kind, value, struck = given.get("t", "n"), "".join(self.value), ""
        if kind == "s" and value.strip():
            place = read_int(value)
            if not 0 <= place < len(self.strings):
                raise Broken("a text that is not there")
            value, struck = self.strings[place]
        elif kind == "inlineStr":
            value, struck = self.words.words()
            self.words.clear()
        if self.row is not None and (value or struck or self.is_formula):
            style = read_int(given.get("s", "0"))
            self.row.cells.append(RawCell(self.column, kind, value, style, self.is_formula, struck))


def column_of(reference: str) -> int:
    """The column of «AB12»."""
    column = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
        if column > LAST_COLUMN:
            raise Broken("a column that no sheet has")
    if not column:
        raise Broken("a cell without a column")
    return column


def read_range(text: str) -> list[int]:
    """«B3:D5» as first row, first column, last row, last column."""
    first, _, last = text.partition(":")
    corners = [(read_int(one.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), column_of(one)) for one in (first, last or first)]
    return [*corners[0], *corners[1]]
