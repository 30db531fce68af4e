"""A workbook's parts, read piece by piece, so that none is held whole and a long sheet can be gone on with later.

Whatever is larger than a form could be is refused by its count of rows and cells, before it is parsed.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple
from xml.parsers import expat
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH

from programme.files import MB
from programme.money import group

# Of the whole book: far above what 5,000 rows of 60 columns unpack to.
LARGEST_UNPACKED = 60 * MB
# Of what is read at once: names of sheets, formats.
LARGEST_PART = 8 * MB
# With empty ones, which formats leave behind.
MOST_ROWS_OF_SHEET, MOST_CELLS, MOST_STRINGS, MOST_MERGED = 100_000, 600_000, 400_000, 20_000
MOST_SHEETS, MOST_COLUMN_FORMATS, MOST_ELSE = 1_000, 16_384, 500_000
# Excel's own ends.
LAST_ROW, LAST_COLUMN, LONGEST_TEXT = 1_048_576, 16_384, 32_767
DEEPEST = 60
PIECE = 64 * 1024
LONGEST_TOKEN = MB


class Broken(Exception):
    """Nothing that a spreadsheet program would write."""


class DeclaresEntities(Broken):
    """XML that makes text out of declarations of its own."""


class TooLarge(Exception):
    """More than any form holds; says of what."""


TOO_LONG = TooLarge(f"một ô dài hơn {group(LONGEST_TEXT)} ký tự")


@dataclass(frozen=True)
class Sheet:
    title: str
    part: str
    is_hidden: bool


@dataclass(frozen=True)
class Style:
    number_format: str = "General"
    is_struck: bool = False
    is_bold: bool = False


class Words(NamedTuple):
    """A text, and what of it is struck out."""

    kept: str
    struck: str = ""


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


class Part:
    """Walks through one part; the functions given are told what begins, ends and stands between."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ):
        self.start, self.end, self.depth, self.fed = start, end, 0, 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        if text:
            self.parser.CharacterDataHandler = text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        self.fed += len(piece)
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise Broken(str(error)) from None
        if not last and self.fed - self.parser.CurrentByteIndex > LONGEST_TOKEN:
            raise Broken("a name or a value of a megabyte")

    def _start(self, name: str, given: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Broken("elements in elements in elements")
        self.start(name.rpartition(":")[2] if ":" in name else name, given)

    def _end(self, name: str) -> None:
        self.depth -= 1
        if self.end:
            self.end(name.rpartition(":")[2] if ":" in name else name)

    def _refuse(self, *declared: Any) -> None:
        raise DeclaresEntities


def is_true(given: str | None) -> bool:
    return given in {"1", "true"}


class TextReader:
    """Collects the text of an item, of runs or of one piece; what a reader of the sheet never sees is left out."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.kept: list[str] = []
        self.struck: list[str] = []
        self.is_struck = self.is_text = False
        self.beside = self.length = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "t":
            self.is_text = not self.beside
        elif name == "r":
            self.is_struck = False
        elif name == "strike":
            self.is_struck = given.get("val", "1") not in {"0", "false"}
        elif name == "rPh":
            self.beside += 1

    def end(self, name: str) -> None:
        if name == "t":
            self.is_text = False
        elif name == "r":
            self.is_struck = False
        elif name == "rPh":
            self.beside -= 1

    def text(self, piece: str) -> None:
        if self.is_text:
            (self.struck if self.is_struck else self.kept).append(piece)
            self.length += len(piece)
            if self.length > LONGEST_TEXT:
                raise TOO_LONG

    def words(self) -> Words:
        return Words("".join(self.kept), "".join(self.struck))


class Workbook:
    """An open workbook. Raises ``Broken`` or ``TooLarge`` from any of its questions."""

    def __init__(self, content: bytes):
        self.archive = ZipFile(BytesIO(content))
        if sum(member.file_size for member in self.archive.infolist()) > LARGEST_UNPACKED:
            raise TooLarge("nội dung giải nén ra quá lớn")
        self.names = set(self.archive.namelist())
        self.main = self._main_part()
        self.sheets: list[Sheet] = []
        self.epoch: datetime = WINDOWS_EPOCH
        self._read_sheets()

    def close(self) -> None:
        self.archive.close()

    def _pieces(self, part: str, start: int = 0) -> Iterator[bytes]:
        if part not in self.names:
            raise Broken(part)
        with self.archive.open(part) as member:
            member.seek(start)
            while piece := member.read(PIECE):
                yield piece

    def _walk(self, part: str, reader: Part, *, largest: int = LARGEST_PART) -> None:
        if part not in self.names:
            raise Broken(part)
        if self.archive.getinfo(part).file_size > largest:
            raise TooLarge("phần định dạng của tệp quá lớn")
        for piece in self._pieces(part):
            reader.feed(piece)
        reader.feed(b"", last=True)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part points to, by its key: kind and part."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, given: dict[str, str]) -> None:
            if name == "Relationship" and given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", ""))).lstrip("/")
                found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], target)

        self._walk(posixpath.join(folder, "_rels", f"{name}.rels"), Part(start))
        return found

    def _main_part(self) -> str:
        return next(
            (part for kind, part in self._relations("").values() if kind == "officeDocument"), "xl/workbook.xml"
        )

    def _read_sheets(self) -> None:
        relations = self._relations(self.main)
        self.parts = dict(relations.values())

        def start(name: str, given: dict[str, str]) -> None:
            if name == "workbookPr" and is_true(given.get("date1904")):
                self.epoch = CALENDAR_MAC_1904
            if name == "sheet":
                key = next((value for name, value in given.items() if name.rpartition(":")[2] == "id"), "")
                kind, part = relations.get(key, ("", ""))
                if kind == "worksheet":
                    hidden = given.get("state", "visible") != "visible"
                    self.sheets.append(Sheet(given.get("name", "")[:100], part, hidden))

        self._walk(self.main, Part(start))
        if not self.sheets:
            raise Broken("no sheet")
        if len(self.sheets) > MOST_SHEETS:
            raise TooLarge(f"tệp có hơn {group(MOST_SHEETS)} trang")

    def says_something(self, part: str) -> bool:
        """Whether any cell of a sheet holds something."""
        before = b""
        for piece in self._pieces(part):
            looked_at = before + piece
            if any(mark in looked_at for mark in (b"<v>", b":v>", b"<is>", b":is>", b"<v ")):
                return True
            before = piece[-8:]
        return False

    def refuse_what_is_too_large(self, sheet: Sheet) -> None:
        """Count without parsing, so that a million rows take no longer than they take to unpack."""
        rows, cells = self._count(sheet.part, [b"<row", b":row"], [b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/"])
        if rows > MOST_ROWS_OF_SHEET:
            raise TooLarge(f"trang «{sheet.title}» có hơn {group(MOST_ROWS_OF_SHEET)} dòng, kể cả dòng trống")
        if cells > MOST_CELLS:
            raise TooLarge(f"trang «{sheet.title}» có hơn {group(MOST_CELLS)} ô, kể cả ô trống")
        if "sharedStrings" in self.parts and self.parts["sharedStrings"] in self.names:
            (strings,) = self._count(self.parts["sharedStrings"], [b"<si", b":si"])
            if strings > MOST_STRINGS:
                raise TooLarge(f"tệp có hơn {group(MOST_STRINGS)} ô chữ")

    def _count(self, part: str, *marks: list[bytes]) -> list[int]:
        counts = [0] * len(marks)
        for piece in self._pieces(part):
            for place, alike in enumerate(marks):
                # One that lies across two pieces is not worth the looking.
                counts[place] += sum(piece.count(mark) for mark in alike)
        return counts

    def styles(self) -> list[Style]:
        if self.parts.get("styles") not in self.names:
            return []
        reader = _StyleReader()
        self._walk(self.parts["styles"], Part(reader.start, reader.end))
        return reader.styles()

    def strings(self) -> list[Words]:
        if self.parts.get("sharedStrings") not in self.names:
            return []
        found: list[Words] = []
        reader = TextReader()

        others = 0

        def start(name: str, given: dict[str, str]) -> None:
            nonlocal others
            if name == "t":
                reader.is_text = not reader.beside
            elif name == "si":
                reader.clear()
                if len(found) > MOST_STRINGS:
                    raise TooLarge(f"tệp có hơn {group(MOST_STRINGS)} ô chữ")
            else:
                others += 1
                if others > MOST_ELSE:
                    raise TooLarge("phần chữ của tệp có quá nhiều định dạng")
                reader.start(name, given)

        def end(name: str) -> None:
            if name == "t":
                reader.is_text = False
            elif name == "si":
                found.append(reader.words())
            else:
                reader.end(name)

        self._walk(self.parts["sharedStrings"], Part(start, end, reader.text), largest=LARGEST_UNPACKED)
        return found

    def rows(self, sheet: Sheet, place: "Place", *, goes_on: Callable[[], bool]) -> Iterable[RawRow]:
        """The rows from ``place`` on, for as long as ``goes_on``; ``place`` is moved to where to go on from."""
        reader = SheetReader(self.strings(), place)
        for piece in self._from(sheet, place):
            reader.part.feed(piece)
            yield from reader.take()
            if not goes_on() and reader.stop():
                return
        reader.part.feed(b"", last=True)
        yield from reader.take()
        place.is_done = True

    def _from(self, sheet: Sheet, place: "Place") -> Iterator[bytes]:
        """The sheet with the rows that were read left out."""
        if place.next:
            head, wanted = b"", place.first
            for piece in self._pieces(sheet.part):
                head += piece[: wanted - len(head)]
                if len(head) >= wanted:
                    break
            yield head
        yield from self._pieces(sheet.part, place.next)


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


class _StyleReader:
    """Number formats, and what is struck out or bold, by the number of the style."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.codes = dict(BUILTIN_FORMATS)
        self.fonts: list[set[str]] = []
        self.found: list[tuple[int, int]] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        within = self.path[-1] if self.path else ""
        self.path.append(name)
        if name == "numFmt" and within == "numFmts":
            self.codes[_int(given.get("numFmtId"))] = given.get("formatCode", "General")
        elif name == "font" and within == "fonts":
            self.fonts.append(set())
        elif name in {"strike", "b"} and within == "font" and self.path[-3:-2] == ["fonts"]:
            if given.get("val", "1") not in {"0", "false"}:
                self.fonts[-1].add(name)
        elif name == "xf" and within == "cellXfs":
            self.found.append((_int(given.get("numFmtId")), _int(given.get("fontId"))))

    def end(self, name: str) -> None:
        self.path.pop()

    def styles(self) -> list[Style]:
        drawn = [self.fonts[font] if 0 <= font < len(self.fonts) else set() for _, font in self.found]
        return [
            Style(self.codes.get(code, "General"), "strike" in font, "b" in font)
            for (code, _), font in zip(self.found, drawn, strict=True)
        ]


class SheetReader:
    """Collects rows as a part is walked through."""

    def __init__(self, strings: list[Words], place: Place):
        self.strings, self.place = strings, place
        self.part = Part(self._start, self._end, self._text)
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
            self.place.hidden_columns.append([_int(given.get("min")), _int(given.get("max"))])

    def _start_row(self, given: dict[str, str]) -> None:
        place = self.place
        self.before = (place.rows, place.cells, place.last_row)
        self.count += 1
        self.row_at = self.part.parser.CurrentByteIndex + self.skipped
        place.first = place.first or self.row_at
        number = _int(given["r"]) if "r" in given else place.last_row + 1
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
            place = _int(value)
            if not 0 <= place < len(self.strings):
                raise Broken("a text that is not there")
            value, struck = self.strings[place]
        elif kind == "inlineStr":
            value, struck = self.words.words()
            self.words.clear()
        if self.row is not None and (value or struck or self.is_formula):
            style = _int(given.get("s", "0"))
            self.row.cells.append(RawCell(self.column, kind, value, style, self.is_formula, struck))


def _int(text: str | None) -> int:
    """A whole number of the file; ``Broken`` for what is none."""
    if text is None or not text.strip().isascii() or not text.strip().isdigit() or len(text) > 12:
        raise Broken(f"not a number: {text!r}"[:100])
    return int(text)


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
    corners = [(_int(one.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), column_of(one)) for one in (first, last or first)]
    return [*corners[0], *corners[1]]
