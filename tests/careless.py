"""Plans as people in a hurry write them: what an author means, and a workbook that shows it in one of many ways."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

# As the agencies of the test are called: in full, and in short.
AGENCIES = {
    "Sở Khoa học và Công nghệ": "Sở KH&CN",
    "Ủy ban nhân dân thành phố": "UBND TP",
    "Ủy ban nhân dân xã Bình Điền": "",
    "Công an tỉnh": "CAT",
}
PERIOD = "2018-2020"
THINGS = [
    "camera",
    "trung tâm điều hành",
    "cổng dịch vụ công",
    "kho dữ liệu",
    "hệ thống thống kê",
    "giao thông thông minh",
]
VERBS = ["Xây dựng", "Nâng cấp", "Mở rộng", "Tổng hợp dữ liệu", "Cộng đồng số và", "Lắp đặt"]
SOURCES = {"central": "Ngân sách trung ương", "province": "Ngân sách tỉnh", "private": "Xã hội hóa"}
UNITS = {"đồng": 1, "nghìn đồng": 10**3, "triệu đồng": 10**6, "tỷ đồng": 10**9}
SPELT = {
    "đồng": ["đồng", "Đồng", "VNĐ"],
    "nghìn đồng": ["nghìn đồng", "1.000 đồng", "ngàn đồng", "1000đ"],
    "triệu đồng": ["triệu đồng", "tr.đ", "Triệu đồng", "trđ", "tr đồng"],
    "tỷ đồng": ["tỷ đồng", "tỉ đồng", "Tỷ đồng"],
}
GROUPS = ["Chính quyền số", "Trụ cột Kinh tế số", "Xã hội số", "Nhóm hạ tầng"]
TITLES = {
    "position": "STT",
    "name": "Tên nhiệm vụ",
    "lead": "Cơ quan chủ trì",
    "period": "Giai đoạn",
    "due": "Hạn hoàn thành",
    "source": "Nguồn vốn",
    "year": "Năm",
    "amount": "Kinh phí dự kiến",
    "note": "Ghi chú",
}


@dataclass
class Meant:
    """A task as its author means it. A month is no day: it can only be asked about."""

    name: str
    lead: str = ""
    period: str = ""
    due: date | str | None = None
    note: str = ""
    budgets: list[tuple[str, int | None, int]] = field(default_factory=list)
    # Where it stands in the file.
    rows: list[int] = field(default_factory=list)


@dataclass
class Careless:
    """A workbook with what its author means by it."""

    content: bytes
    tasks: list[Meant]


def write_plan(seed: int) -> Careless:
    """One of the worlds: the same for the same seed."""
    return _Writer(Random(seed)).write()


class _Writer:
    def __init__(self, chance: Random):
        self.chance = chance
        self.book = Workbook()
        self.sheet = self.book.active
        self.row = 0
        self.columns = self._choose_columns()
        self.unit = chance.choice([*UNITS])
        # Where the reader is told of the unit; «copied»: nowhere, amounts came from a table in triệu.
        self.unit_stands = chance.choice(["title", "title", "above", "cell", "format", "copied"])
        if self.unit_stands == "copied":
            self.unit = "triệu đồng"
        self.groups = chance.choice(["", "", "roman", "named", "merged"]) if "position" in self.columns else ""
        self.tasks = [self._mean(number) for number in range(chance.randint(1, 7))]

    def _often(self, times: float) -> bool:
        return self.chance.random() < times

    def _choose_columns(self) -> list[str]:
        names = [name for name in TITLES if name == "name" or self._often(0.75)]
        if self._often(0.2):
            self.chance.shuffle(names)
        return names

    def _mean(self, number: int) -> Meant:
        chance, has = self.chance, self.columns
        name = f"{chance.choice(VERBS)} {chance.choice(THINGS)}{f' {number}' if self._often(0.9) else ''}"
        meant = Meant(name)
        if "lead" in has and self._often(0.8):
            meant.lead = chance.choice([*AGENCIES])
        if "period" in has and self._often(0.6):
            meant.period = PERIOD
        if "due" in has and self._often(0.6):
            meant.due = date(chance.randint(2018, 2020), chance.randint(1, 12), chance.randint(1, 28))
            if self._often(0.06):
                meant.due = "month"
        if "note" in has and self._often(0.3):
            meant.note = chance.choice(["đang rà soát", "theo 17/NQ-CP", "xem phụ lục 2"])
        if "amount" in has and self._often(0.8):
            meant.budgets = self._money()
        return meant

    def _money(self) -> list[tuple[str, int | None, int]]:
        chance, has = self.chance, self.columns
        count = chance.choice([1, 1, 1, 2, 3]) if {"source", "year"} & {*has} else 1
        found: dict[tuple[str, int | None], int] = {}
        for _ in range(count):
            source = chance.choice([*SOURCES]) if "source" in has and (count > 1 or self._often(0.7)) else "unspecified"
            year = chance.choice([2018, 2019, 2020, *([] if count > 1 else [None])]) if "year" in has else None
            found[source, year] = chance.choice([160, 1_250, 12_500, 16_100, 1_197_000, 3_470_000]) * 10**6
        return [(source, year, vnd) for (source, year), vnd in found.items()]

    def write(self) -> Careless:
        self._put_old_sheet()
        self._put_titles()
        self._put_header()
        first = self.row + 1
        spans: list[tuple[int, int]] = []
        restarts = self.groups and self._often(0.5)
        number = 0
        for place, meant in enumerate(self.tasks):
            if self.groups and (place == 0 or self._often(0.3)):
                number = 0 if restarts else number
                self._put_group(place)
            number += 1
            spans.append(self._put_task(meant, number))
            self._clutter()
        self._merge(spans)
        self._put_foot(first)
        file = BytesIO()
        self.book.save(file)
        return Careless(file.getvalue(), self.tasks)

    def _column(self, name: str) -> int:
        return self.columns.index(name) + 1

    def _put(self, name: str, value: Any, **style: Any) -> None:
        if name in self.columns and value not in (None, ""):
            cell = self.sheet.cell(self.row, self._column(name), value)
            if "number_format" in style:
                cell.number_format = style["number_format"]
            if style.get("bold"):
                cell.font = Font(bold=True)
            if style.get("strike"):
                cell.font = Font(strike=True)

    def _put_old_sheet(self) -> None:
        if self._often(0.15):
            old = self.book.create_sheet("Bản cũ", 0)
            old.append([TITLES["name"]])
            old.append(["Nhiệm vụ của bản cũ"])
            old.sheet_state = "hidden"
            self.book.active = self.book.index(self.sheet)

    def _put_titles(self) -> None:
        told = self.chance.choice(["ĐVT: {}", "(Đơn vị tính: {})", "Đơn vị: {}"])
        unit = told.format(self.chance.choice(SPELT[self.unit]))
        if self._often(0.5):
            for title in ["DANH MỤC NHIỆM VỤ", "(Kèm theo Quyết định số 1252/QĐ-UBND ngày 12/6/2018)"]:
                self.row += 1
                self.sheet.cell(self.row, 1, title).font = Font(bold=True)
            self.row += self.chance.choice([0, 1])
        if self.unit_stands == "above" and "amount" in self.columns:
            self.row += 1
            self.sheet.cell(self.row, len(self.columns), unit)

    def _title(self, name: str) -> str:
        title = TITLES[name]
        if name == "name":
            title += self.chance.choice(["", " *"])
        if name == "amount" and self.unit_stands == "title":
            title += self.chance.choice([" ({})", "\n({})", " (ĐVT: {})", ", ĐVT: {}"]).format(
                self.chance.choice(SPELT[self.unit])
            )
        elif name == "amount" and self.unit_stands in {"copied", "cell"}:
            title += self.chance.choice(["", " (đồng)"])
        return self.chance.choice([title, title, title.upper() if name != "amount" else title])

    def _put_header(self) -> None:
        self.row += 1
        self.header = [self._title(name) for name in self.columns]
        for place, title in enumerate(self.header, start=1):
            self.sheet.cell(self.row, place, title).font = Font(bold=True)
        if self._often(0.25):
            self.row += 1
            for place in range(1, len(self.columns) + 1):
                self.sheet.cell(self.row, place, f"({place})")

    def _put_group(self, place: int) -> None:
        self.row += 1
        name = self.chance.choice(GROUPS)
        if self.groups == "roman":
            self._put("position", ["I", "II", "III", "IV", "V", "VI", "VII"][place])
        if self.groups == "merged":
            self.sheet.cell(self.row, 1, f"{'ABCDEFG'[place]}. {name}").font = Font(bold=True)
            self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=len(self.columns))
        else:
            self._put("name", name, bold=self._often(0.7))

    def _put_task(self, meant: Meant, number: int) -> tuple[int, int]:
        begins = self.row + 1
        for place, budget in enumerate(meant.budgets or [None]):
            self.row += 1
            meant.rows.append(self.row)
            if place == 0 or self._often(0.5):
                self._put("position", self.chance.choice([number, str(number), f"{number}."]) if place == 0 else number)
            self._put("name", self._spelt(meant.name))
            if place == 0:
                self._put_rest(meant)
            if budget:
                self._put_budget(*budget)
        return begins, self.row

    def _spelt(self, text: str) -> str:
        return self.chance.choice(
            [text, text, text, f" {text} ", text.replace(" ", "\u00a0", 1), unicodedata.normalize("NFD", text)]
        )

    def _put_rest(self, meant: Meant) -> None:
        nothing = self.chance.choice(["", "", "-", "–", "…"])
        lead = self.chance.choice([meant.lead, meant.lead.lower(), AGENCIES.get(meant.lead) or meant.lead])
        self._put("lead", self._spelt(lead) if lead else nothing)
        self._put("period", self.chance.choice([meant.period, meant.period.replace("-", "–")]) or nothing)
        self._put("note", meant.note or nothing)
        if meant.due == "month":
            if self._often(0.5):
                self._put("due", date(2020, 12, 1), number_format="mmm-yy")
            else:
                self._put("due", "12/2020")
        elif meant.due:
            self._put_due(meant.due)

    def _put_due(self, day: date) -> None:
        way = self.chance.choice(["cell", "padded", "plain", "iso"])
        if way == "cell":
            self._put("due", day, number_format="dd/mm/yyyy")
        else:
            texts = {"padded": f"{day:%d/%m/%Y}", "plain": f"{day.day}/{day.month}/{day.year}", "iso": day.isoformat()}
            self._put("due", texts[way])

    def _put_budget(self, source: str, year: int | None, vnd: int) -> None:
        self._put("source", SOURCES.get(source))
        self._put("year", year)
        size = UNITS[self.unit]
        figure: float = vnd // size if vnd % size == 0 else vnd / size
        said = f"{figure:,}".translate(str.maketrans(",.", ".,"))
        if self.unit_stands == "cell" or self._often(0.05):
            spelt = self.chance.choice(["tỷ", "tỷ đồng"]) if vnd >= 10**9 and vnd % 10**9 == 0 else "triệu đồng"
            size = 10**9 if spelt.startswith("tỷ") else 10**6
            self._put("amount", f"{f'{vnd // size:,}'.replace(',', '.')} {spelt}")
        elif self.unit_stands == "format":
            self._put("amount", figure, number_format=f'#,##0.### "{self.unit}"')
        else:
            self._put(
                "amount", self.chance.choice([figure, said]), number_format=self.chance.choice(["General", "#,##0"])
            )

    def _clutter(self) -> None:
        if self._often(0.06):
            self.row += 1
        if self._often(0.06):
            self.row += 1
            self._put("name", "Nhiệm vụ đã bỏ", strike=True)
        if self._often(0.06):
            self.row += 1
            self._put("name", "Nhiệm vụ đang ẩn")
            self.sheet.row_dimensions[self.row].hidden = True
        if self._often(0.04):
            self.row += 1
            for place, title in enumerate(self.header, start=1):
                self.sheet.cell(self.row, place, title)

    def _merge(self, spans: list[tuple[int, int]]) -> None:
        """Merge the name of a task over its amounts, and what two tasks in a row share."""
        for first, last in spans:
            if last > first and self._often(0.4):
                self._merge_column("name", first, last)
                if "position" in self.columns:
                    self._merge_column("position", first, last)
        for one, other, (first, _), (last, ends) in zip(self.tasks, self.tasks[1:], spans, spans[1:], strict=False):
            alone = last == first + 1 and ends == last
            if alone and "lead" in self.columns and one.lead and one.lead == other.lead and self._often(0.4):
                self._merge_column("lead", first, last)

    def _merge_column(self, name: str, first: int, last: int) -> None:
        letter = get_column_letter(self._column(name))
        if not any(f"{letter}{first}" in merged for merged in self.sheet.merged_cells.ranges):
            self.sheet.merge_cells(f"{letter}{first}:{letter}{last}")

    def _put_foot(self, first: int) -> None:
        if self._often(0.4):
            self.row += 1
            name = self.chance.choice(["Tổng cộng", "TỔNG CỘNG", "Cộng", "Tổng số", "Tổng cộng:"])
            if "position" in self.columns and self._often(0.3):
                self._put("position", name, bold=True)
            else:
                self._put("name", name, bold=True)
            total = sum(vnd for meant in self.tasks for *_, vnd in meant.budgets)
            if total and self.unit_stands != "cell":
                self._put("amount", total // UNITS[self.unit] if total % UNITS[self.unit] == 0 else None)
        if self._often(0.2):
            self.row += 1
            self.row += 1
            self.sheet.cell(self.row, min(2, len(self.columns)), "Hải Dương, ngày 12 tháng 6 năm 2018")
            self.row += 1
            self.sheet.cell(self.row, min(2, len(self.columns)), "Người lập biểu")
            self.row += 1
            self.sheet.cell(self.row, min(2, len(self.columns)), "(Ký, ghi rõ họ tên)")
        if self._often(0.1):
            column = len(self.columns) + 1
            self.sheet.cell(first, column, "nội bộ")
            self.sheet.column_dimensions[get_column_letter(column)].hidden = True
