"""Which rows have the words, and which of them are the best: exact codes, then names, then other texts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Length, StrIndex
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from programme.models import LegalDocument, User
from smartcity.lib.language.found_words import EDGE, stands_alone
from smartcity.search.asked import Asked

# Of what is found more often, no more is looked at: whoever finds so many looks for something else.
MOST = 500
TEXT = "search_text"
# What stands before and behind a word in a folded text, where dashes are blanks.
BEFORE, BEHIND = (" ", "(", "/"), (" ", ",", ".", ";", ":", ")", "/")
AROUND = (('"', '"'), ("“", "”"))
# Of more short words the others are asked of the rows that these leave.
MOST_WITH_EDGES = 2
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


def has_words(words: Sequence[str], text: str = TEXT, *, of_few: bool = False) -> Q:
    """The rows in whose folded ``text`` each of the words stands; ``of_few`` rows, which no index has to find.

    One or two letters stand inside of every second word: they are looked for as whole words. Patterns are slow: they
    are asked last. Beside a longer word, that one finds the rows. Where there is none, they are found by the signs
    around them.
    """
    by_length = sorted(words, key=len, reverse=True)
    short = [word for word in by_length if stands_alone(word)]
    by_edges = short[:MOST_WITH_EDGES] if len(short) == len(words) and not of_few else []
    there = _all(Q(**{f"{text}__contains": word}) for word in by_length if word not in by_edges)
    if len(words) > 1 and not by_edges:
        # The same rows: but of words that often stand beside each other the database knows only so how often.
        there |= Q(**{f"{text}__contains": " ".join(words)})
    alone = [word for word in short if word not in by_edges]
    return (
        there
        & _all(_between_edges(word, text) for word in by_edges)
        & _all(Q(**{f"{text}__regex": f"(^|[^{EDGE}]){re.escape(word)}($|[^{EDGE}])"}) for word in alone)
    )


def _between_edges(word: str, text: str) -> Q:
    """The word with each sign that may stand before and behind it, written out.

    An index of trigrams knows a word by its edges, but reads them in plain texts alone: by one pattern for all signs
    every row is read. With half as many again the database would rather go through the whole index.
    """
    begins = [Q(**{f"{text}__startswith": f"{word}{sign}"}) for sign in BEHIND]
    ends = [Q(**{f"{text}__endswith": f"{sign}{word}"}) for sign in BEFORE]
    # Quickly told of most rows, and nothing that the index is asked for: without its edges that would be all of it.
    there = Q(GreaterThan(StrIndex(F(text), Value(word)), 0))
    within = [Q(**{f"{text}__contains": f"{before}{word}{behind}"}) for before in BEFORE for behind in BEHIND]
    within += [Q(**{f"{text}__contains": f"{opened}{word}{closed}"}) for opened, closed in AROUND]
    return there & reduce(or_, [*begins, *ends, *within], Q(**{text: word}))


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q())


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


def keys_of(by_words: QuerySet[Any], exact: QuerySet[Any] | None = None, key: str = "pk") -> QuerySet[Any]:
    """The keys of what was found ``by_words``, of many the last that were entered, and of what is meant ``exact``.

    Both are rows that the user may see: what is hidden takes nobody's place. ``key`` leads to what is counted, such as
    the task of which several plans tell.
    """
    some = by_words.order_by(f"-{key}").values(key)
    some = (some if key == "pk" else some.distinct())[: MOST + 1]
    if exact is None:
        return some
    # A part of a union may not be cut by itself on SQLite.
    cut = by_words.model._base_manager.filter(**{f"{key}__in": some})
    return cut.values(key).union(exact.order_by().values(key))


def found(by_words: QuerySet[Any], exact: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """The rows themselves, in no order yet."""
    return by_words.model._base_manager.filter(pk__in=keys_of(by_words, exact))


def best_first(
    rows: QuerySet[Any], asked: Asked, *then: Any, exact: QuerySet[Any] | None = None, text: str = TEXT, name: str = ""
) -> QuerySet[Any]:
    """Ordered by ``rank``, which is added; ``then`` among equals."""
    return rows.annotate(rank=rank_of(asked, exact=exact, text=text, name=name)).order_by("rank", *then, "-pk")


def rank_of(
    asked: Asked, *, exact: QuerySet[Any] | None = None, key: str = "pk", text: str = TEXT, name: str = ""
) -> Case:
    """How good a hit is: meant ``exact``, a name that begins as typed, words in the name, words in the text.

    ``text`` begins with the name. ``name`` is the field with it, where more stands in the text.
    """
    phrase = asked.phrase
    is_whole = Q(**{f"{text}__contains": phrase})
    ranks = [When(**{f"{key}__in": exact.order_by().values(key)}, then=Value(EXACT))] if exact is not None else []
    ranks += [When(Q(**{f"{text}__startswith": phrase}), then=Value(1))]
    if name:
        in_name = LessThanOrEqual(_last_word(asked.words, text), Length(name))
        ranks += [When(is_whole & Q(in_name), then=Value(2)), When(Q(in_name), then=Value(3))]
    ranks += [When(is_whole, then=Value(4))]
    return Case(*ranks, default=Value(5), output_field=IntegerField())


def _last_word(words: tuple[str, ...], text: str) -> Combinable:
    """Where the last of the words begins: what stands early stands in the name."""
    places = [StrIndex(F(text), Value(word)) for word in words]
    return Greatest(*places) if len(places) > 1 else places[0]


def with_count(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``found_count`` to each row, how many there are: the first rows and their number are one question."""
    return rows.annotate(found_count=Window(Count("*")))
