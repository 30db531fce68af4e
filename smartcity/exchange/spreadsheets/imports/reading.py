"""What a file says: its header and rows as text, as one would have typed it. Nothing is run, nothing is guessed."""

import csv
import re
import time
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from programme.dates import FIRST_YEAR, LAST_YEAR, say_day
from programme.files import MB, FileKind, FileRefused, check_file, clean_name
from programme.money import group

MOST_ROWS, MOST_COLUMNS, LARGEST = 5_000, 60, 5 * MB
# Far above what 5,000 rows of 60 columns unpack to.
LARGEST_UNPACKED = 60 * MB
LONGEST_SECONDS = 20
# Letters that text in the old fonts .VnTime consists of for everybody else, and Vietnamese in Unicode has not.
ONLY_OLD_FONT = re.compile("[µ¸¶·¹¨»¾¼½©®ª«¬×ÞßØÜËÏÑÖäåæçëîïñöø÷ûüþ]")
UNICODE_VIETNAMESE = re.compile("[ơưđƠƯĐăĂẠ-ỹ]")
SAVE_AS_UTF8 = "Mở bằng Excel, chọn Lưu thành, kiểu «CSV UTF-8», rồi tải lên lại."
APOSTROPHE = re.compile(r"^'(?=[=+\-@\t\r])")


class NotReadable(ValidationError):
    """The file is not one of ours, or not a whole one; the sentence says what it is and how to mend it."""


@dataclass(frozen=True)
class Note:
    """What to know of how a file was read: of the whole of it (row 0), of a row, or of one of its cells."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Cell:
    """What a cell shows to its author, and where; ``trouble`` says why it cannot be read."""

    text: str
    place: str
    trouble: str = ""
    # What is shown, where a day is asked for.
    day: str = ""
    # What to look at, though it is read.
    notes: tuple[str, ...] = ()
    # The cells that share what is shown, where several rows do: «C4:C6».
    merged: str = ""

    def as_text(self, *, is_day: bool) -> str:
        """The cell as one would have typed it on a page."""
        return self.day or self.text if is_day else self.text


@dataclass(frozen=True)
class Table:
    """Every row that says something, with its number in the file: titles and header too."""

    rows: list[tuple[int, list[Cell]]]
    # None in CSV.
    sheet: str = ""
    notes: list[Note] = field(default_factory=list)


def read_table(name: str, content: bytes) -> Table:
    """Read the first sheet. Raises ``NotReadable`` before anything large is unpacked."""
    try:
        kind = check_file(
            BytesIO(content), name=name, size=len(content), kinds=(FileKind.XLSX, FileKind.CSV), largest=LARGEST
        )
    except FileRefused as refusal:
        raise NotReadable(str(refusal)) from None
    table = _read_workbook(name, content) if kind == FileKind.XLSX else _read_csv(name, content)
    if not table.rows:
        raise NotReadable(f"Tệp “{clean_name(name)}” không có dòng tiêu đề. Dùng biểu mẫu của hệ thống.")
    if len(table.rows) == 1:
        raise NotReadable(f"Tệp “{clean_name(name)}” chưa có dòng nào dưới tiêu đề.")
    _refuse_old_font(name, table)
    return table


def _shown(value: Any, *, percentage: bool, epoch: datetime) -> tuple[str, str]:
    """A value as text, and as a day."""
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return "Có" if value else "Không", ""
    if isinstance(value, date):
        return say_day(value), ""
    if isinstance(value, int | float):
        exact = Decimal(repr(value)) * (100 if percentage else 1)
        whole = exact == exact.to_integral_value()
        text = str(int(exact)) if whole else format(exact.normalize(), "f").replace(".", ",")
        return f"{text}%" if percentage else text, _day_of(value, epoch)
    return str(value), ""


def _day_of(value: float, epoch: datetime) -> str:
    """A day of a spreadsheet is a number that the cell's format shows as one; some cells have lost theirs."""
    try:
        day = from_excel(value, epoch)
    except (OverflowError, ValueError):
        return ""
    return say_day(day) if isinstance(day, datetime) and FIRST_YEAR <= day.year <= LAST_YEAR else ""


def _too_many_rows(name: str) -> NotReadable:
    return NotReadable(
        f"Tệp “{clean_name(name)}” có hơn {group(MOST_ROWS)} dòng. Chia thành nhiều tệp, mỗi tệp tối đa "
        f"{group(MOST_ROWS)} dòng."
    )


def _too_many_columns(name: str) -> NotReadable:
    return NotReadable(f"Tệp “{clean_name(name)}” có hơn {MOST_COLUMNS} cột. Chỉ giữ các cột của biểu mẫu.")


def _took_too_long(name: str) -> NotReadable:
    return NotReadable(
        f"Đọc tệp “{clean_name(name)}” quá lâu. Chép phần có số liệu sang biểu mẫu mới, hoặc chia thành nhiều tệp."
    )


def _read_workbook(name: str, content: bytes) -> Table:
    broken = NotReadable(
        f"Tệp “{clean_name(name)}” không mở được. Mở bằng Excel, lưu lại thành XLSX rồi tải lên; hoặc chép số liệu "
        "sang biểu mẫu của hệ thống."
    )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                raise _too_many_rows(name)
        return _rows_of_workbook(name, content)
    except DefusedXmlException:
        raise NotReadable(
            f"Tệp “{clean_name(name)}” có khai báo XML mà Excel không bao giờ ghi, nên không được mở."
        ) from None
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError):
        raise broken from None
    except (ParseError, OSError, EOFError, NotImplementedError):
        raise broken from None


def _rows_of_workbook(name: str, content: bytes) -> Table:
    started = time.monotonic()
    book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        _refuse_declared_size(name, sheet)
        # What the sheet says of its own size would be filled up with empty rows.
        sheet.reset_dimensions()
        rows: list[tuple[int, list[Cell]]] = []
        formulas: set[str] = set()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if time.monotonic() - started > LONGEST_SECONDS:
                raise _took_too_long(name)
            cells = [_cell(cell, number, place, book.epoch) for place, cell in enumerate(row, start=1)]
            while cells and not cells[-1].text:
                cells.pop()
            if not cells:
                continue
            if len(cells) > MOST_COLUMNS:
                raise _too_many_columns(name)
            if len(rows) > MOST_ROWS:
                raise _too_many_rows(name)
            formulas |= {cell.place for cell in cells if cell.trouble == "formula"}
            rows.append((number, cells))
        title = sheet.title
    finally:
        book.close()
    if formulas:
        rows = _with_results(name, content, rows, started)
    return Table(rows, title)


def _refuse_declared_size(name: str, sheet: Any) -> None:
    rows, columns = sheet.max_row or 0, sheet.max_column or 0
    if rows > MOST_ROWS + 1 or columns > MOST_COLUMNS:
        raise NotReadable(
            f"Trang «{sheet.title}» của tệp “{clean_name(name)}” khai báo vùng rộng {group(rows)} dòng, "
            f"{group(columns)} cột; mỗi tệp tối đa {group(MOST_ROWS)} dòng, {MOST_COLUMNS} cột. "
            "Chép phần có số liệu sang biểu mẫu mới, hoặc chia thành nhiều tệp."
        )


def _cell(cell: Any, number: int, place: int, epoch: datetime) -> Cell:
    where = f"{get_column_letter(place)}{number}"
    value = cell.value
    if value is None:
        return Cell("", where)
    if cell.data_type == "f":
        return Cell(str(value), where, trouble="formula")
    if cell.data_type == "e":
        return Cell(str(value), where, trouble=f"ô {where} báo lỗi {value}: sửa trong Excel, rồi dán giá trị.")
    percentage = "%" in str(getattr(cell, "number_format", "") or "")
    text, day = _shown(value, percentage=percentage, epoch=epoch)
    return Cell(text, where, day=day)


def _with_results(
    name: str, content: bytes, rows: list[tuple[int, list[Cell]]], started: float
) -> list[tuple[int, list[Cell]]]:
    """The rows with what formulas came to when the file was saved; one without such a result keeps its trouble."""
    by_number = dict(rows)
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if time.monotonic() - started > LONGEST_SECONDS:
                raise _took_too_long(name)
            cells = by_number.get(number, [])
            for place, cell in enumerate(cells):
                if cell.trouble == "formula":
                    cells[place] = _result(
                        row[place] if place < len(row) else None, cell, number, place + 1, book.epoch
                    )
    finally:
        book.close()
    return rows


def _result(found: Any, formula: Cell, number: int, place: int, epoch: datetime) -> Cell:
    if found is None or found.value is None:
        told = f"ô {formula.place} là công thức chưa có kết quả: chép ô đó, dán lại bằng «Dán giá trị»."
        return Cell(formula.text, formula.place, trouble=told)
    return _cell(found, number, place, epoch)


def _read_csv(name: str, content: bytes) -> Table:
    text = _decoded(name, content)
    delimiter = _delimiter(text)
    rows: list[tuple[int, list[Cell]]] = []
    try:
        for number, record in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            while record and not record[-1].strip():
                record.pop()
            if not record:
                continue
            if len(record) > MOST_COLUMNS:
                raise _too_many_columns(name)
            if len(rows) > MOST_ROWS:
                raise _too_many_rows(name)
            cells = [
                Cell(APOSTROPHE.sub("", value), f"{get_column_letter(place)}{number}")
                for place, value in enumerate(record, start=1)
            ]
            rows.append((number, cells))
    except csv.Error:
        raise NotReadable(
            f"Tệp “{clean_name(name)}” có dấu ngoặc kép mở mà không đóng, hoặc ô quá dài. {SAVE_AS_UTF8}"
        ) from None
    return Table(rows)


def _decoded(name: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotReadable(f"Tệp “{clean_name(name)}” được lưu bằng mã UTF-16, không phải UTF-8. {SAVE_AS_UTF8}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadable(
            f"Tệp “{clean_name(name)}” không phải UTF-8 (có thể là Windows-1258 hoặc TCVN3), chữ Việt sẽ sai. "
            f"{SAVE_AS_UTF8} Chữ phông .VnTime thì chuyển sang Unicode trước."
        ) from None
    if "\x00" in text:
        raise NotReadable(f"Tệp “{clean_name(name)}” không phải văn bản UTF-8. {SAVE_AS_UTF8}")
    return text


def _delimiter(text: str) -> str:
    """What separates the cells: of the three that spreadsheets write, the one that the header has most of."""
    lines = (line for line in text.splitlines() if line.strip())
    unquoted = re.sub(r'"[^"]*"', "", next(lines, ""))
    return max(";\t,", key=unquoted.count)


def _refuse_old_font(name: str, table: Table) -> None:
    """Raise ``NotReadable`` for text of the fonts before Unicode, which looks right in those fonts alone."""
    text = " ".join(cell.text for _, cells in table.rows[:200] for cell in cells)
    if len(ONLY_OLD_FONT.findall(text)) >= 3 and not UNICODE_VIETNAMESE.search(text):
        raise NotReadable(
            f"Chữ trong tệp “{clean_name(name)}” là phông TCVN3 (.VnTime), không phải Unicode. "
            "Chuyển mã sang Unicode (Unikey: Ctrl+Shift+F6) rồi tải lên lại."
        )
