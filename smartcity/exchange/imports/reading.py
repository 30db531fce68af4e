"""What a file says: its rows as text, as one would have typed what their author sees. Nothing is run or guessed."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from io import BytesIO, StringIO
from itertools import islice
from zipfile import BadZipFile

from openpyxl.utils import get_column_letter

from smartcity.exchange.exports.csv_file import as_written
from smartcity.exchange.imports.number_formats import day_in_text
from smartcity.exchange.imports.sheet_rows import Place
from smartcity.exchange.imports.shown_cells import Columns, SeenRow, lay_out, see_row, trouble_of
from smartcity.exchange.imports.table import (
    LARGEST,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_TITLES,
    Note,
    NotReadable,
    SheetCell,
    SheetTable,
)
from smartcity.exchange.imports.workbook import Sheet, Workbook
from smartcity.exchange.imports.workbook_parts import Broken, DeclaresEntities, TooLarge
from smartcity.lib.language.money import group
from smartcity.lib.records.files import FileKind, FileRefused, check_file, clean_name

# The sheets of the form beside the one that is filled in.
OF_THE_FORM = ("Danh mục", "Cách ghi")
NAMED_SHEETS = 5
# Letters that text in the old fonts .VnTime consists of for everybody else, and Vietnamese in Unicode has not.
ONLY_OLD_FONT = re.compile("[µ¸¶·¹¨»¾¼½©®ª«¬×ÞßØÜËÏÑÖäåæçëîïñöø÷ûüþ]")
UNICODE_VIETNAMESE = re.compile("[ơưđƠƯĐăĂẠ-ỹ]")
# What a program writes for letters that its encoding has no place for.
LOST_LETTER = re.compile(r"[^\W\d_]\?+[^\W\d_]")
SAVE_AS_UTF8 = "Mở bằng Excel, chọn Lưu thành, kiểu «CSV UTF-8», rồi tải lên lại."
NAMED_SEPARATOR = re.compile(r'^"?sep=(.)"?\r?\n', re.IGNORECASE)
ROWS_TO_JUDGE_BY, LETTERS_TO_JUDGE_BY = 20, 100_000
COMBINED = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
FOREIGN = re.compile("[^\\W\\d_a-zA-ZđĐăĂâÂêÊôÔơƠưƯáÁàÀãÃéÉèÈíÍìÌóÓòÒõÕúÚùÙýÝẠ-ỹ]|[\u0080-\u009f\ufffd]|[µ¸¶·¹]")


@dataclass
class FileReading:
    """A file as far as it is read; what of it is kept between two requests is ``as_json`` and the rows."""

    sheet: str = ""
    part: str = ""
    place: Place = field(default_factory=Place)
    # As they are kept: see ``SeenRow.as_json``.
    rows: list[list] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.place.is_done

    def as_json(self) -> dict:
        return {
            "sheet": self.sheet,
            "part": self.part,
            "place": asdict(self.place),
            "notes": [[note.row, note.column, note.sentence] for note in self.notes],
        }

    @classmethod
    def from_json(cls, kept: dict, rows: list[list]) -> "FileReading":
        notes = [Note(*note) for note in kept["notes"]]
        return cls(kept["sheet"], kept["part"], Place(**kept["place"]), rows, notes)


def begin_reading(name: str, content: bytes) -> FileKind:
    """Tell what the file is. Raises ``NotReadable`` for what is neither a workbook nor CSV; nothing is unpacked."""
    try:
        return check_file(
            BytesIO(content), name=name, size=len(content), kinds=(FileKind.XLSX, FileKind.CSV), largest=LARGEST
        )
    except FileRefused as refusal:
        raise NotReadable(str(refusal)) from None


def begin_workbook(name: str, content: bytes) -> FileReading:
    """Choose the sheet, as whoever opens the workbook sees it first: one that is neither hidden nor empty."""

    def begin(book: Workbook) -> FileReading:
        saying = {part for part in {sheet.part for sheet in book.sheets} if book.says_something(part)}
        seen = [sheet for sheet in book.sheets if not sheet.is_hidden]
        if not seen:
            raise NotReadable(f"Mọi trang của tệp “{clean_name(name)}” đều ẩn. Bỏ ẩn trang cần nhập rồi tải lên lại.")
        sheet = next((one for one in seen if one.part in saying), seen[0])
        book.refuse_what_is_too_large(sheet)
        others = [one for one in book.sheets if one is not sheet and one.part in saying]
        return FileReading(sheet.title, sheet.part, notes=_other_sheets(sheet, others))

    return _opened(name, content, begin)


def _other_sheets(sheet: Sheet, others: list[Sheet]) -> list[Note]:
    told = [f"«{one.title}»{' (ẩn)' if one.is_hidden else ''}" for one in others if one.title not in OF_THE_FORM]
    if not told:
        return []
    more = f" và {len(told) - NAMED_SHEETS} trang nữa" if len(told) > NAMED_SHEETS else ""
    named = f"{', '.join(told[:NAMED_SHEETS])}{more}"
    return [Note(0, "", f"Chỉ đọc trang «{sheet.title}». Không đọc trang khác có nội dung: {named}.")]


def read_on(reading: FileReading, name: str, content: bytes, *, goes_on: Callable[[], bool]) -> None:
    """Read more rows, for as long as ``goes_on``. Raises ``NotReadable``."""

    def go_on(book: Workbook) -> None:
        styles = book.styles()
        sheet = Sheet(reading.sheet, reading.part, is_hidden=False)
        columns: Columns | None = None
        count = sum(not left_out for _, left_out, _ in reading.rows)
        for raw in book.rows(sheet, reading.place, goes_on=goes_on):
            row = see_row(raw, styles, book.epoch)
            if row is None:
                continue
            reading.rows.append(row.as_json())
            if row.is_left_out:
                continue
            columns = columns or Columns(reading.place.hidden_columns)
            _refuse_wide(row, columns, name)
            count += 1
            if count > MOST_ROWS + MOST_TITLES:
                raise too_many_rows(name)

    _opened(name, content, go_on)


def _refuse_wide(row: SeenRow, columns: Columns, name: str) -> None:
    widest = max((one for one in row.cells if not columns.is_hidden(one)), default=1)
    if columns.position(widest) >= MOST_COLUMNS:
        raise _too_many_columns(name)


def _opened[T](name: str, content: bytes, use: Callable[[Workbook], T]) -> T:
    """What ``use`` makes of the open workbook; what it cannot make is told in a sentence."""
    called = f"Tệp “{clean_name(name)}”"
    try:
        book = Workbook(content)
        try:
            return use(book)
        finally:
            book.close()
    except TooLarge as reason:
        raise NotReadable(f"{called}: {reason}. Chép phần có số liệu sang biểu mẫu mới rồi tải lên lại.") from None
    except DeclaresEntities:
        raise NotReadable(f"{called} có khai báo XML mà Excel không bao giờ ghi, nên không được mở.") from None
    except (Broken, BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise NotReadable(
            f"{called} không mở được. Mở bằng Excel, lưu lại thành XLSX rồi tải lên; hoặc chép số liệu sang biểu mẫu "
            "của hệ thống."
        ) from None


def finish_workbook(reading: FileReading, name: str) -> SheetTable:
    """The table, once every row is read: hidden and struck rows left out, merged cells shared."""
    seen = [SeenRow.from_json(row) for row in reading.rows]
    try:
        rows, notes = lay_out(seen, Columns(reading.place.hidden_columns), reading.place.merged)
    except TooLarge as reason:
        raise NotReadable(f"Tệp “{clean_name(name)}”: {reason}. Chép số liệu sang biểu mẫu mới.") from None
    return _whole(SheetTable(rows, reading.sheet, [*reading.notes, *notes]), name)


def finish_csv(name: str, content: bytes) -> SheetTable:
    return _whole(_read_csv(name, content), name)


def _whole(table: SheetTable, name: str) -> SheetTable:
    why = " ".join(note.sentence for note in table.notes if not note.row)
    if not table.rows:
        raise NotReadable(f"Tệp “{clean_name(name)}” không có dòng tiêu đề. Dùng biểu mẫu của hệ thống. {why}".strip())
    if len(table.rows) == 1:
        raise NotReadable(f"Tệp “{clean_name(name)}” chưa có dòng nào dưới tiêu đề. {why}".strip())
    _refuse_old_font(name, table)
    return table


def too_many_rows(name: str) -> NotReadable:
    return NotReadable(
        f"Tệp “{clean_name(name)}” có hơn {group(MOST_ROWS)} dòng. Chia thành nhiều tệp, mỗi tệp tối đa "
        f"{group(MOST_ROWS)} dòng."
    )


def _too_many_columns(name: str) -> NotReadable:
    return NotReadable(f"Tệp “{clean_name(name)}” có hơn {MOST_COLUMNS} cột. Chỉ giữ các cột của biểu mẫu.")


def _read_csv(name: str, content: bytes) -> SheetTable:
    text, notes = _decoded(name, content)
    separator = NAMED_SEPARATOR.match(text)
    if separator:
        # Excel reads this line and does not count it.
        text = text[separator.end() :]
    delimiter = separator[1] if separator else _delimiter(text)
    rows: list[tuple[int, list[SheetCell]]] = []
    try:
        for number, record in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            while record and not record[-1].strip():
                record.pop()
            if not record:
                continue
            if len(record) > MOST_COLUMNS:
                raise _too_many_columns(name)
            if len(rows) > MOST_ROWS + MOST_TITLES:
                raise too_many_rows(name)
            rows.append((number, [_csv_cell(value, place, number) for place, value in enumerate(record, start=1)]))
    except csv.Error:
        raise NotReadable(
            f"Tệp “{clean_name(name)}” có dấu ngoặc kép mở mà không đóng, hoặc ô quá dài. {SAVE_AS_UTF8}"
        ) from None
    return SheetTable(rows, notes=notes)


def _csv_cell(value: str, column: int, row: int) -> SheetCell:
    text = as_written(value)
    day, told = day_in_text(text) if len(text) < 40 else ("", "")
    place = f"{get_column_letter(column)}{row}"
    return SheetCell(text, place, trouble_of(text, place), day=day if day != text else "", day_note=told)


def _decoded(name: str, content: bytes) -> tuple[str, list[Note]]:
    called = f"Tệp “{clean_name(name)}”"
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    notes: list[Note] = []
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = "" if is_wide else _windows_1258(content)
        if not text:
            raise NotReadable(
                f"{called} không phải UTF-8 (có thể là mã TCVN3, VNI hoặc của tiếng khác), chữ Việt sẽ sai. "
                f"{SAVE_AS_UTF8} Chữ phông .VnTime thì chuyển sang Unicode trước."
            ) from None
        notes = [Note(0, "", "Tệp lưu bằng mã Windows-1258, đã chuyển sang Unicode. Xem lại chữ có dấu.")]
    if "\x00" in text:
        raise NotReadable(f"{called} không phải văn bản UTF-8. {SAVE_AS_UTF8}")
    if len(LOST_LETTER.findall(text[:LETTERS_TO_JUDGE_BY])) >= 3:
        raise NotReadable(f"Chữ Việt trong {called.lower()} đã mất, còn lại dấu «?». {SAVE_AS_UTF8}")
    return text, notes


def _windows_1258(content: bytes) -> str:
    """The text, where it can only be Vietnamese of Windows before Unicode: its tones stand behind their letters."""
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError:
        return ""
    composed = unicodedata.normalize("NFC", text)
    is_vietnamese = COMBINED.search(text) and not COMBINED.search(composed) and not FOREIGN.search(composed)
    return composed if is_vietnamese else ""


def _delimiter(text: str) -> str:
    """What separates the cells: of the three that spreadsheets write, the one that gives most rows alike."""

    def alike(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(StringIO(text[:LETTERS_TO_JUDGE_BY], newline=""), delimiter=delimiter)
        try:
            widths = [len(record) for record in islice(reader, ROWS_TO_JUDGE_BY)]
        except csv.Error:
            return 0, 0
        return max(((count, width) for width, count in Counter(widths).items() if width > 1), default=(0, 0))

    # Of two that give as many, not the comma: prose has those.
    return max(";\t,", key=alike)


def _refuse_old_font(name: str, table: SheetTable) -> None:
    """Raise ``NotReadable`` for text of the fonts before Unicode, which looks right in those fonts alone."""
    text = " ".join(cell.text for _, cells in table.rows[:200] for cell in cells)
    if len(ONLY_OLD_FONT.findall(text)) >= 3 and not UNICODE_VIETNAMESE.search(text):
        raise NotReadable(
            f"Chữ trong tệp “{clean_name(name)}” là phông TCVN3 (.VnTime), không phải Unicode. "
            "Chuyển mã sang Unicode (Unikey: Ctrl+Shift+F6) rồi tải lên lại."
        )
