"""Which links of a page are figures, what each of them says, and which are none, with the reason."""

import re
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, resolve

from smartcity.lib.language.money import read_money
from tests.crawl.page import Node

NUMBER = r"\d{1,3}(?:\.\d{3})+|\d+"
DAYS = {"ngay", "so-voi"}
MONEY = re.compile(r"[+−-]?\d[\d.,]* (?:(?:nghìn|triệu|tỷ|nghìn tỷ) )?đồng")
RATE = re.compile(r"^\d+(?:,\d+)?%$")
COUNTS = [
    re.compile(rf"^(?:[\w-]+: )?[+−]?({NUMBER})(?! ?[\d,%./])\b"),
    re.compile(rf"^(?:Xem|Mở tiến độ) (?:tất )?cả ({NUMBER})(?: |$)"),
    re.compile(rf"[^\d,/]: ({NUMBER})$"),
    re.compile(rf"^\D+ ({NUMBER})(?: ×.*)?$"),
    re.compile(rf"\(({NUMBER})(?: báo cáo)?\)$"),
]
# A line of one's own work tells beside its button how many rows that opens.
LINES = [re.compile(r"chưa nộp (\d+) báo cáo"), re.compile(r"\d+/(\d+) việc hoàn thành")]

# The pages on which figures are read, and to which they lead.
READ = {
    *("home", "programme_detail", "programme_schedule", "portfolio_schedule", "programme_ledger", "portfolio_money"),
    *("directive_board", "directive_league", "directive_matrix", "change_list", "task_detail", "agency_detail"),
    *("cycle_detail", "stated_figures", "dataset_list", "meeting_list", "meeting_detail", "directive_detail"),
    *("assignment_detail", "document_list", "document_detail", "explanation_list", "finding_list"),
    *("revision_detail", "revision_compare", "admin:index", "admin:tasks_task_changelist"),
}
ELSEWHERE = "leads to a form, which may quote a figure, to a record of the admin, to a file or to another site"
OWN_DAYS = "asks for other days to be compared; the digits are theirs"
TOGETHER = {
    "thay-doi": "marks of the register lead to all databases that moved, each with what it was and what it is",
    "nhom-merged": "in one line of a comparison stand all tasks that were merged into one",
    "nhom-split": "in one line of a comparison stand all tasks into which one was split",
}
# Where a link leads says what its digits are, if nothing narrows what is opened there.
ONE_RECORD = "leads to one record; the digits are of its name, its day or its place in the plan"
WHOLE_PAGE = (
    "leads to a page as a whole; the digits are of its name, or of the year, the day or the place that it shows"
)
NO_FIGURES = {
    ONE_RECORD: {
        *("task_detail", "document_detail", "directive_detail", "assignment_detail", "meeting_detail", "agency_detail"),
        "revision_detail",
    },
    WHOLE_PAGE: {
        "programme_detail",
        "programme_schedule",
        "programme_ledger",
        "stated_figures",
        "revision_compare",
        "cycle_detail",
    },
}
# Names of the address that turn or arrange what is shown, and narrow nothing.
ARRANGES = {"xep", "o", "p", "all", "trang", "tu", "thu-phong", "nhom", "xem", "theo", "den", "so-voi", "ngay", "ky"}
# What stands there adds up to the figure, though nothing in the address narrows it.
SECTIONS_OF_FIGURES = ("nhom-", "nam-nguon")
ARRANGED = "arranges what is shown; the digits are of a year or a day"


@dataclass(frozen=True)
class Figure:
    """A number that is a link: of rows, of đồng, or a rate in words."""

    on: str
    href: str
    words: str
    rows: int | None = None
    vnd: int | None = None
    rate: str = ""
    # The list, row or section in which it stands.
    place: Node | None = field(default=None, repr=False, compare=False)
    # Above it, where one figure stands large under its name.
    title: str = ""

    @property
    def address(self) -> str:
        return self.href.partition("#")[0]

    @property
    def section(self) -> str:
        return self.href.partition("#")[2]

    @property
    def query(self) -> dict[str, str]:
        return query_of(self.href)

    @property
    def view(self) -> str:
        return view_of(self.href)

    @property
    def kind(self) -> tuple:
        """Those alike are written by one line of a template."""
        words = re.sub(r"[\d.,]", "", self.words)[:12] if self.rows is not None else ""
        return (view_of(self.on), self.view, self.section, *sorted({*self.query} - {"ngay"}), words)


def view_of(address: str) -> str:
    return _view_at(urlsplit(address).path)


@cache
def _view_at(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def href_of(link: Node, on: str) -> str:
    return urljoin(on, link.attrs.get("href") or "")


def read_figure(link: Node, on: str) -> Figure | str | None:
    """The figure that a link says; why it is none though it has digits; nothing where it has none."""
    href, words = href_of(link, on), link.text
    line = link.above("li")
    if line is not None and line.parent.classes & {"jobs"} and "quiet" not in link.classes:
        told = next((found for one in LINES if (found := one.search(line.text))), None)
        return Figure(on, href, told[0], rows=int(told[1])) if told else "one piece of work; the digits are of its name"
    if not re.search(r"\d", words):
        return None
    narrowed = query_of(href).keys() - ARRANGES
    view, section = view_of(href), href.partition("#")[2]
    if view not in READ:
        return ELSEWHERE
    if link.above("form") is not None or any(day.startswith("cuoc-hop") for day in query_of(href).values()):
        return OWN_DAYS
    is_counted = re.match(r"\d+ ý kiến chỉ đạo|Mở tiến độ cả", words)
    if not narrowed and not is_counted and not section.startswith(SECTIONS_OF_FIGURES):
        for reason, views in NO_FIGURES.items():
            if view in views:
                return reason
    if section in TOGETHER:
        return TOGETHER[section]
    if query_of(href).keys() & {"xep", "tu", "p", "so-voi"} - query_of(on).keys():
        return ARRANGED
    return _read(on, href, words, link) or f"UNREAD «{words}» {href}"


def _read(on: str, href: str, words: str, link: Node) -> Figure | None:
    if found := MONEY.search(words):
        return Figure(on, href, words, vnd=read_money(found[0].replace("−", "-")), place=_place_of(link))
    if RATE.match(words):
        return Figure(on, href, words, rate=words)
    found = next((found for one in COUNTS if (found := one.search(words))), None)
    if found is None:
        return None
    line = link.above("li")
    title = line.all("h2")[0].text if line is not None and line.all("h2") else ""
    return Figure(on, href, words, rows=int(found[1].replace(".", "")), title=title, place=_place_of(link))


def _place_of(link: Node) -> Node:
    node = link.parent
    while node.tag not in {"ul", "tr", "section", "main", ""} and not (node.tag == "p" and "ways" in node.classes):
        node = node.parent
    return node
