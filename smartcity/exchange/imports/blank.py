"""The form to fill in: a sheet with the columns, a second one with what may stand in them."""

import tempfile
from typing import IO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from smartcity.exchange.imports.fields import ImportColumn
from smartcity.exchange.imports.table import MOST_ROWS
from smartcity.lib.pages.columns import Kind

FORMATS = {Kind.TEXT: "@", Kind.NUMBER: "0", Kind.MONEY: "#,##0", Kind.PERCENT: "0", Kind.DAY: "dd/mm/yyyy"}
LISTS = "Danh mục"


def write_blank(columns: list[ImportColumn], *, title: str) -> IO[bytes]:
    """The form as a temporary file, at its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (given to the response, which closes it)
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": title})
    _write_columns(book, book.add_worksheet("Nhập liệu"), columns)
    _write_lists(book, book.add_worksheet(LISTS), columns)
    _write_help(book, book.add_worksheet("Cách ghi"), columns)
    book.close()
    file.seek(0)
    return file


def _write_columns(book: xlsxwriter.Workbook, sheet: Worksheet, columns: list[ImportColumn]) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#DFEAFB"})
    for place, column in enumerate(columns):
        sheet.set_column(
            place,
            place,
            max(column.width, len(column.title) + 2),
            book.add_format({"num_format": FORMATS[column.kind]}),
        )
        sheet.write_string(0, place, f"{column.title}{' *' if column.cell.required else ''}", head)
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
            sheet.data_validation(1, place, MOST_ROWS, place, rule)
    sheet.freeze_panes(1, 0)


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
