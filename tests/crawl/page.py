"""A page as a tree: its links with their words, its sections, the rows of its tables."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Rows that head others, or add them up.
NO_ROWS = {"g-of", "g-step-row", "province"}


class Node:
    """An element; what is in it are elements and texts."""

    __slots__ = ("attrs", "children", "parent", "tag")

    def __init__(self, tag: str, attrs: dict, parent: "Node | None"):
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Node | str] = []

    def __iter__(self) -> "Iterator[Node]":
        """All elements in it, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child

    @property
    def text(self) -> str:
        """Its words, in one line; blocks stand apart."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag != "svg":
                yield from child._texts()
                yield "" if child.tag in {"a", "b", "span", "strong", "time"} else " "

    @property
    def classes(self) -> set[str]:
        return set((self.attrs.get("class") or "").split())

    def all(self, *tags: str) -> "list[Node]":
        return [node for node in self if node.tag in tags]

    def named(self, key: str) -> "Node | None":
        return next((node for node in self if node.attrs.get("id") == key), None)

    def above(self, tag: str) -> "Node | None":
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node

    def cell(self, label: str) -> str:
        """Of a row, the words of the cell under that heading."""
        return next((node.text for node in self if node.attrs.get("data-label") == label), "")


class _Builder(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.root = self.open = Node("", {}, None)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs), self.open)
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_startendtag(self, tag, attrs):
        self.open.children.append(Node(tag, dict(attrs), self.open))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.tag == tag, f"</{tag}> closes <{self.open.tag}>"
            self.open = self.open.parent

    def handle_data(self, data):
        self.open.children.append(data.replace("\u00a0", " "))


def read_page(html: str) -> Node:
    return _Builder(html).root


def rows_of(section: Node) -> list[Node]:
    """What a section lists: the rows of its tables; without a table, the lines of its lists that lead somewhere."""
    if tables := section.all("table"):
        return [row for table in tables for row in rows_in(table)]
    lists = [node for node in section.all("ul") if node.classes & {"lines", "jobs"}]
    return [line for node in lists for line in node.all("li") if line.all("a")]


def rows_in(table: Node) -> list[Node]:
    rows = [row for body in table.all("tbody") if "total" not in body.classes for row in body.all("tr")]
    return [row for row in rows if not row.classes & NO_ROWS and not _says_that_there_is_none(row)]


def _says_that_there_is_none(row: Node) -> bool:
    cells = row.all("td", "th")
    return len(cells) == 1 and "colspan" in cells[0].attrs
