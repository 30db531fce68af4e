"""How a figure explains itself: its rule in words, what it rests on, who entered it, what was asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Rule:
    """How a figure is found: what it counts or adds, what it leaves out, and where that comes from."""

    counts: str
    leaves_out: str = ""
    ground: str = ""


@dataclass(frozen=True)
class Explained:
    """What stands above the rows of a figure.

    ``rules`` each have the name of what they are the rule of, or none where there is one. ``stated`` and ``asked`` are
    None where nothing of the kind can be; ``is_of_a_page``: there are rows of which documents and people are not told.
    """

    as_of: date
    rules: Sequence[tuple[str, Rule]]
    title: str = ""
    documents: Sequence[Any] = ()
    entered: Sequence[str] = ()
    accepted: Sequence[str] = ()
    # What documents stated of it, each beside the figure; requests for an explanation of it.
    stated: Sequence[Any] | None = None
    asked: Sequence[Any] | None = None
    is_of_a_page: bool = False


def each_once(found: Iterable[Any]) -> list[Any]:
    """In their order, without those that are nothing."""
    return list(dict.fromkeys(one for one in found if one))
