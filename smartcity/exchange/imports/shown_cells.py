"""What the cells of a sheet show to its author: formats, strokes, hidden rows and columns, cells that are merged."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from openpyxl.utils import get_column_letter

from smartcity.exchange.imports.number_formats import Shown, day_in_text, show_moment, show_number, show_text
from smartcity.exchange.imports.sheet_rows import RawCell, RawRow
from smartcity.exchange.imports.table import MOST_COLUMNS, Note, SheetCell
from smartcity.exchange.imports.workbook_parts import Style, TooLarge

# «_x000D_»: how a workbook writes a letter that XML has no place for.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "Err:502", "Err:508"}
# What is saved of a number or a day that its column was too narrow for.
TOO_NARROW = re.compile(r"^#{3,}$")
NAMED_AT_MOST = 8
# Far above what the merged cells of 5,000 rows share.
MOST_SHARED = 1_000_000


@dataclass
class SeenRow:
    """A row with its cells by column; why it is left out, where it is."""

    number: int
    cells: dict[int, SheetCell] = field(default_factory=dict)
    is_hidden: bool = False
    is_struck: bool = False

    @property
    def is_left_out(self) -> bool:
        return self.is_hidden or self.is_struck

    def as_json(self) -> list:
        cells = [
            [column, cell.text, cell.trouble, cell.day, cell.notes, cell.day_note, cell.is_bold]
            if cell.trouble or cell.day or cell.notes or cell.is_bold
            else [column, cell.text]
            for column, cell in self.cells.items()
        ]
        return [self.number, int(self.is_hidden) + 2 * int(self.is_struck), cells]

    @classmethod
    def from_json(cls, kept: list) -> "SeenRow":
        number, left_out, cells = kept
        row = cls(number, is_hidden=bool(left_out & 1), is_struck=bool(left_out & 2))
        for column, text, *more in cells:
            trouble, day, notes, day_note, is_bold = [*more, False][:5] if more else ("", "", (), "", False)
            row.cells[column] = SheetCell(
                text, _place(column, number), trouble, day, tuple(notes), "", day_note, is_bold
            )
        return row


def _place(column: int, row: int) -> str:
    return f"{get_column_letter(column)}{row}"


def see_row(raw: RawRow, styles: list[Style], epoch: datetime) -> SeenRow | None:
    """The row as it is shown; none where nothing stands in it."""
    row = SeenRow(raw.number, is_hidden=raw.is_hidden)
    struck = []
    for one in raw.cells:
        style = styles[one.style] if one.style < len(styles) else Style()
        cell = _see_cell(one, _place(one.column, raw.number), style, epoch)
        if cell.text or cell.trouble or cell.notes:
            row.cells[one.column] = replace(cell, is_bold=True) if style.is_bold else cell
            struck.append(_is_struck(one, style))
    if not row.cells:
        return None
    row.is_struck = all(struck)
    return row if row.is_struck else _without_struck(row, struck)


def _is_struck(raw: RawCell, style: Style) -> bool:
    return style.is_struck or bool(raw.struck and not raw.value.strip())


def _without_struck(row: SeenRow, struck: list[bool]) -> SeenRow:
    for (column, cell), is_struck in zip(list(row.cells.items()), struck, strict=True):
        if is_struck:
            told = f"«{_short(cell.text)}» bị gạch ngang nên không đọc."
            row.cells[column] = SheetCell("", cell.place, notes=(told,))
    return row


def _short(text: str) -> str:
    return " ".join(text.split())[:60]


def trouble_of(text: str, place: str) -> str:
    """What is wrong with a cell that shows an error, or not even that."""
    if text.strip() in ERRORS:
        return f"ô {place} báo lỗi {text.strip()}: sửa trong Excel, rồi dán giá trị."
    if TOO_NARROW.match(text.strip()):
        return f"ô {place} chỉ có dấu #, vì cột quá hẹp khi lưu: nới rộng cột rồi lưu lại."
    return ""


def _see_cell(raw: RawCell, place: str, style: Style, epoch: datetime) -> SheetCell:
    if raw.is_formula and raw.value == "" and raw.kind != "str":
        return SheetCell(
            "=…", place, trouble=f"ô {place} là công thức chưa có kết quả: chép ô đó, dán lại bằng «Dán giá trị»."
        )
    if raw.kind == "e":
        return SheetCell(
            raw.value, place, trouble=f"ô {place} báo lỗi {_short(raw.value)}: sửa trong Excel, rồi dán giá trị."
        )
    if raw.kind == "b":
        return SheetCell("Có" if raw.value.strip() in {"1", "true"} else "Không", place)
    if raw.kind in {"s", "inlineStr", "str"}:
        return _see_text(raw, place, style)
    shown = _show_day(raw.value, style) if raw.kind == "d" else show_number(raw.value, style.number_format, epoch)
    if shown is None:
        return SheetCell(_short(raw.value), place, trouble=f"ô {place} có số không đọc được: ghi lại số trong ô.")
    notes = (shown.note,) if shown.note else ()
    return SheetCell(shown.text, place, day=shown.day, notes=notes, day_note=shown.day_note)


def _show_day(text: str, style: Style) -> Shown | None:
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None
    return show_moment(moment, "dmyhn")


def _see_text(raw: RawCell, place: str, style: Style) -> SheetCell:
    shown = show_text(_unescaped(raw.value or raw.struck), style.number_format)
    notes = [shown.note] if shown.note else []
    if raw.struck and raw.value.strip() and not style.is_struck:
        notes.append(f"bỏ chữ bị gạch ngang «{_short(raw.struck)}».")
    day, told = day_in_text(shown.text) if len(shown.text) < 40 else ("", "")
    trouble = trouble_of(shown.text, place)
    return SheetCell(
        shown.text, place, trouble, day=day if day != shown.text else "", notes=tuple(notes), day_note=told
    )


def _unescaped(text: str) -> str:
    if "_x" in text:
        text = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
        # Two halves of one letter are one again; a half alone, and what no database keeps, is nothing.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return LONE_SURROGATE.sub("", text).replace("\x00", "")


class Columns:
    """Which columns are seen, and at which place among them each stands."""

    def __init__(self, hidden: Iterable[list[int]]):
        self.hidden: list[tuple[int, int]] = []
        for first, last in sorted(hidden):
            if self.hidden and first <= self.hidden[-1][1] + 1:
                first, last = self.hidden[-1][0], max(last, self.hidden.pop()[1])
            self.hidden.append((first, last))
        self.starts = [first for first, _ in self.hidden]

    def is_hidden(self, column: int) -> bool:
        place = bisect_right(self.starts, column) - 1
        return place >= 0 and column <= self.hidden[place][1]

    def position(self, column: int) -> int:
        """From 0 on."""
        return column - 1 - sum(min(last, column) - first + 1 for first, last in self.hidden if first <= column)


def lay_out(
    rows: list[SeenRow], columns: Columns, merged: list[list[int]]
) -> tuple[list[tuple[int, list[SheetCell]]], list[Note]]:
    """The rows that are seen, each cell at its place; and what has to be said of those that are not."""
    notes = [*_left_out(rows), *_hidden_columns(rows, columns)]
    shared = _share(rows, columns, merged)
    if shared:
        notes.append(Note(0, "", f"Ô gộp {_named(shared)}: nội dung được đọc cho mọi dòng của ô gộp."))
    laid = []
    for row in rows:
        seen = {column: cell for column, cell in row.cells.items() if not columns.is_hidden(column)}
        if row.is_left_out or not seen:
            continue
        if not any(cell.text or cell.trouble for cell in seen.values()):
            notes += [Note(row.number, "", sentence) for cell in seen.values() for sentence in cell.notes]
            continue
        cells = [SheetCell("", "")] * (columns.position(max(seen)) + 1)
        for column, cell in seen.items():
            cells[columns.position(column)] = cell
        laid.append((row.number, cells))
    return laid, notes


def _named(names: list[str]) -> str:
    more = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" và {more} chỗ khác" if more > 0 else "")


def _ranges(numbers: list[int]) -> list[str]:
    """«3», «5–9»."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(first) if first == last else f"{first}–{last}" for first, last in runs]


def _left_out(rows: list[SeenRow]) -> Iterable[Note]:
    hidden = _named(_ranges([row.number for row in rows if row.is_hidden]))
    if hidden:
        mend = "Muốn nhập thì bỏ ẩn, bỏ lọc rồi tải lên lại."
        yield Note(0, "", f"Dòng {hidden} đang ẩn hoặc bị lọc nên không đọc. {mend}")
    struck = _named(_ranges([row.number for row in rows if row.is_struck and not row.is_hidden]))
    if struck:
        mend = "Muốn nhập thì bỏ gạch ngang rồi tải lên lại."
        yield Note(0, "", f"Dòng {struck} bị gạch ngang nên không đọc. {mend}")


def _hidden_columns(rows: list[SeenRow], columns: Columns) -> Iterable[Note]:
    found: dict[int, str] = {}
    for row in rows:
        if columns.hidden and not row.is_left_out:
            for column, cell in row.cells.items():
                if column not in found and columns.is_hidden(column):
                    found[column] = cell.text
    if found:
        names = [f"{get_column_letter(column)} («{_short(found[column])}»)" for column in sorted(found)]
        yield Note(0, "", f"Cột {_named(names)} đang ẩn nên không đọc. Muốn nhập thì bỏ ẩn rồi tải lên lại.")


def _share(rows: list[SeenRow], columns: Columns, merged: list[list[int]]) -> list[str]:
    """Give what stands in merged cells to each of their rows; returns which do so.

    Of several columns it stays the first one's: what it would say under another title is nobody's guess.
    """
    numbers = [row.number for row in rows]
    shared: list[str] = []
    work = 0
    for first, left, last, right in sorted(merged):
        seen = next((column for column in range(left, right + 1) if not columns.is_hidden(column)), None)
        start = bisect_left(numbers, first)
        if seen is None or start == len(rows) or rows[start].number != first:
            continue
        within = rows[start : bisect_right(numbers, last)]
        work += len(within) * min(right - left + 1, MOST_COLUMNS * 4)
        if work > MOST_SHARED:
            raise TooLarge("trang có quá nhiều ô gộp")
        cell = rows[start].cells.get(left)
        for row in within:
            for column in [one for one in row.cells if left <= one <= right]:
                del row.cells[column]
        if cell is None:
            continue
        reference = f"{_place(left, first)}:{_place(right, last)}"
        standing = [row for row in within if row.cells or row is rows[start]]
        if right > left and rows[start].cells and seen < right:
            told = f"ô gộp {reference} trải trên nhiều cột; chỉ đọc cho cột đầu."
            cell = replace(cell, notes=(*cell.notes, told))
        if sum(not row.is_left_out for row in standing) > 1:
            cell = replace(cell, merged=reference)
            shared.append(reference)
        for row in standing:
            row.cells[seen] = replace(cell, place=_place(seen, row.number))
    return shared
