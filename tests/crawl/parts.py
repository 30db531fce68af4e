"""Whether figures that stand on one page agree: the same rows are counted alike, and parts add up to their whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from smartcity.lib.language.money import read_money
from tests.crawl.figures import MONEY, Figure
from tests.crawl.page import Node

# Row sets of one facet, in the list that has no others, are together those of another name.
FACETS = [("ul", "mau-", "tat-ca"), ("ul", "han-", "tat-ca"), ("section", "nguyen-nhan-", "chua-hoan-thanh")]
# How what was given stands: the choices above the board, and the columns of a line of the league.
STANDINGS = {"p": {"open_overdue", "open_in_time", "open_no_due_date", "done"}}
STANDINGS["tr"] = STANDINGS["p"] - {"done"} | {"done_on_time", "done_late", "done_no_due_date"}


def disagreements(figures: Iterable[Figure]) -> Iterator[str]:
    told = defaultdict(set)
    lists = defaultdict(list)
    for figure in figures:
        # A sum of both kinds of money is told by its parts; a line of one's own work may lead to more than it counts.
        if (
            figure.rate
            or figure.title
            or (figure.vnd and "loai" not in figure.query)
            or figure.on.startswith("/quan-tri")
        ):
            continue
        told[key_of(figure)].add(figure.rows if figure.vnd is None else figure.vnd)
        lists[id(figure.place), figure.place.tag].append(figure)
    for where, numbers in told.items():
        if len(numbers) > 1 and where[-1] != "nhom-kept":
            yield f"{sorted(numbers)} are said of the same rows: {where}"
    known = {where: min(numbers) for where, numbers in told.items()}
    for (_, tag), listed in lists.items():
        for whole, parts in [*_of_facets(tag, listed), *_of_standings(tag, listed)]:
            if known.get(whole, sum(parts)) != sum(parts):
                yield f"{parts} do not add up to {known[whole]}: {whole}"
    for where, number in known.items():
        parts = [known[one] for one in known if _is_of_one_agency(one, where)]
        if parts and "ky-bao-cao" in where[0] and sum(parts) != number:
            yield f"{parts} do not add up to {number}: {where}"


def key_of(figure: Figure, **changed: str | None) -> tuple:
    """By what an address means: its page, what narrows it, its section; and whether what came is told, not what is."""
    query = dict(parse_qsl(urlsplit(figure.href).query)) | changed
    came = figure.words[:1] if figure.words[:1] in "+−" else ""
    return (
        urlsplit(figure.href).path,
        came,
        frozenset((name, value) for name, value in query.items() if value),
        figure.section,
    )


def _of_facets(tag: str, listed: list[Figure]) -> Iterator[tuple[tuple, list[int]]]:
    for place, begins, whole in FACETS:
        keys = {figure.query.get("loc", "") for figure in listed}
        if tag == place and all(key.startswith(begins) for key in keys):
            parts = {key_of(figure): figure.rows for figure in listed}
            yield key_of(listed[0], loc=whole), [*parts.values()]


def _of_standings(tag: str, listed: list[Figure]) -> Iterator[tuple[tuple, list[int]]]:
    parts = [one for one in listed if one.query.get("tinh-trang") in STANDINGS.get(tag, ()) and "han" not in one.query]
    if parts:
        yield key_of(parts[0], **{"tinh-trang": None}), [one.rows for one in parts]


def _is_of_one_agency(part: tuple, whole: tuple) -> bool:
    added = part[2] - whole[2]
    return part[:2] == whole[:2] and whole[2] < part[2] and [name for name, _ in added] == ["co-quan"]


def sums_of_tables(page: Node) -> Iterator[str]:
    """Money in the last row of a table is the sum of the rows above, or of those above that are sums themselves."""
    for table in page.all("table"):
        feet = [row for foot in table.all("tfoot") for row in foot.all("tr")]
        if not feet:
            continue
        bodies = [body.all("tr") for body in table.all("tbody")]
        wholes = [row for rows in bodies for row in rows if "whole" in row.classes]
        yield from _adds_up(feet, wholes or [row for rows in bodies for row in rows])
        for rows in [*bodies, feet] if wholes else []:
            yield from _adds_up(rows, rows[1:])


def _adds_up(rows: list[Node], parts: list[Node]) -> Iterator[str]:
    """The first of ``rows`` that is a sum; in tables without a mark for sums, the last."""
    whole = next((row for row in rows if "whole" in row.classes), rows[-1])
    for cell in whole.all("td"):
        label = cell.attrs.get("data-label") or ""
        found = MONEY.search(cell.text)
        if parts and found and not label.startswith("Tỷ lệ"):
            amounts = [read_money(one[0]) for part in parts if (one := MONEY.search(part.cell(label)))]
            if sum(amounts) != read_money(found[0]):
                yield f"{label}: {whole.text} is not the sum of {amounts}"
