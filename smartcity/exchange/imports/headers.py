"""Where the table of a file begins, which column is which, and in which unit; and the rows under our own names."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from django.core.exceptions import ValidationError

from smartcity.exchange.imports.fields import ImportColumn
from smartcity.exchange.imports.other_rows import ReadRow, set_aside
from smartcity.exchange.imports.table import MOST_TITLES, Note, NotReadable, SheetCell, SheetTable
from smartcity.exchange.imports.units import READ, has_no_unit, part_title, unit_of, units_above
from smartcity.lib.language.text import clean_line, fold
from smartcity.lib.pages.columns import Kind
from smartcity.lib.records.typed_fields import TypedDay

NEAR = 0.7
# «(1)», «A», «5=3+4»: what stands below titles to number the columns.
COLUMN_NUMBER = re.compile(r"^[(\[]?(\d{1,2}|[A-Z])[)\]]?(?:\s*=[\s\d+\-x*/()\[\].]+)?$", re.IGNORECASE)
# Under such a title a day means another one.
OTHER_DAYS = re.compile(r"mm?/dd?|thang/ngay|am lich")
MOST_DIGITS_OF_NO_DONG = 6
NOTHING = SheetCell("", "")


@dataclass(frozen=True)
class Head:
    """The titles of a table, how many rows of the file end with them, and the words that stand above."""

    titles: list[str]
    ends: int
    number: int
    above: list[str]


def read_rows(table: SheetTable, columns: list[ImportColumn]) -> tuple[list[list], list[Note]]:
    """Each row as its number, its texts by column, what cannot be read (column, value, reason), what to look at
    (column, sentence), and why it is none of the records, where it only sums, heads a group or signs; and what to
    know of the whole file.

    The order of the columns does not matter, and optional ones may be missing. Raises ``NotReadable`` where the
    header is not that of the form.
    """
    head = find_head(table.rows, columns)
    body, repeated = _without_titles(head, table.rows[head.ends :], columns)
    places = match_header(head.titles, columns, _filled(body))
    notes_of_others = _notes_of_others(head, places, body)
    units = {column.name: _unit(head, place, column) for place, column in places.items() if column.kind == Kind.MONEY}
    rows = [_read_row(number, cells, places, units, len(head.titles)) for number, cells in body]
    notes = [*table.notes, *_notes_of(head, repeated), *notes_of_others, *_notes_of_units(units, places.values())]
    notes += set_aside(rows, columns, [unit for unit, _ in units.values()])
    for column in places.values():
        if column.is_carried:
            # An empty cell takes back what a column that is not there leaves as it was.
            for row in rows:
                row.texts.setdefault(column.name, "")
    if not rows:
        raise NotReadable("Tệp chưa có dòng nào dưới tiêu đề.")
    return [row.as_json() for row in rows], notes


def find_head(rows: list[tuple[int, list[SheetCell]]], columns: list[ImportColumn]) -> Head:
    """The first row, or two, with the titles that are required; else that with the most titles of the form."""
    wanted = {plain(title): column.cell.required for column in columns for title in column.titles}

    def known(titles: list[str]) -> set[str]:
        return {plain(title) for title in titles} & wanted.keys()

    lines = [[clean_line(cell.text) for cell in cells] for _, cells in rows[:MOST_TITLES]]
    required = {plain(column.title) for column in columns if column.cell.required}
    best = Head(lines[0], 1, rows[0][0], [])
    for place, titles in enumerate(lines):
        below = lines[place + 1] if place + 1 < len(lines) else []
        both = _two_rows(titles, below, wanted.keys())
        # Two rows only where each adds to the other.
        takes_two = known(both) > known(titles) and known(both) > known(below)
        found = both if takes_two else titles
        if len(known(found)) > len(known(best.titles)):
            above = [text for line in lines[: place + takes_two] for text in line if text]
            best = Head(found, place + 1 + takes_two, rows[place][0], above)
        if required <= known(best.titles):
            break
    return best


def _two_rows(upper: list[str], lower: list[str], wanted: Collection[str]) -> list[str]:
    """The titles that two rows give together; none where the lower one says more than titles."""
    width = max(len(upper), len(lower))
    pairs = list(zip(upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower)), strict=True))
    if not any(below for _, below in pairs) or any(below and plain(below) not in wanted for _, below in pairs):
        return []
    return [above if not below or plain(above) == plain(below) else below for above, below in pairs]


def _without_titles(
    head: Head, rows: list[tuple[int, list[SheetCell]]], columns: list[ImportColumn]
) -> tuple[list[tuple[int, list[SheetCell]]], list[int]]:
    """The rows without those that number the columns, or repeat the titles on a new page; and their numbers."""
    titles = [fold(title) for title in head.titles]
    required = {plain(column.title) for column in columns if column.cell.required}
    named = [place for place, title in enumerate(head.titles) if plain(title) in required]
    kept: list[tuple[int, list[SheetCell]]] = []
    left: list[int] = []
    begins = True
    for number, cells in rows:
        said = {place: clean_line(cell.text) for place, cell in enumerate(cells) if cell.text.strip()}
        repeats = all(place < len(titles) and fold(text) == titles[place] for place, text in said.items())
        numbers = begins and len(said) > 1 and _number_columns(list(said.values()))
        if said and set(named) & said.keys() and (repeats or numbers):
            left.append(number)
            begins = repeats
            continue
        begins = False
        kept.append((number, cells))
    return kept, left


def _number_columns(texts: list[str]) -> bool:
    """Whether they count: «A», «B», then «1», «2», or numbers alone."""
    found = [COLUMN_NUMBER.match(text) for text in texts]
    said = [match[1].upper() for match in found if match]
    letters = [one for one in said if not one.isdecimal()]
    counted = [chr(ord("A") + place) for place in range(len(letters))]
    counted += [str(place) for place in range(1, len(said) - len(letters) + 1)]
    return len(said) == len(texts) and said == counted


def _filled(rows: list[tuple[int, list[SheetCell]]]) -> set[int]:
    return {place for _, cells in rows for place, cell in enumerate(cells) if cell.text.strip() or cell.trouble}


def _notes_of(head: Head, repeated: list[int]) -> Iterable[Note]:
    if head.above:
        yield Note(0, "", f"Tiêu đề của bảng ở dòng {head.number}; các dòng phía trên chỉ đọc đơn vị tính.")
    if repeated:
        named = ", ".join(str(number) for number in repeated[:8]) + ("…" if len(repeated) > 8 else "")
        yield Note(0, "", f"Không đọc dòng đánh số cột, dòng lặp lại tiêu đề: {named}.")


def _notes_of_others(head: Head, places: Collection[int], body: list[tuple[int, list[SheetCell]]]) -> list[Note]:
    """Which columns are none of the form's, so that what stands in them is not read."""
    filled = _filled(body)
    others = [title for place, title in enumerate(head.titles) if title and place in filled and place not in places]
    if not others:
        return []
    return [Note(0, "", f"Cột không có trong biểu mẫu nên không đọc: «{'», «'.join(others)}».")]


def _notes_of_units(units: dict[str, tuple[str, str]], columns: Iterable[ImportColumn]) -> Iterable[Note]:
    titles = {column.name: column.title.partition(" (")[0] for column in columns}
    for name, (unit, trouble) in units.items():
        if not trouble and unit != "đồng":
            read = f"tính bằng {unit}" if unit else "không ghi đơn vị: số không kèm đơn vị được đọc là đồng"
            yield Note(0, "", f"Cột «{titles[name]}» {read}.")


def _unit(head: Head, place: int, column: ImportColumn) -> tuple[str, str]:
    """In which unit the amounts of a column are, and what keeps one from knowing it.

    Its own title says so, or the words above the table; where they differ, nobody knows.
    """
    _, said = part_title(head.titles[place])
    own, above = unit_of(said), [unit for unit in units_above(head.above) if unit != "%"]
    named = list(dict.fromkeys([*([own] if own else []), *above]))
    if len(named) > 1 or (named and not unit_of(named[0])):
        said_so = ", ".join(f"«{one}»" for one in named)
        mend = "Ghi đơn vị trong ô, hoặc sửa để chỉ còn một đơn vị"
        return "", f"trên đầu bảng ghi đơn vị {said_so} nên không rõ số này tính bằng gì. {mend}: {READ}."
    return (named[0] if named else ""), ""


def _read_row(
    number: int,
    cells: list[SheetCell],
    places: dict[int, ImportColumn],
    units: dict[str, tuple[str, str]],
    width: int,
) -> ReadRow:
    row = ReadRow(number, is_bold=all(cell.is_bold for cell in cells if cell.text))
    for place, column in places.items():
        found = cells[place] if place < len(cells) else NOTHING
        is_day = isinstance(column.cell, TypedDay)
        row.notes += [[column.title, sentence] for sentence in found.notes_as(is_day=is_day)]
        trouble = found.trouble
        if found.merged and column.kind == Kind.MONEY and not trouble:
            trouble = f"ô gộp {found.merged} ghi một số tiền cho nhiều dòng. Bỏ gộp ô, ghi số tiền của từng dòng."
        text = "" if is_nothing(found.text) else found.as_text(is_day=is_day)
        if text and not trouble and column.name in units:
            text, trouble, note = _with_unit(text, column, *units[column.name])
            row.notes += [[column.title, note]] if note else []
        if trouble:
            row.troubles.append([column.title, found.text, trouble])
        elif text:
            row.texts[column.name] = text
    if len(cells) > width:
        beyond = "; ".join(cell.text for cell in cells[width:] if cell.text)
        told = "dòng có nhiều ô hơn tiêu đề: số có dấu phẩy trong tệp CSV phải đặt trong ngoặc kép."
        row.troubles.append(["Cả dòng", beyond, told])
    return row


def is_nothing(text: str) -> bool:
    """Whether a cell holds only the strokes or dots that stand for nothing."""
    return bool(text) and not re.sub(r"[\s\-\u2010-\u2015\u2212_.…/]", "", text)


def _with_unit(text: str, column: ImportColumn, unit: str, trouble: str) -> tuple[str, str, str]:
    """An amount with the unit of its column, where it has none of its own; what is wrong, what to look at."""
    if not has_no_unit(text):
        own = unit_of(re.sub(r"^[-\u2212\d.,\s]+", "", clean_line(text)))
        differs = own and unit not in {"", "đồng", own}
        return text, "", f"ô tự ghi đơn vị {own}, khác đơn vị của cột ({unit}); đọc theo ô." if differs else ""
    if trouble:
        return "", trouble, ""
    digits = re.sub(r",.*|[^0-9]", "", text)
    if unit == "đồng" and len(digits) <= MOST_DIGITS_OF_NO_DONG:
        # Nobody counts so few đồng: asked for its unit, as on a page.
        return text, "", ""
    asks = unit in {"", "đồng"} and int(digits) < column.least
    note = f"«{text}» là đồng hay triệu đồng? Đang đọc là đồng; nếu không phải, ghi đơn vị ở tiêu đề cột hoặc trong ô."
    return f"{text} {unit}".strip(), "", note if asks else ""


def match_header(
    header: list[str], columns: list[ImportColumn], filled: set[int] | None = None
) -> dict[int, ImportColumn]:
    """The columns by their places; those with titles that are none of the form's are left out.

    Raises ``NotReadable`` naming each title that is missing or double, or may be that of a missing one misspelt: what
    stands under it would be lost.
    """
    wanted = {plain(title): column for column in columns for title in column.titles}
    found = {plain(title) for title in header}
    missing = {plain(one.title) for one in columns if one.is_asked and not found & set(map(plain, one.titles))}
    places: dict[int, ImportColumn] = {}
    wrong: list[str] = []
    for place, title in enumerate(header):
        column = wanted.get(plain(title))
        if column is None:
            meant = _meant(plain(title), missing)
            if title and meant:
                wrong.append(f"Cột «{title}» không có trong biểu mẫu. Có phải là «{wanted[meant].title}»?")
            elif title:
                continue
            elif filled is None or place in filled:
                wrong.append(f"Cột thứ {place + 1} không có tiêu đề.")
        elif column in places.values():
            wrong.append(f"Cột «{column.title}» có hai lần.")
        else:
            places[place] = column
            wrong += _wrong_unit(title, column)
    present = {column.name for column in places.values()}
    wrong += [
        f"Thiếu cột «{column.title}»." for column in columns if column.cell.required and column.name not in present
    ]
    if wrong:
        raise NotReadable([ValidationError(sentence) for sentence in [*wrong, "Tải biểu mẫu để có đúng các cột."]])
    return places


def _meant(title: str, missing: Collection[str]) -> str:
    """The one of the ``missing`` titles that is like it, or that it shortens or lengthens; none for most."""
    near = get_close_matches(title, missing, 1, NEAR)
    longer = [one for one in missing if title and (one.startswith(title) or title.startswith(one))]
    return next(iter([*near, *sorted(longer)]), "")


def _wrong_unit(title: str, column: ImportColumn) -> list[str]:
    """What a title says of its cells that would have them read as something else."""
    _, said = part_title(title)
    if column.kind == Kind.MONEY and said and not unit_of(said):
        return [f"Cột «{title}»: chưa đọc được đơn vị «{said}». Dùng: {READ}."]
    if column.kind == Kind.PERCENT and said not in {"", "%"}:
        return [f"Cột «{title}»: tỷ lệ phải tính bằng phần trăm (%)."]
    if column.kind == Kind.DAY and OTHER_DAYS.search(fold(said).replace(" ", "")):
        return [f"Cột «{title}»: ngày phải ghi theo ngày/tháng/năm dương lịch."]
    return []


def plain(title: str) -> str:
    """A title without its accents, its unit and the mark of what is required."""
    return fold(part_title(title.replace("*", ""))[0])
