"""A workbook's parts, none of which is held whole.

Whatever is larger than a form could be is refused by its count of rows and cells, before it is parsed.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH

from smartcity.exchange.imports.sheet_rows import MOST_CELLS, MOST_ROWS_OF_SHEET, Place, RawRow, SheetReader
from smartcity.exchange.imports.workbook_parts import (
    MOST_ELSE,
    Broken,
    PackagePart,
    Style,
    StyleReader,
    TextReader,
    TooLarge,
    Words,
    is_true,
)
from smartcity.lib.language.money import group
from smartcity.lib.records.files import MB

# Of the whole book: far above what 5,000 rows of 60 columns unpack to.
LARGEST_UNPACKED = 60 * MB
# Of what is read at once: names of sheets, formats.
LARGEST_PART = 8 * MB
MOST_SHEETS, MOST_STRINGS = 1_000, 400_000
PIECE = 64 * 1024


@dataclass(frozen=True)
class Sheet:
    title: str
    part: str
    is_hidden: bool


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

    def _walk(self, part: str, reader: PackagePart, *, largest: int = LARGEST_PART) -> None:
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

        self._walk(posixpath.join(folder, "_rels", f"{name}.rels"), PackagePart(start))
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

        self._walk(self.main, PackagePart(start))
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
        reader = StyleReader()
        self._walk(self.parts["styles"], PackagePart(reader.start, reader.end))
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

        self._walk(self.parts["sharedStrings"], PackagePart(start, end, reader.text), largest=LARGEST_UNPACKED)
        return found

    def rows(self, sheet: Sheet, place: Place, *, goes_on: Callable[[], bool]) -> Iterable[RawRow]:
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

    def _from(self, sheet: Sheet, place: Place) -> Iterator[bytes]:
        """The sheet with the rows that were read left out."""
        if place.next:
            head, wanted = b"", place.first
            for piece in self._pieces(sheet.part):
                head += piece[: wanted - len(head)]
                if len(head) >= wanted:
                    break
            yield head
        yield from self._pieces(sheet.part, place.next)
