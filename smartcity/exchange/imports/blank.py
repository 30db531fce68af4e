"""The form to fill in: a sheet with the columns, empty or filled, a second one with what may stand in them."""

import tempfile
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from smartcity.exchange.imports.fields import ImportColumn
from smartcity.exchange.imports.table import MOST_ROWS
from smartcity.lib.pages.columns import Kind

FORMATS = {Kind.TEXT: "@", Kind.NUMBER: "0", Kind.MONEY: "#,##0", Kind.PERCENT: "0", Kind.DAY: "dd/mm/yyyy"}
LISTS = "Danh mục"
# A cell is not wider than what one reads at a glance.
WIDEST = 40


@dataclass(frozen=True)
class FilledForm:
    """What stands in a form before anybody fills it in; nothing in one that is blank."""

    # Lines above the titles, which are not read when the file comes back; nor are the columns ``beside``.
    above: list[str] = field(default_factory=list)
    # Behind the first column.
    beside: list[str] = field(default_factory=list)
    # Of each row the texts of the columns ``beside``, then its values by the names of the others.
    rows: list[tuple[list[str], dict[str, Any]]] = field(default_factory=list)


def write_form(
    columns: list[ImportColumn], *, title: str, filled: FilledForm | None = None, above: str = ""
) -> IO[bytes]:
    """The form as a temporary file, at its beginning; ``above`` stands over all else."""
    filled = filled or FilledForm()
    filled = replace(filled, above=[above, *filled.above]) if above else filled
    file = tempfile.TemporaryFile()  # noqa: SIM115  (given to the response, which closes it)
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": title})
    sheet = book.add_worksheet("Nhập liệu")
    for row, line in enumerate(filled.above):
        sheet.write_string(row, 0, line, book.add_format({"bold": row == 0}))
    _write_columns(book, sheet, columns, filled)
    _write_rows(book, sheet, columns, filled)
    _write_lists(book, book.add_worksheet(LISTS), columns)
    _write_help(book, book.add_worksheet("Cách ghi"), columns)
    book.close()
    file.seek(0)
    return file


def _write_columns(
    book: xlsxwriter.Workbook, sheet: Worksheet, columns: list[ImportColumn], filled: FilledForm
) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#DFEAFB"})
    top = len(filled.above)
    for place, title in enumerate(filled.beside, start=1):
        sheet.set_column(place, place, min(max(len(row[0][place - 1]) for row in filled.rows) + 2, WIDEST))
        sheet.write_string(top, place, title, head)
    for number, column in enumerate(columns):
        place = _place_of(number, filled)
        sheet.set_column(
            place,
            place,
            max(column.width, len(column.title) + 2),
            book.add_format({"num_format": FORMATS[column.kind]}),
        )
        sheet.write_string(top, place, f"{column.title}{' *' if column.cell.required else ''}", head)
        if column.values:
            letter = xl_col_to_name(_lists_of(columns).index(column))
            rule = {
                "validate": "list",
                "source": f"='{LISTS}'!${letter}$2:${letter}${len(column.values) + 1}",
                # The file is checked when it comes in; here is only help.
                "error_type": "information",
                "error_title": "Ngoài danh mục",
                "error_message": "Giá trị này không có trong danh mục.",
            }
            sheet.data_validation(top + 1, place, top + MOST_ROWS, place, rule)
    sheet.freeze_panes(top + 1, 1 if filled.rows else 0)


def _place_of(number: int, filled: FilledForm) -> int:
    return number + len(filled.beside) if number else 0


def _write_rows(book: xlsxwriter.Workbook, sheet: Worksheet, columns: list[ImportColumn], filled: FilledForm) -> None:
    shown = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#555555"})
    look = {"text_wrap": True, "valign": "top"}
    formats = {kind: book.add_format(look | {"num_format": code}) for kind, code in FORMATS.items()}
    for row, (beside, values) in enumerate(filled.rows, start=len(filled.above) + 1):
        for place, text in enumerate(beside, start=1):
            sheet.write_string(row, place, text, shown)
        for number, column in enumerate(columns):
            _write_value(sheet, row, _place_of(number, filled), values.get(column.name), formats[column.kind])


def _write_value(sheet: Worksheet, row: int, place: int, value: Any, look: Format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001  (a day of the calendar)
    elif isinstance(value, int):
        sheet.write_number(row, place, value, look)
    else:
        sheet.write_string(row, place, str(value), look)


def _lists_of(columns: list[ImportColumn]) -> list[ImportColumn]:
    return [column for column in columns if column.values]


def _write_lists(book: xlsxwriter.Workbook, sheet: Worksheet, columns: list[ImportColumn]) -> None:
    bold = book.add_format({"bold": True})
    for place, column in enumerate(_lists_of(columns)):
        sheet.set_column(place, place, max(len(column.title), *(len(value) for value in column.values)) + 2)
        sheet.write_string(0, place, column.title, bold)
        for row, value in enumerate(column.values, start=1):
            sheet.write_string(row, place, value)


def _write_help(book: xlsxwriter.Workbook, sheet: Worksheet, columns: list[ImportColumn]) -> None:
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 80)
    for place, title in enumerate(["Cột", "Bắt buộc", "Cách ghi"]):
        sheet.write_string(0, place, title, bold)
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, column.title)
        sheet.write_string(row, 1, "Có" if column.cell.required else "Không")
        sheet.write_string(row, 2, column.help)
