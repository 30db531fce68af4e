"""Where the words that somebody looked for stand in a text, told of the text as it is written."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from smartcity.lib.language.text import APOSTROPHES, DASHES, FINAL_Y, clean_line

# Shorter words are syllables like «y» and «tế»: inside of others they stand everywhere.
SHORTEST_PART = 3
EDGE = "a-z0-9"
SNIPPET = 240
# How much of a snippet stands before what was found.
BEFORE = 60


@dataclass(frozen=True)
class FoundPiece:
    """A piece of a text; ``is_found`` where it is what was looked for."""

    text: str
    is_found: bool = False


def stands_alone(word: str) -> bool:
    """Whether the folded ``word`` is so short that it is looked for as a whole word."""
    return len(word) < SHORTEST_PART


def marked(text: str, words: Iterable[str]) -> list[FoundPiece]:
    """The text in pieces, the folded ``words`` apart; joined again they are the text."""
    return _pieces(text, _joined(text, _places(text, words)), 0, len(text))


def found_in(text: str, words: Iterable[str]) -> set[str]:
    """Those of the folded words that stand in the text."""
    folded, _ = _folded(text)
    return {word for word in words if (pattern := _pattern((word,))) and pattern.search(folded)}


def around(text: str, words: Iterable[str], most: int = SNIPPET) -> list[FoundPiece]:
    """What stands around the words in one line of about ``most`` letters; nothing where none of them stands there."""
    line = clean_line(text)
    places = _places(line, words)
    if not places:
        return []
    first = _fullest(line, places, most - BEFORE)
    start, end = (0, most) if first <= BEFORE else (first - BEFORE, first - BEFORE + most)
    # Cut between words.
    if start:
        start = line.find(" ", start, first) + 1 or first
    if end < len(line):
        end = max(line.rfind(" ", first + 1, end), first + 1)
        end = max([end, *(last for begun, last in places if begun < end)])
    pieces = _pieces(line, _joined(line, places), start, min(end, len(line)))
    return [*([FoundPiece("… ")] if start else []), *pieces, *([FoundPiece(" …")] if end < len(line) else [])]


def _fullest(line: str, places: list[tuple[int, int]], room: int) -> int:
    """The first place from which on most of the words stand within the room."""
    said = [(begun, line[begun:last].casefold()) for begun, last in places]

    def within(place: int) -> int:
        return len({word for begun, word in said if place <= begun < place + room})

    # What is repeated a hundred times is told as well by its first ones.
    return max((begun for begun, _ in places[:100]), key=lambda place: (within(place), -place))


def _pieces(text: str, places: list[tuple[int, int]], start: int, end: int) -> list[FoundPiece]:
    pieces, done = [], start
    for begun, last in places:
        if begun < start or last > end:
            continue
        pieces += [FoundPiece(text[done:begun]), FoundPiece(text[begun:last], is_found=True)]
        done = last
    return [piece for piece in [*pieces, FoundPiece(text[done:end])] if piece.text]


def _places(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the words begin and end, in order; each letter at most once."""
    looked_for = _pattern(tuple(words))
    if looked_for is None:
        return []
    folded, at = _folded(text)
    return [(at[found.start()], _end(text, at[found.end() - 1])) for found in looked_for.finditer(folded)]


def _end(text: str, last: int) -> int:
    """Behind the letter at ``last``, and behind the marks that are drawn on it."""
    end = last + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _joined(text: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Words that stand beside each other as one: «đô thị» is marked once."""
    joined: list[tuple[int, int]] = []
    for begun, last in places:
        if joined and not DASHES.sub("", text[joined[-1][1] : begun]).strip():
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((begun, last))
    return joined


@lru_cache(200)
def _pattern(words: tuple[str, ...]) -> re.Pattern | None:
    """The longest of the words first: a part of another one is not found in its place."""
    parts = [
        rf"(?<![{EDGE}]){re.escape(word)}(?![{EDGE}])" if stands_alone(word) else re.escape(word)
        for word in sorted(set(words), key=lambda word: (-len(word), word))
    ]
    return re.compile("|".join(parts)) if parts else None


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as ``fold`` makes it, and the place in ``text`` of each of its letters."""
    letters: list[str] = []
    at: list[int] = []
    for place, letter in enumerate(text):
        for bare in _bare(letter):
            if bare != " " or (letters and letters[-1] != " "):
                letters.append(bare)
                at.append(place)
    return FINAL_Y.sub("i", "".join(letters)), at


@lru_cache(4_000)
def _bare(letter: str) -> str:
    if APOSTROPHES.match(letter):
        return ""
    if letter.isspace() or DASHES.match(letter):
        return " "
    decomposed = unicodedata.normalize("NFD", letter).casefold()
    return "".join(one for one in decomposed if not unicodedata.combining(one)).replace("đ", "d")
