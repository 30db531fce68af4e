"""A list as a workbook: .xlsx with real days and numbers, which leaves while it is written.

xlsxwriter, which makes the forms to fill in, holds a sheet back until its last row is there, and spends several times
as long on a cell.
"""

import re
from collections.abc import Buffer, Iterator
from datetime import UTC, date, datetime
from io import RawIOBase
from itertools import batched, islice
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.timezone import localtime
from xlsxwriter.utility import xl_col_to_name

from smartcity.exchange.exports import package
from smartcity.exchange.exports.package import Style
from smartcity.exchange.exports.writing import ROWS_IN_A_CHUNK, say_yes
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.columns import Column, Kind, Listing

# What a cell can hold, in units of UTF-16, and how many rows a sheet has below its header.
LONGEST_TEXT, MOST_ROWS = 32_767, 1_048_575
CUT = "… (bị cắt: một ô Excel chứa tối đa 32.767 ký tự; tải CSV để có đủ)"
# What XML cannot hold or takes for its own, and what Excel would take for such a character.
AWKWARD = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Excel counts days from here, among them a 29/02/1900 that there never was.
DAY_ZERO, LEAP_DAY = date(1899, 12, 31), 59
SECONDS_IN_A_DAY = 24 * 60 * 60
# By the kind of the column; among texts a number is a plain one.
NUMBER_STYLES = {
    Kind.TEXT: Style.NUMBER,
    Kind.NUMBER: Style.NUMBER,
    Kind.PERCENT: Style.NUMBER,
    Kind.MONEY: Style.MONEY,
    Kind.DAY: Style.DAY,
    Kind.TIME: Style.TIME,
}


class _Outbox(RawIOBase):
    """What the archive has written and nobody has taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: Buffer, /) -> int:
        written = bytes(piece)
        self._pieces.append(written)
        return len(written)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def xlsx_pieces(listing: Listing, *, by: str, at: datetime) -> Iterator[bytes]:
    """The workbook, a chunk of rows at a time. One that breaks off has no directory, and no program opens it."""
    outbox, count = _Outbox(), 0
    with ZipFile(outbox, "w", ZIP_DEFLATED) as archive:
        for name, text in package.FIXED_PARTS.items():
            archive.writestr(name, text)
        properties = package.properties(title=_escaped(listing.title), by=_escaped(by), at=at.astimezone(UTC))
        archive.writestr(package.PROPERTIES_PART, properties)
        with archive.open(package.SHEET_PARTS[0], "w") as sheet:
            sheet.write(_head(listing.columns).encode())
            for rows in batched(islice(listing.rows, MOST_ROWS), ROWS_IN_A_CHUNK, strict=False):
                sheet.write(_rows(listing.columns, rows, first=count + 2).encode())
                count += len(rows)
                yield outbox.take()
            sheet.write(package.sheet_end(filtered=_area(listing.columns, count)).encode())
        facts = facts_of(listing, count=count, by=by, at=at)
        archive.writestr(package.SHEET_PARTS[1], _facts_sheet(facts))
    yield outbox.take()


def facts_of(listing: Listing, *, count: int, by: str, at: datetime) -> list[tuple[str, str]]:
    """What a reader of the file has to know: which list, of which day, made when and by whom."""
    facts = [("Danh sách", listing.title)]
    if listing.as_of:
        facts.append(("Số liệu đến ngày", say_day(listing.as_of)))
    facts += [("Xuất lúc", f"{localtime(at):%H:%M ngày %d/%m/%Y}"), ("Người xuất", by), ("Số dòng", str(count))]
    return facts + [("Đang lọc theo", sentence) for sentence in listing.filters]


def _head(columns: list[Column]) -> str:
    """The sheet of the list up to the first row of the list itself."""
    start = package.sheet_start([column.characters for column in columns], is_list=True)
    cells = [_text(f"{xl_col_to_name(place)}1", column.header, Style.HEAD) for place, column in enumerate(columns)]
    return f'{start}<row r="1">{"".join(cells)}</row>'


def _rows(columns: list[Column], rows: tuple[Any, ...], *, first: int) -> str:
    """Rows from the number ``first`` on."""
    wanted = [(xl_col_to_name(place), column.value, NUMBER_STYLES[column.kind]) for place, column in enumerate(columns)]
    pieces = []
    for number, row in enumerate(rows, start=first):
        cells = [_cell(f"{letter}{number}", value(row), style) for letter, value, style in wanted]
        pieces.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(pieces)


def _area(columns: list[Column], count: int) -> str:
    return f"A1:{xl_col_to_name(len(columns) - 1)}{count + 1}" if columns else ""


def _cell(place: str, value: Any, number_style: Style) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _text(place, value)
    if isinstance(value, datetime):
        return _number(place, _moment(localtime(value)), Style.TIME)
    if isinstance(value, date):
        return _number(place, _day(value), Style.DAY)
    if isinstance(value, bool):
        return _text(place, say_yes(value))
    return _number(place, value, number_style) if isinstance(value, int | float) else _text(place, str(value))


def _number(place: str, value: float, style: Style) -> str:
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def _text(place: str, text: str, style: Style = Style.TEXT) -> str:
    """A text stays a text, whatever it looks like."""
    shown = _escaped(_as_long_as_a_cell(text))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def _as_long_as_a_cell(text: str) -> str:
    # No character takes more than two units.
    if len(text) <= LONGEST_TEXT // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT


def _escaped(text: str) -> str:
    return AWKWARD.sub(lambda found: ENTITIES.get(found[0]) or f"_x{ord(found[0]):04X}_", text)


def _day(day: date) -> int:
    days = (day - DAY_ZERO).days
    return days + (days > LEAP_DAY)


def _moment(moment: datetime) -> float:
    since = moment.replace(tzinfo=None) - datetime.combine(moment, datetime.min.time())
    return _day(moment.date()) + since.total_seconds() / SECONDS_IN_A_DAY


def _facts_sheet(facts: list[tuple[str, str]]) -> str:
    rows = [
        f'<row r="{row}">{_text(f"A{row}", name, Style.FACT_NAME)}{_text(f"B{row}", value, Style.FACT)}</row>'
        for row, (name, value) in enumerate(facts, start=1)
    ]
    return f"{package.sheet_start([20, 80])}{''.join(rows)}{package.sheet_end()}"
