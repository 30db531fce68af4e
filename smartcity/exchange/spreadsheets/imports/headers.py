"""Which column of a file is which, by its title; and the rows as text under our own names."""

from difflib import get_close_matches

from django.core.exceptions import ValidationError

from programme.fields import DayField
from programme.text import clean_line, fold
from smartcity.exchange.spreadsheets.columns import Kind
from smartcity.exchange.spreadsheets.imports.fields import ImportColumn
from smartcity.exchange.spreadsheets.imports.table import Cell, Note, NotReadable, Table

NEAR = 0.7


def read_rows(table: Table, columns: list[ImportColumn]) -> tuple[list[list], list[Note]]:
    """Each row as its number, its texts by column, what cannot be read (column, value, reason), and what to look
    at (column, sentence); and what to know of the whole file.

    The order of the columns does not matter, and optional ones may be missing. Raises ``NotReadable`` where the
    header is not that of the form.
    """
    (_, titles), *below = table.rows
    header = [clean_line(cell.text) for cell in titles]
    places = match_header(header, columns)
    return [_read_row(number, cells, places, len(header)) for number, cells in below], table.notes


def _read_row(number: int, cells: list[Cell], places: dict[int, ImportColumn], width: int) -> list:
    texts: dict[str, str] = {}
    troubles: list[list[str]] = []
    notes: list[list[str]] = []
    for place, column in places.items():
        found = cells[place] if place < len(cells) else Cell("", "")
        is_day = isinstance(column.cell, DayField)
        notes += [[column.title, sentence] for sentence in found.notes_as(is_day=is_day)]
        if found.trouble:
            troubles.append([column.title, found.text, found.trouble])
            continue
        if found.merged and column.kind == Kind.MONEY:
            told = f"ô gộp {found.merged} ghi một số tiền cho nhiều dòng. Bỏ gộp ô, ghi số tiền của từng dòng."
            troubles.append([column.title, found.text, told])
            continue
        text = found.as_text(is_day=is_day)
        if text:
            texts[column.name] = text
    if len(cells) > width:
        beyond = "; ".join(cell.text for cell in cells[width:])
        told = "dòng có nhiều ô hơn tiêu đề: số có dấu phẩy trong tệp CSV phải đặt trong ngoặc kép."
        troubles.append(["Cả dòng", beyond, told])
    return [number, texts, troubles, notes]


def match_header(header: list[str], columns: list[ImportColumn]) -> dict[int, ImportColumn]:
    """The columns by their places. Raises ``NotReadable`` naming each title that is missing, double or unknown."""
    wanted = {plain(column.title): column for column in columns}
    places: dict[int, ImportColumn] = {}
    wrong: list[str] = []
    for place, title in enumerate(header):
        column = wanted.get(plain(title))
        if column is None:
            near = get_close_matches(plain(title), wanted, 1, NEAR)
            meant = f" Có phải là «{wanted[near[0]].title}»?" if near else ""
            wrong.append(
                f"Cột «{title}» không có trong biểu mẫu.{meant}" if title else f"Cột thứ {place + 1} không có tiêu đề."
            )
        elif column in places.values():
            wrong.append(f"Cột «{column.title}» có hai lần.")
        else:
            places[place] = column
    present = {column.name for column in places.values()}
    wrong += [
        f"Thiếu cột «{column.title}»." for column in columns if column.cell.required and column.name not in present
    ]
    if wrong:
        raise NotReadable([ValidationError(sentence) for sentence in [*wrong, "Tải biểu mẫu để có đúng các cột."]])
    return places


def plain(title: str) -> str:
    """A title without its accents, its unit and the mark of what is required."""
    return fold(title.partition("(")[0].replace("*", ""))
