"""A list as a file: .xlsx with real days and numbers, .csv that no spreadsheet program runs."""

import csv
import re
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from django.utils.timezone import localtime
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.columns import Column, Kind, Listing

# What a cell of .xlsx can hold.
LONGEST_TEXT = 32_767
CUT = "… (bị cắt: một ô Excel chứa tối đa 32.767 ký tự; tải CSV để có đủ)"
# What a spreadsheet program takes for the beginning of a formula in a .csv, also in full width and behind blanks. An
# apostrophe that stands there already gets another, so that what was written can be told again.
FORMULA_START = re.compile(r"'*\s*[=+\-@\t\r\u2212\uff1d\uff0b\uff0d\uff20]")
# Where the list separator is another one, a cell is split there, and its rest begins a cell of its own.
BEGINS_A_CELL = r"'*(?:[=+@\uff1d\uff0b\uff20]|(?<=[;\t])[-\uff0d](?=\S))"
SPLIT = re.compile(rf"([;,\t|\n\r]\s*)({BEGINS_A_CELL})")
SPLIT_KEPT = re.compile(r"([;,\t|\n\r]\s*)'(?='*(?:[=+@\uff1d\uff0b\uff20]|[-\uff0d]\S))")
# One of these stands in whatever FORMULA_START and SPLIT find; most texts have none.
MARKS = re.compile(r"[=+\-@\t\r\u2212\uff1d\uff0b\uff0d\uff20]")
ROWS_IN_A_CHUNK = 500


def write_xlsx(listing: Listing, *, by: str, at: datetime) -> tuple[IO[bytes], int]:
    """Write the list into a temporary file, row by row; returns it, at its beginning, and its size."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (given to the response, which closes it)
    try:
        _write_workbook(file, listing, by=by, at=at)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return file, size


def _write_workbook(file: IO[bytes], listing: Listing, *, by: str, at: datetime) -> None:
    workbook = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            # A text stays a text, whatever it looks like.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    workbook.set_properties({"title": listing.title, "author": by, "created": localtime(at).replace(tzinfo=None)})
    sheet = workbook.add_worksheet("Danh sách")
    count = _write_rows(workbook, sheet, listing)
    _write_facts(workbook, workbook.add_worksheet("Thông tin"), facts_of(listing, count=count, by=by, at=at))
    workbook.close()


def facts_of(listing: Listing, *, count: int, by: str, at: datetime) -> list[tuple[str, str]]:
    """What a reader of the file has to know: which list, of which day, made when and by whom."""
    facts = [("Danh sách", listing.title)]
    if listing.as_of:
        facts.append(("Số liệu đến ngày", say_day(listing.as_of)))
    facts += [("Xuất lúc", f"{localtime(at):%H:%M ngày %d/%m/%Y}"), ("Người xuất", by), ("Số dòng", str(count))]
    return facts + [("Đang lọc theo", sentence) for sentence in listing.filters]


def _write_rows(workbook: xlsxwriter.Workbook, sheet: Worksheet, listing: Listing) -> int:
    formats = {
        Kind.TEXT: workbook.add_format({"text_wrap": True, "valign": "top"}),
        Kind.NUMBER: workbook.add_format({"num_format": "0", "valign": "top"}),
        # Excel shows the groups as the machine's language writes them: 160.000.000 under Vietnamese.
        Kind.MONEY: workbook.add_format({"num_format": "#,##0", "valign": "top"}),
        Kind.PERCENT: workbook.add_format({"num_format": "0", "valign": "top"}),
        Kind.DAY: workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"}),
        Kind.TIME: workbook.add_format({"num_format": "hh:mm dd/mm/yyyy", "valign": "top", "align": "left"}),
    }
    head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#DFEAFB"})
    for place, column in enumerate(listing.columns):
        sheet.set_column(place, place, column.characters)
        sheet.write_string(0, place, column.header, head)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(listing.rows, start=1):
        for place, column in enumerate(listing.columns):
            _write_cell(sheet, count, place, column, column.value(row), formats)
    if listing.columns:
        sheet.autofilter(0, 0, count, len(listing.columns) - 1)
    return count


def _write_cell(
    sheet: Worksheet, row: int, place: int, column: Column, value: Any, formats: dict[Kind, Format]
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, localtime(value).replace(tzinfo=None), formats[Kind.TIME])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), formats[Kind.DAY])  # noqa: DTZ001  (a day of the calendar)
    elif isinstance(value, bool):
        sheet.write_string(row, place, say_yes(value), formats[Kind.TEXT])
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, formats[column.kind if column.kind != Kind.TEXT else Kind.NUMBER])
    else:
        text = str(value)
        text = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT
        sheet.write_string(row, place, text, formats[Kind.TEXT])


def _write_facts(workbook: xlsxwriter.Workbook, sheet: Worksheet, facts: list[tuple[str, str]]) -> None:
    bold, wrapped = workbook.add_format({"bold": True, "valign": "top"}), workbook.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 80)
    for row, (name, value) in enumerate(facts):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value[:LONGEST_TEXT], wrapped)


class _Line:
    """For the csv module, which wants something to write to: hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(listing: Listing) -> Iterator[str]:
    """The list as CSV in UTF-8 with the mark by which Excel knows it, a chunk of rows at a time."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_NONNUMERIC)
    chunk = ["\ufeff", writer.writerow([harmless(column.header) for column in listing.columns])]
    for count, row in enumerate(listing.rows, start=1):
        chunk.append(writer.writerow([_csv_value(column.value(row)) for column in listing.columns]))
        if count % ROWS_IN_A_CHUNK == 0:
            yield "".join(chunk)
            chunk = []
    yield "".join(chunk)


def _csv_value(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{localtime(value):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, bool):
        return say_yes(value)
    return value if isinstance(value, int | float) else harmless(str(value))


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet program would run as a formula.

    Behind a separator inside the text too: quotes hold a cell together only where the program splits at our comma.
    """
    if not MARKS.search(text):
        return text
    text = SPLIT.sub(r"\1'\2", text)
    return f"'{text}" if FORMULA_START.match(text) else text


def as_written(text: str) -> str:
    """What ``harmless`` was given, from what it made of it: a file of ours comes back as it went."""
    text = SPLIT_KEPT.sub(r"\1", text)
    return text[1:] if text.startswith("'") and FORMULA_START.match(text[1:]) else text


def say_yes(value: bool) -> str:
    return "Có" if value else "Không"
