"""A list as .xlsx, with real days and numbers."""

import tempfile
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from django.utils.timezone import localtime
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from smartcity.exchange.exports.csv_file import say_yes
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.foot import sealed_now
from smartcity.lib.pages.columns import Column, Kind, Listing

# What a cell of .xlsx can hold.
LONGEST_TEXT = 32_767
CUT = "… (bị cắt: một ô Excel chứa tối đa 32.767 ký tự; tải CSV để có đủ)"


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
    facts = facts_of(listing, count=count, by=by, at=at, sealed=sealed_now())
    _write_facts(workbook, workbook.add_worksheet("Thông tin"), facts)
    workbook.close()


def facts_of(listing: Listing, *, count: int, by: str, at: datetime, sealed: str = "") -> list[tuple[str, str]]:
    """What a reader of the file has to know: which list, of which day, made when and by whom."""
    facts = [("Lưu ý", listing.above)] if listing.above else []
    facts.append(("Danh sách", listing.title))
    if listing.as_of:
        facts.append(("Số liệu đến ngày", say_day(listing.as_of)))
    facts += [("Xuất lúc", f"{localtime(at):%H:%M ngày %d/%m/%Y}"), ("Người xuất", by), ("Số dòng", str(count))]
    facts += [("Đang lọc theo", sentence) for sentence in listing.filters]
    return [*facts, ("Niêm phong", sealed)] if sealed else facts


def _write_rows(workbook: xlsxwriter.Workbook, sheet: Worksheet, listing: Listing) -> int:
    formats = {
        Kind.TEXT: workbook.add_format({"text_wrap": True, "valign": "top"}),
        Kind.NUMBER: workbook.add_format({"num_format": "0", "valign": "top"}),
        # Excel shows the groups as the machine's language writes them: 160.000.000 under Vietnamese.
        Kind.MONEY: workbook.add_format({"num_format": "#,##0", "valign": "top"}),
        Kind.PERCENT: workbook.add_format({"num_format": "0", "valign": "top"}),
        Kind.DAY: workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"}),
        Kind.TIME: workbook.add_format({"num_format": "hh:mm dd/mm/yyyy", "valign": "top", "align": "left"}),
        Kind.MOMENT: workbook.add_format({"num_format": "hh:mm:ss dd/mm/yyyy", "valign": "top", "align": "left"}),
    }
    head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#DFEAFB"})
    top = _write_above(workbook, sheet, listing)
    for place, column in enumerate(listing.columns):
        sheet.set_column(place, place, column.characters)
        sheet.write_string(top, place, column.header, head)
    sheet.freeze_panes(top + 1, 0)
    count = 0
    for count, row in enumerate(listing.rows, start=1):
        for place, column in enumerate(listing.columns):
            _write_cell(sheet, top + count, place, column, column.value(row), formats)
    if listing.columns:
        sheet.autofilter(top, 0, top + count, len(listing.columns) - 1)
    return count


def _write_above(workbook: xlsxwriter.Workbook, sheet: Worksheet, listing: Listing) -> int:
    """What stands above the titles, on the sheet and on each page of its print; returns how many rows that takes."""
    if not listing.above:
        return 0
    sheet.write_string(0, 0, listing.above, workbook.add_format({"bold": True}))
    sheet.set_header(f"&C{listing.above}")
    return 1


def _format_of_time(column: Column, formats: dict[Kind, Format]) -> Format:
    return formats[Kind.MOMENT if column.kind == Kind.MOMENT else Kind.TIME]


def _write_cell(
    sheet: Worksheet, row: int, place: int, column: Column, value: Any, formats: dict[Kind, Format]
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, localtime(value).replace(tzinfo=None), _format_of_time(column, formats))
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
