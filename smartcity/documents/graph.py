"""The neighbourhood of a document as a drawing: what it rests on to its left, what rests on it to its right.

It is drawn as a tree, two steps deep, so that each line has one label and none crosses another; a document that
is reached on two ways stands there twice. What does not fit is counted, and stands in the list beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from programme.document_relations import Link, Relations, read_relations
from programme.models import DocumentKind, LegalDocument, User

# More than these, and the drawing answers nothing any more.
MOST_BRANCHES, MOST_TWIGS = 6, 3
# Five documents beside each other, as wide as the page at 1366 pixels.
WIDTH, HEIGHT, GAP, ROW = 140, 60, 142, 76
# Where a line has finished bending and its label begins.
BEND = 12
LEFT, RIGHT = -1, 1


@dataclass
class Branch:
    """A neighbour, with every relation that joins it, and its own neighbours farther out."""

    document: LegalDocument
    links: list[Link]
    twigs: list["Branch"] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return max(1, len(self.twigs))


@dataclass(frozen=True)
class Node:
    """A document in the drawing. Places are written out: a page would put points into large numbers."""

    document: LegalDocument
    x: str
    y: str
    lines: tuple[str, str, str]
    is_centre: bool = False

    @property
    def text_x(self) -> str:
        return str(int(self.x) + WIDTH // 2)

    @property
    def text_ys(self) -> list[tuple[str, str]]:
        return [(str(int(self.y) + offset), line) for offset, line in zip((18, 35, 51), self.lines, strict=True)]


@dataclass(frozen=True)
class Edge:
    """A line between two documents; the arrow points at the one that something is done to."""

    path: str
    arrow_at_start: bool
    x: str
    above: str
    below: str
    label: str
    pinpoint: str


@dataclass
class Graph:
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    width: str = "0"
    height: str = "0"
    hidden: int = 0
    hidden_farther: int = 0


def graph_of(document: LegalDocument, relations: Relations, user: User) -> Graph:
    """The drawing around ``document``, whose ``relations`` are read already. One more query."""
    graph = Graph()
    left, right = _branches(relations.outgoing), _branches(relations.incoming)
    graph.hidden = len(left[MOST_BRANCHES:]) + len(right[MOST_BRANCHES:])
    left, right = left[:MOST_BRANCHES], right[:MOST_BRANCHES]
    farther = read_relations([branch.document for branch in left + right], user)
    for branch in left:
        graph.hidden_farther += _grow(branch, farther[branch.document.pk].outgoing, document)
    for branch in right:
        graph.hidden_farther += _grow(branch, farther[branch.document.pk].incoming, document)
    _draw(graph, document, left, right)
    return graph


def _branches(links: Iterable[Link]) -> list[Branch]:
    branches: dict[int, Branch] = {}
    for link in links:
        branches.setdefault(link.document.pk, Branch(link.document, [])).links.append(link)
    return list(branches.values())


def _grow(branch: Branch, links: list[Link], centre: LegalDocument) -> int:
    """Add the branch's own neighbours; returns how many there was no room for."""
    twigs = [twig for twig in _branches(links) if twig.document.pk != centre.pk]
    branch.twigs = twigs[:MOST_TWIGS]
    return len(twigs) - len(branch.twigs)


def _draw(graph: Graph, centre: LegalDocument, left: list[Branch], right: list[Branch]) -> None:
    rows = max(1, sum(branch.rows for branch in left), sum(branch.rows for branch in right))
    centre_x = _depth(left) * (WIDTH + GAP)
    centre_y = (rows * ROW - HEIGHT) // 2
    graph.width = str(centre_x + WIDTH + _depth(right) * (WIDTH + GAP))
    graph.height = str(rows * ROW)
    graph.nodes.append(_node(centre, centre_x, centre_y, is_centre=True))
    for side, branches in ((LEFT, left), (RIGHT, right)):
        _draw_side(graph, branches, side, centre_x, centre_y, rows)


def _draw_side(graph: Graph, branches: list[Branch], side: int, centre_x: int, centre_y: int, rows: int) -> None:
    row = (rows - sum(branch.rows for branch in branches)) / 2
    near_x, far_x = (centre_x + side * step * (WIDTH + GAP) for step in (1, 2))
    for branch in branches:
        y = _top(row + (branch.rows - 1) / 2)
        graph.nodes.append(_node(branch.document, near_x, y))
        graph.edges.append(_edge(branch.links, side, (centre_x, centre_y), (near_x, y)))
        for place, twig in enumerate(branch.twigs):
            twig_y = _top(row + place)
            graph.nodes.append(_node(twig.document, far_x, twig_y))
            graph.edges.append(_edge(twig.links, side, (near_x, y), (far_x, twig_y)))
        row += branch.rows


def _depth(branches: list[Branch]) -> int:
    return 2 if any(branch.twigs for branch in branches) else 1 if branches else 0


def _top(row: float) -> int:
    return int(row * ROW) + (ROW - HEIGHT) // 2


def _node(document: LegalDocument, x: int, y: int, *, is_centre: bool = False) -> Node:
    if document.kind == DocumentKind.PRESS:
        name = document.publisher
    else:
        name = document.code if document.number is not None else "chưa có số"
    day = f"{document.signed_on:%d/%m/%Y}" if document.signed_on else document.date_as_written or "chưa có ngày"
    lines = (document.get_kind_display(), _short(name, 18), _short(day, 22))
    return Node(document, str(x), str(y), lines, is_centre)


def _edge(links: list[Link], side: int, inner: tuple[int, int], outer: tuple[int, int]) -> Edge:
    """From the document nearer to the middle to the one farther out: a bend, then straight under its label."""
    start_x, start_y = inner[0] + (WIDTH if side == RIGHT else 0), inner[1] + HEIGHT // 2
    end_x, end_y = outer[0] + (0 if side == RIGHT else WIDTH), outer[1] + HEIGHT // 2
    bend_x = start_x + side * BEND
    path = f"M{start_x} {start_y} C{bend_x} {start_y} {start_x} {end_y} {bend_x} {end_y} H{end_x}"
    label = ", ".join(dict.fromkeys(str(link.kind.label) for link in links))
    pinpoint = "; ".join(dict.fromkeys(link.pinpoint for link in links if link.pinpoint))
    return Edge(
        path=path,
        arrow_at_start=side == RIGHT,
        x=str((bend_x + end_x) // 2),
        above=str(end_y - 5),
        below=str(end_y + 14),
        label=_short(label, 21),
        pinpoint=_short(pinpoint, 21),
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
