"""Walks from page to page, follows figures to their rows, and writes down what does not agree."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from django.test import Client

from programme.models import User
from smartcity.lib.language.money import read_money
from tasks.models import BudgetEntry
from tests.crawl.figures import DAYS, MONEY, NUMBER, READ, Figure, href_of, query_of, read_figure, view_of
from tests.crawl.page import Node, read_page, rows_in, rows_of
from tests.crawl.parts import disagreements, sums_of_tables
from tests.crawl.schedule import bars_of, differences, heads, read_file

# A tree takes much more room than its page.
KEPT_PAGES = 150
# Names of the address by which a page becomes another one.
WAYS = {"xem", "theo", "nhom", "vai-tro", "thu-phong", "ky"}
KINDS = {"year_plan": "Kế hoạch vốn năm", "disbursement": "Giải ngân"}
# A table says above it how many rows it has, on all its pages.
CAPTION = re.compile(rf"({NUMBER}) ")
# A figure of all leads to the table of all: the cells that add up to it.
COLUMNS = {
    "Nhiệm vụ quá hạn": ("Quá hạn", re.compile(r"(\d+)")),
    "Nhiệm vụ hoàn thành": ("Hoàn thành", re.compile(r"(\d+)/")),
}


def next_of(page: Node, address: str) -> str:
    """The address of the list's next page; a list of the admin has all of them in one, unless there are too many."""
    for link in page.all("a"):
        nav = link.above("nav")
        is_next = link.attrs.get("rel") == "next" and nav is not None and "pages" in nav.classes
        if is_next or ("showall" in link.classes and "all" not in query_of(address)):
            return href_of(link, address).partition("#")[0]
    return _next_in_admin(page, address)


def _next_in_admin(page: Node, address: str) -> str:
    """Its pages have numbers; the first has none in its address."""
    following = str(int(query_of(address).get("p", "1")) + 1)
    addresses = (
        href_of(link, address).partition("#")[0] for link in page.all("a") if "p=" in (link.attrs.get("href") or "")
    )
    return next((found for found in addresses if query_of(found).get("p") == following), "")


def has_day(page: Node) -> bool:
    return any(one.attrs.get("name") == "ngay" and one.attrs.get("type") != "hidden" for one in page.all("input"))


class Crawl:
    """What one person finds on one day.

    ``pages`` says how many of a kind are looked at, ``figures`` how many are followed; nought: all. ``followed`` counts
    them, and is handed on from crawl to crawl where one of each is enough. Pages by other ways are left out then.
    """

    def __init__(self, username: str, days: dict[str, str], *, pages: int = 0, figures: int = 0, followed=None):
        self.client = Client()
        self.client.force_login(User.objects.get(username=username))
        self.days, self.most_pages, self.most_figures = days, pages, figures
        self.opened: dict[str, Node | None] = {}
        self.found: dict[tuple, object] = {}
        self.takes_day: dict[str, bool] = {}
        self.read: Counter[str] = Counter()
        self.followed: Counter[tuple] = Counter() if followed is None else followed
        self.left: dict[str, set[str]] = defaultdict(set)
        self.faults: list[str] = []
        self.links = self.bars = self.figures = 0

    def walk(self, start: str = "/") -> "Crawl":
        waiting, seen, of_a_kind = [self.on_day(start)], set(), Counter()
        while waiting:
            address = waiting.pop(0)
            kind = (view_of(address), *sorted(query_of(address).keys() - DAYS))
            if address in seen or (self.most_pages and of_a_kind[kind] >= self.most_pages):
                continue
            seen.add(address)
            page = self.open(address)
            if page is None:
                continue
            of_a_kind[kind] += 1
            self.read[view_of(address)] += 1
            self.look_at(page, address)
            waiting += self.further(page, address)
        return self

    def on_day(self, address: str) -> str:
        """The page at the address on the day of the crawl, of what narrows it only what makes it another page."""
        ways = {name: value for name, value in query_of(address).items() if name in WAYS and value}
        # One of them at a time: all together there are too many.
        ways = dict([*ways.items()][: 0 if self.most_figures else 1])
        query = urlencode(self.days | ways)
        return urlsplit(address).path + (f"?{query}" if query else "")

    def further(self, page: Node, address: str) -> Iterator[str]:
        for link in page.all("a"):
            href = href_of(link, address)
            # The admin's pages are of today.
            if view_of(href) in READ and not (self.days and view_of(href).startswith("admin:")):
                yield self.on_day(href)

    def open(self, address: str) -> Node | None:
        """The page as a tree; None where it is no page, or not one that the person may read."""
        if address not in self.opened:
            # The first that was opened is given up for the new one.
            if len(self.opened) >= KEPT_PAGES:
                del self.opened[next(iter(self.opened))]
            answer = self.client.get(address)
            is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
            self.opened[address] = read_page(answer.text) if is_page else None
            if answer.status_code not in (200, 302, 403):
                self.faults.append(f"{answer.status_code} {address}")
        return self.opened[address]

    # What stands on a page

    def look_at(self, page: Node, address: str) -> None:
        figures = []
        main = next(iter(page.all("main")), page)
        links = page.all("a")
        self.links += len(links)
        if self.days and has_day(page):
            for link in links:
                self.keeps_day(link, address)
        for link in main.all("a"):
            found = read_figure(link, address)
            if isinstance(found, Figure):
                figures.append(found)
            elif found:
                reason, _, rest = found.partition(" «")
                self.left[reason].add(link.text)
                if rest:
                    self.faults.append(f"{address}: {found}")
        self.faults += [f"{address}: {fault}" for fault in disagreements(figures)]
        self.faults += [f"{address}: {fault}" for fault in sums_of_tables(main)]
        self.compare_schedule(page, address)
        for figure in figures:
            if not self.most_figures or self.followed[figure.kind] < self.most_figures:
                self.followed[figure.kind] += 1
                self.figures += 1
                self.follow(figure)

    def keeps_day(self, link: Node, address: str) -> None:
        """From a page of a day, a link to another one has the day that the reader chose."""
        if link.above("form") is not None or "brand" in link.classes:
            return
        href = href_of(link, address)
        own_days = any(day.startswith("cuoc-hop") for day in query_of(href).values())
        if own_days or href.partition("#")[0] == address:
            return
        if self.reads_day(href) and any(query_of(href).get(name) != day for name, day in self.days.items()):
            self.faults.append(f"{address}: «{link.text}» loses the day: {href}")

    def reads_day(self, href: str) -> bool:
        view = view_of(href)
        if view not in self.takes_day:
            page = self.open(href.partition("#")[0]) if view in READ and not view.startswith("admin:") else None
            self.takes_day[view] = page is not None and has_day(page)
        return self.takes_day[view]

    def compare_schedule(self, page: Node, address: str) -> None:
        """Bars, table and file of a programme; of pages of bars the first, each with its table."""
        if view_of(address) != "programme_schedule" or any("pages" in one.classes for one in page.all("nav")):
            return
        self.faults += heads(page, address)
        if bars := bars_of(page):
            join = "&" if "?" in address else "?"
            table = self.open(f"{address}{join}xem=bang").named("bang-tien-do")
            file = self.client.get(address.replace("/tien-do/", "/tien-do/nhiem-vu.csv"))
            lines = read_file(b"".join(file.streaming_content).decode())
            self.bars += len(bars)
            self.faults += differences(bars, rows_in(table), lines, address)

    # What stands behind a figure

    def follow(self, figure: Figure) -> None:
        """The same words with the same address are followed once, wherever they stand."""
        where = (figure.href, figure.words, figure.title)
        if where not in self.found:
            self.found[where] = self.behind(figure)
        told = next(one for one in (figure.rows, figure.vnd, figure.rate) if one is not None)
        if told != self.found[where]:
            self.faults.append(f"{figure.on}: «{figure.words}» opens {self.found[where]}: {figure.href}")

    def behind(self, figure: Figure) -> int | str | None:
        if figure.rows is not None:
            return self.count(figure)
        return self.find(figure, figure.rate) if figure.vnd is None else self.add_up(figure)

    def sections(self, figure: Figure) -> Iterator[Node]:
        """What the link leads to, on as many pages as it has."""
        address = figure.address
        while address:
            page = self.open(address)
            if page is None:
                return
            section = page.named(figure.section)
            if section is not None and section.tag in {"h2", "h3"}:
                section = section.above("section")
            following = next_of(page, address)
            # The page with all rows of a list of the admin has those of its first one too.
            if "all" not in query_of(following):
                yield section or next(iter(page.all("main")))
            address = following

    def count(self, figure: Figure) -> int:
        sections = list(self.sections(figure))
        if column := COLUMNS.get(figure.title) if figure.section == "de-an" else None:
            title, pattern = column
            cells = [row.cell(title) for section in sections for row in rows_in(section.all("table")[0])]
            return sum(int(found[1]) for cell in cells if (found := pattern.match(cell)))
        if figure.view == "programme_schedule":
            return sum(len(bars_of(section)) for section in sections)
        if figure.view == "meeting_detail":
            return sum("directive" in one.classes for section in sections for one in section.all("div"))
        rows = [row for section in sections for row in rows_of(section)]
        if figure.section == "nhom-kept":
            # In one group stand those that are complete and those that go on.
            rows = [row for row in rows if ("Đã hoàn thành" in row.text) == ("hoàn thành" in figure.words)]
        captions = [
            found[1] for one in sections for table in one.all("caption") if (found := CAPTION.match(table.text))
        ]
        said = {int(number.replace(".", "")) for number in captions}
        return len(rows) if said <= {len(rows)} else -1

    def add_up(self, figure: Figure) -> int | None:
        kind = KINDS.get(figure.query.get("loai", ""))
        if figure.view == "portfolio_money" and kind:
            rows = [row for section in self.sections(figure) for row in rows_of(section)]
            return sum(self.money_in(row, kind, came=figure.words[0] in "+−") for row in rows)
        if figure.section == "but-toan":
            rows = [row.attrs["id"] for section in self.sections(figure) for row in rows_of(section)]
            keys = [key.removeprefix("but-toan-") for key in rows]
            entries = BudgetEntry.objects.filter(pk__in=keys)
            assert len({entry.kind for entry in entries}) <= 1, figure
            return sum(entry.amount_vnd for entry in entries)
        return figure.vnd if self.find(figure, figure.words) else None

    def money_in(self, row: Node, kind: str, *, came: bool) -> int:
        """The sum in a cell, or what came to it since the day compared with."""
        found = MONEY.findall(row.cell(kind))
        said = [words for words in found if (words[0] in "+−") == came]
        return read_money(said[0].replace("−", "-")) if said else 0

    def find(self, figure: Figure, words: str) -> str:
        """Where no row set adds up to it, it is told again with its parts."""
        return words if any(words in section.text for section in self.sections(figure)) else ""
