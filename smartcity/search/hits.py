"""What is told of a record that was found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from programme.models import Province
from smartcity.lib.language.found_words import SNIPPET, FoundPiece, around, found_in, marked
from smartcity.lib.language.text import clean_line, shorten
from smartcity.search.matching import Search


@dataclass(frozen=True)
class Hit:
    """A record: its name, linked to its page, what was found in its texts, and what tells it from others."""

    url: str
    title: list[FoundPiece]
    snippet: list[FoundPiece]
    told: list[list[FoundPiece]]
    # Where on the page it is.
    anchor: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of records: ``key`` is what the address calls it, ``rows`` are those found, the best first.

    Each row has its ``rank``.
    """

    key: str
    label: str
    rows: Callable[[Search], QuerySet]
    tell: Callable[[Any, Search], Hit]

    def hits(self, rows: list[Any], search: Search) -> list[Hit]:
        return [self.tell(record, search) for record in rows]


def hit(
    search: Search,
    url: str,
    title: str,
    *,
    texts: Iterable[str | None] = (),
    about: str = "",
    told: Iterable[str | None] = (),
    anchor: str = "",
) -> Hit:
    """The first of the texts is shown in which words stand that do not stand in the title; else ``about`` is told."""
    words = search.asked.words
    known = found_in(title, words)
    snippets = (around(text, words) for text in texts if text and found_in(text, words) - known)
    first = next(snippets, None) or marked(shorten(clean_line(about), SNIPPET), words)
    return Hit(url, marked(title, words), first, [marked(said, words) for said in told if said], anchor)


def place(province: Province | None, search: Search) -> str | None:
    """The province, for whoever sees several."""
    return province.name if province and search.user.sees_every_province else None
