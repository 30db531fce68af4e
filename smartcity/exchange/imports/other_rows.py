"""Rows of a table that are none of its records: they sum, head a group, or sign. Such a row is never one in silence."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from django.core.exceptions import ValidationError

from smartcity.exchange.imports.fields import ImportColumn
from smartcity.exchange.imports.table import Note
from smartcity.exchange.imports.units import units_above
from smartcity.lib.language.money import say_money
from smartcity.lib.language.text import clean_line, fold
from smartcity.lib.pages.columns import Kind

# Accents count: «Cổng dịch vụ công» sums nothing, nor do «Tổng hợp dữ liệu», «Cộng đồng số».
SUM = re.compile(
    r"^(?:(?:tổng cộng|tổng số|tổng kinh phí|tổng vốn|tổng dự toán|tổng nhu cầu|lũy kế|luỹ kế|mang sang|cộng dồn"
    r"|cộng chuyển|chuyển trang|chuyển sang trang|cộng trang|total|grand total)\b(?!\s*(?:hóa|hoá)).*"
    r"|(?:tổng|cộng)(?:\s*[(\[].*|\s+(?:mục|nhóm|phần|trụ cột|lĩnh vực|giai đoạn|năm|nguồn|toàn|các|theo"
    r"|[ivx]+|[a-z]|\d+)\b.*)?)[\s:.]*$"
)
ONLY_A_SUM = re.compile(r"^(?:tổng cộng|tổng số|tổng|cộng)(?:\s*[(\[].*)?[\s:.]*$")
FOOT = re.compile(
    r"^(?:người (?:lập|tổng hợp|báo cáo|ký)\b|lập biểu|thủ trưởng|kế toán trưởng|[(\[]?k[ýí]\b[\s,.]|nơi nhận"
    r"|(?:kt|tm|tl|tuq)\. ?|(?:phó )?(?:chủ tịch|giám đốc|trưởng phòng|chánh văn phòng)$|xác nhận của"
    r"|(?:ghi chú|lưu ý|chú thích|nguồn|nguồn số liệu)\s*:|[(\[]?\*+[)\]]?\s)"
    r"|^(?:[^,\d]{2,30},\s*)?ngày\b.{0,12}\btháng\b.{0,12}\bnăm\b[\s.…\d]*$"
)
WHOLE = re.compile(r"^(\d{1,4})[.)]?$")
PART = re.compile(r"^\d{1,4}(?:\.\d{1,3})+[.)]?$")
# «I», «A», «a)»: what numbers groups.
OF_A_GROUP = re.compile(r"^(?:[IVXLC]{1,6}|[A-ZĐ]|[a-zđ](?=[.)]))[.)]?$")
BEGINS_A_GROUP = re.compile(
    r"^(?:(?:[IVX]{1,5}|[A-ZĐ])[.)]\s|(?:trụ cột|nhóm|phần|mục|chương|lĩnh vực|hợp phần)\s)", re.I
)
# Of more than one word, as no code, number or amount is.
WORDS = re.compile(r"^[^\W\d]\S* ")
AMOUNTS = {"budget", "budget_source", "budget_year"}


@dataclass
class ReadRow:
    """A row as it was read: its texts, what cannot be read, what to look at, and why it is no record."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    troubles: list[list[str]] = field(default_factory=list)
    notes: list[list[str]] = field(default_factory=list)
    aside: str = ""
    is_bold: bool = False

    def as_json(self) -> list:
        return [self.number, self.texts, self.troubles, self.notes, *([self.aside] if self.aside else [])]

    def leave(self, why: str) -> None:
        # What stands wrongly in a row that is not taken need not be mended.
        self.aside, self.troubles = why, []

    def ask(self, sentence: str) -> None:
        self.troubles.append(["Cả dòng", clean_line(" ".join(self.texts.values()))[:80], sentence])


def set_aside(rows: list[ReadRow], columns: list[ImportColumn], units: list[str]) -> list[Note]:
    """Mark the rows that are no records; ask about those that may be. Returns what to know of the whole file."""
    label = "name" if any(column.name == "name" for column in columns) else "task"
    money = next((column for column in columns if column.kind == Kind.MONEY), None)
    _refuse_other_units(rows, units)
    _set_sums_aside(rows, label)
    _set_foot_aside(rows)
    if label == "name":
        _carry_down([row for row in rows if not row.aside])
        amount_of = _amounts(money)
        _Plan(rows, amount_of).sort_out()
        _compare_sums(rows, amount_of)
        return _restarted(rows)
    return []


def _amounts(column: ImportColumn | None) -> Callable[[ReadRow], int]:
    known: dict[str, int] = {"": 0}

    def amount_of(row: ReadRow) -> int:
        text = row.texts.get(column.name, "") if column else ""
        if column and text not in known:
            try:
                known[text] = column.cell.clean(text) or 0
            except ValidationError:
                known[text] = 0
        return known[text]

    return amount_of


def _is_sum(text: str) -> bool:
    return bool(SUM.match(clean_line(text).casefold())) or fold(text).rstrip(" :.") in {"tong cong", "tong so"}


def _refuse_other_units(rows: list[ReadRow], units: list[str]) -> None:
    """A table that goes on in another unit is two tables."""
    for row in rows:
        if len(row.texts) <= 2 and not WHOLE.match(row.texts.get("position", "")):
            said = [unit for unit in units_above(list(row.texts.values())) if unit not in units]
            if said and units:
                row.ask(f"Từ dòng này bảng đổi đơn vị tính ({said[0]}). Tách thành hai tệp, mỗi tệp một đơn vị.")


def _set_sums_aside(rows: list[ReadRow], label: str) -> None:
    for row in rows:
        said = row.texts.get(label, "")
        beside = [text for name, text in row.texts.items() if name in {"task", "position"}]
        found = next((text for text in [said, *beside] if _is_sum(text)), "")
        if not found or (found is not said and said and label != "task"):
            continue
        others = row.texts.keys() - {label, "task", "position", "note", "amount_vnd", *AMOUNTS}
        numbered = WHOLE.match(row.texts.get("position", ""))
        if not numbered and not others:
            row.leave(f"Dòng cộng: «{clean_line(found)}»")
        elif ONLY_A_SUM.match(clean_line(found).casefold()):
            row.ask("Dòng này cộng các dòng khác nên không nhập được. Xóa dòng khỏi tệp, hoặc ghi tên nhiệm vụ.")


def _set_foot_aside(rows: list[ReadRow]) -> None:
    """Below the last record: who made the table, when, and notes to it."""

    # Those who sign stand beside each other.
    beside = 2 if any(WHOLE.match(row.texts.get("position", "")) for row in rows) else 1

    def is_foot(row: ReadRow) -> bool:
        return bool(row.texts) and all(FOOT.search(clean_line(text).casefold()) for text in row.texts.values())

    def is_bare(row: ReadRow) -> bool:
        return len(row.texts) <= beside and not WHOLE.match(row.texts.get("position", ""))

    begins = len(rows)
    while begins and (rows[begins - 1].aside or is_bare(rows[begins - 1]) or is_foot(rows[begins - 1])):
        begins -= 1
    first = next((place for place in range(begins, len(rows)) if is_foot(rows[place]) and not rows[place].aside), None)
    for row in rows[first:] if first is not None else []:
        if not row.aside:
            row.leave("Phần ký, ghi chú dưới bảng")


def _carry_down(rows: list[ReadRow]) -> None:
    """Give a row that only adds an amount to the task above what tells that task from others of its name."""
    for above, row in pairwise(rows):
        said = {name: text for name, text in row.texts.items() if name not in {"position", "name", *AMOUNTS}}
        repeats = all(above.texts.get(name) == text for name, text in said.items())
        numbered = same_words(row.texts.get("position", "")).rstrip(".")
        if not repeats or numbered not in {"", same_words(above.texts.get("position", "")).rstrip(".")}:
            continue
        if "name" not in row.texts and row.texts.keys() & {"budget_source", "budget_year"} and "name" in above.texts:
            row.texts["name"] = above.texts["name"]
            row.notes.append(["", "Không ghi tên: đọc là kinh phí của nhiệm vụ ở dòng trên."])
        if _goes_on(above, row):
            row.texts.update({name: text for name, text in above.texts.items() if name in {"lead_agency", "field"}})


def _goes_on(above: ReadRow, row: ReadRow) -> bool:
    """Whether it gives one more amount of the task above."""
    name = same_words(row.texts.get("name", ""))
    return bool(name) and same_words(above.texts.get("name", "")) == name and "budget" in row.texts


def same_words(text: str) -> str:
    """The text as it is compared with another: capitals do not matter, accents do."""
    return clean_line(text).casefold()


class _Plan:
    """The rows of a plan, each held against those around it."""

    def __init__(self, rows: list[ReadRow], amount_of: Callable[[ReadRow], int]):
        self.rows = [row for row in rows if not row.aside]
        self.amount_of = amount_of
        self.numbered = [row for row in self.rows if self.number(row)]
        told = [row for row in (self.numbered or self.rows) if row.texts.keys() - {"name", "position"}]
        # Where records say no more than their name, one that says no more looks like any other.
        self.says_more = 2 * len(told) >= len(self.numbered or self.rows)
        self.bold_stands_out = 2 * sum(row.is_bold for row in self.rows) < len(self.rows)

    def number(self, row: ReadRow) -> int:
        found = WHOLE.match(clean_line(row.texts.get("position", "")))
        return int(found[1]) if found else 0

    def sort_out(self) -> None:
        # From the last one up: what heads a group is known by what follows.
        for place in range(len(self.rows) - 1, -1, -1):
            row = self.rows[place]
            if not self.number(row) and not row.troubles:
                self._sort_out(place, row)

    def _sort_out(self, place: int, row: ReadRow) -> None:
        said = list(row.texts)
        if "name" not in row.texts:
            lone = len(said) == 1 and bool(WORDS.match(clean_line(row.texts[said[0]])))
            if lone and self._heads(place):
                row.leave("Dòng tiêu đề nhóm")
            return
        if row.texts.keys() - {"name", "position", *AMOUNTS} or (place and _goes_on(self.rows[place - 1], row)):
            return
        if "position" in row.texts:
            marks = OF_A_GROUP.match(clean_line(row.texts["position"]))
            if marks and self._heads(place) and self._sums_up(place, row):
                row.leave("Dòng tiêu đề nhóm")
        elif self.numbered:
            self._without_number(place, row)
        else:
            self._in_a_list_without_numbers(place, row)

    def _without_number(self, place: int, row: ReadRow) -> None:
        stands_out = self.says_more or self._is_set_off(row)
        if not stands_out and not row.texts.keys() - {"name"}:
            row.notes.append(["", "Không có STT, chỉ có tên: nếu là tiêu đề nhóm thì xóa khỏi tệp."])
        elif self._heads(place) and not self._skips_one(place) and self._sums_up(place, row):
            row.leave("Dòng tiêu đề nhóm: không có STT")
        elif "budget" in row.texts:
            row.ask(
                "Dòng này có số tiền mà không có STT. Nếu là nhiệm vụ thì ghi STT; nếu là dòng nhóm, dòng cộng hay "
                "«trong đó» thì xóa."
            )
        else:
            row.ask("Dòng này chỉ có tên, không có STT. Nếu là nhiệm vụ thì ghi STT; nếu là tiêu đề nhóm thì xóa.")

    def _in_a_list_without_numbers(self, place: int, row: ReadRow) -> None:
        if "budget" in row.texts:
            if self._amount_of_a_run(place, row):
                row.notes.append(["", "Số tiền bằng tổng của các dòng liền kề: nếu là dòng nhóm, dòng cộng thì xóa."])
        elif self._is_set_off(row) or (self.says_more and BEGINS_A_GROUP.match(row.texts["name"])):
            row.ask("Dòng này chỉ có tên, giống tiêu đề nhóm. Xóa dòng; nếu là nhiệm vụ thì ghi STT cho các nhiệm vụ.")
        elif self.says_more:
            row.notes.append(["", "Dòng chỉ có tên: nếu là tiêu đề nhóm thì xóa khỏi tệp."])

    def _is_set_off(self, row: ReadRow) -> bool:
        return row.is_bold and self.bold_stands_out

    def _heads(self, place: int) -> bool:
        """Whether a record, or the head of a smaller group, follows."""
        if place + 1 == len(self.rows):
            return False
        below = self.rows[place + 1]
        return bool(below.aside or self.number(below) or PART.match(below.texts.get("position", "")))

    def _skips_one(self, place: int) -> bool:
        """Whether the numbers around leave one out, which this row may have been meant to have."""
        before = next((self.number(row) for row in reversed(self.rows[:place]) if self.number(row)), 0)
        after = next((self.number(row) for row in self.rows[place + 1 :] if self.number(row)), 0)
        return bool(before) and after not in {1, before + 1}

    def _sums_up(self, place: int, row: ReadRow) -> bool:
        return "budget" not in row.texts or self._amount_of_a_run(place, row)

    def _amount_of_a_run(self, place: int, row: ReadRow) -> bool:
        """Whether its amount is that of the two or more rows behind it, or before it."""
        wanted = self.amount_of(row)
        for run in (self.rows[place + 1 :], self.rows[:place][::-1]):
            total = count = 0
            for other in run:
                if other.aside:
                    continue
                total, count = total + self.amount_of(other), count + 1
                if wanted and total >= wanted:
                    break
            if wanted and total == wanted and count > 1 - bool(self.number(run[0]) if run else 0):
                return True
        return False


def _compare_sums(rows: list[ReadRow], amount_of: Callable[[ReadRow], int]) -> None:
    """Say where a row that sums does not come to what the records of the table do, or those of its group."""
    whole = sum(amount_of(row) for row in _records(rows))
    so_far = of_group = 0
    for row in rows:
        amount = amount_of(row)
        if not row.aside:
            so_far, of_group = so_far + amount, of_group + amount
            continue
        if row.aside.startswith("Dòng cộng") and amount and amount not in {whole, so_far, of_group}:
            told = f"Dòng này ghi {say_money(amount)}; các dòng được đọc cộng lại là {say_money(whole)}."
            row.notes.append(["", told])
        of_group = 0


def _restarted(rows: list[ReadRow]) -> list[Note]:
    """Where each group is numbered from 1 on, numbers say nothing of the whole list: its order does."""
    seen: dict[str, str] = {}
    groups = any(row.aside.startswith("Dòng tiêu đề nhóm") for row in rows)
    for row in _records(rows):
        position, name = clean_line(row.texts.get("position", "")), clean_line(row.texts.get("name", ""))
        if WHOLE.match(position) and groups and seen.setdefault(position, name) != name:
            for one in _records(rows):
                if WHOLE.match(clean_line(one.texts.get("position", ""))):
                    del one.texts["position"]
            return [Note(0, "", "STT bắt đầu lại ở mỗi nhóm: nhiệm vụ được đánh số theo thứ tự của tệp.")]
    return []


def _records(rows: list[ReadRow]) -> Iterator[ReadRow]:
    return (row for row in rows if not row.aside)
