"""Which column of a file is which, by its title; and the rows as text under our own names."""

from difflib import get_close_matches

from django.core.exceptions import ValidationError

from programme.fields import DayField
from programme.text import fold
from smartcity.exchange.spreadsheets.imports.fields import ImportColumn
from smartcity.exchange.spreadsheets.imports.reading import Cell, NotReadable, Table, text_of

NEAR = 0.7


def read_rows(table: Table, columns: list[ImportColumn]) -> list[list]:
    """Each row as its number, its texts by column, and what cannot be read: column, value, reason.

    The order of the columns does not matter, and optional ones may be missing. Raises ``NotReadable`` where the
    header is not that of the form.
    """
    places = match_header(table.header, columns)
    rows = []
    for number, cells in table.rows:
        texts: dict[str, str] = {}
        troubles: list[list[str]] = []
        for place, column in places.items():
            found = cells[place] if place < len(cells) else Cell(None, "")
            if found.trouble:
                troubles.append([column.title, str(found.value), found.trouble])
                continue
            text = text_of(found, is_day=isinstance(column.cell, DayField), epoch=table.epoch)
            if text:
                texts[column.name] = text
        if len(cells) > len(table.header):
            beyond = "; ".join(str(cell.value) for cell in cells[len(table.header) :])
            told = "dòng có nhiều ô hơn tiêu đề: số có dấu phẩy trong tệp CSV phải đặt trong ngoặc kép."
            troubles.append(["Cả dòng", beyond, told])
        rows.append([number, texts, troubles])
    return rows


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
