"""Which rows have the words, and which of them are the best: exact codes, then names, then other texts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Length, StrIndex

from programme.models import LegalDocument, User
from smartcity.lib.language.found_words import EDGE, stands_alone
from smartcity.search.asked import Asked

# Of what is found more often, no more is looked at: whoever finds a thousand looks for something else.
MOST = 1_000
TEXT = "search_text"
# The first rank: what the line names by its code or number.
EXACT = 0


@dataclass(frozen=True)
class Search:
    """What is looked for, by whom, and the day on which records are named."""

    asked: Asked
    user: User
    on: date

    @property
    def parts(self) -> list[str]:
        """Each part of the line as it may be stored as a code: in capitals, in small letters."""
        return _spelt(self.asked.codes)

    @property
    def whole(self) -> list[str]:
        """The line as one code: «NV 05» may be «NV-05»."""
        return _spelt(["-".join(self.asked.codes)]) if self.asked.codes else []


def _spelt(codes: Iterable[str]) -> list[str]:
    return [spelt for code in codes for spelt in sorted({code, code.upper(), code.lower()})]


def has_words(words: Iterable[str], text: str = TEXT) -> Q:
    """The rows in whose folded ``text`` each of the words stands.

    One or two letters alone tell an index of trigrams nothing, and stand inside of every second word: they are looked
    for as whole words, whose edges tell it enough.
    """
    return reduce(and_, (_has_word(word, text) for word in words), Q())


def _has_word(word: str, text: str) -> Q:
    if stands_alone(word):
        return Q(**{f"{text}__regex": f"(^|[^{EDGE}]){re.escape(word)}($|[^{EDGE}])"})
    return Q(**{f"{text}__contains": word})


def cited_documents(search: Search) -> QuerySet[LegalDocument]:
    """The documents that the line names by number, among those that the user may see."""
    named = Q(pk__in=[])
    for cited in search.asked.cited:
        one = Q(number=cited.number)
        if cited.code:
            # As the document is called, in front of what it is about.
            one &= Q(search_text__contains=f" {cited.code} ")
        elif cited.kind:
            one &= Q(kind=cited.kind)
        if cited.year:
            one &= Q(year=cited.year)
        if cited.day:
            one &= Q(signed_on=cited.day)
        named |= one
    return LegalDocument.objects.visible_to(search.user).filter(named)


def found(rows: QuerySet[Any], by_words: QuerySet[Any], exact: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Of the visible ``rows`` those ``by_words``, and those that are meant ``exact``.

    Of many the last that were entered.
    """
    some = by_words.order_by("-pk").values("pk")[: MOST + 1]
    if exact is None:
        return rows.filter(pk__in=some)
    # A part of a union may not be cut by itself on SQLite.
    cut = rows.model._base_manager.filter(pk__in=some)
    return rows.filter(pk__in=cut.values("pk").union(exact.order_by().values("pk"), all=True))


def best_first(
    rows: QuerySet[Any],
    asked: Asked,
    *then: Any,
    exact: QuerySet[Any] | None = None,
    text: str = TEXT,
    name: str | None = None,
) -> QuerySet[Any]:
    """Ordered: exact codes, a name that begins as typed, words in the name, words in the text; ``then`` among equals.

    ``text`` begins with the name. ``name`` is the field with it, where more stands in the text.
    """
    phrase = asked.phrase
    is_whole = Q(**{f"{text}__contains": phrase})
    in_name = Q(last_word__lte=Length(name)) if name else Q(last_word__gte=0)
    rows = rows.alias(last_word=_last_word(asked.words, text))
    ranks = [When(pk__in=exact.order_by().values("pk"), then=Value(EXACT))] if exact is not None else []
    ranks += [
        When(Q(**{f"{text}__startswith": phrase}), then=Value(1)),
        When(in_name & is_whole, then=Value(2)),
        When(in_name, then=Value(3)),
        When(is_whole, then=Value(4)),
    ]
    rank = Case(*ranks, default=Value(5), output_field=IntegerField())
    return rows.annotate(rank=rank).order_by("rank", *then, "-pk")


def _last_word(words: tuple[str, ...], text: str) -> Combinable:
    """Where the last of the words begins: what stands early stands in the name."""
    places = [StrIndex(F(text), Value(word)) for word in words]
    return Greatest(*places) if len(places) > 1 else places[0]


def with_count(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``found_count`` to each row, how many there are: the first rows and their number are one question."""
    return rows.annotate(found_count=Window(Count("*")))
