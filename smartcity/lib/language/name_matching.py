"""When two spellings are one name: «Bà Rịa - Vũng Tàu», «Bà RịaVũng Tàu» and «BR-VT»; «UBND» and «Ủy ban nhân dân».

Exactly spelt, a name is itself. Folding (``language.text.fold``) is for finding and suggesting alone: «Đông Sơn» and
«Đồng Sơn» are two communes.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from smartcity.lib.language.text import APOSTROPHES, DASHES, FINAL_Y, TONES, clean_line, fold

IN_FULL = {"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân", "tp": "thành phố"}
ABBREVIATION = re.compile(rf"\b({'|'.join(IN_FULL)})\b\.?(?=\s*\w)", re.IGNORECASE)
LEVELS = ["tỉnh", "thành phố"]
LEVEL = re.compile(rf"^({'|'.join(LEVELS)}) ")
# A word that offices write by its letters: «GTVT», «TT&TT», «KH&CN».
# Two letters stand for too much else: «Sở NV» is Nội vụ or Ngoại vụ.
LETTERS = re.compile(r"^[A-ZĐ](?:&?[A-ZĐ]){2,7}$")
# Left out where a name is written by its letters: «Sở Khoa học và Công nghệ» is «Sở KH&CN».
JOINING = {"và", "&"}
WORD = re.compile(r"[^\W_]+(?:&[^\W_]+)*|&")


def is_same_name(one: str, other: str, *, place: str = "") -> bool:
    """Whether a reader takes both for the same body.

    Dashes, blanks, apostrophes, where the tone stands («Hoà», «Hòa») and i for y («Quản lí», «Quản lý») do not matter;
    accents do, for «Đông Hải» and «Đồng Hải» are two communes, unless one of the two was typed without any. ``place``
    is the province that both may name in full, by its initials, or not at all.
    """
    return any(_is_same(left, right) for left, right in product(_spellings(one, place), _spellings(other, place)))


def _is_same(one: str, other: str) -> bool:
    if _key(one) == _key(other) or _stands_for(one, other) or _stands_for(other, one):
        return True
    return (one.isascii() or other.isascii()) and _bare(one) == _bare(other)


def find_same[T](wanted: str, named: Iterable[tuple[str, T]], *, place: str = "") -> list[T]:
    """Of things and their names, those that ``wanted`` names: exactly spelt ones, else other spellings of the name.

    Several where the name is not enough; none where it only looks alike.
    """
    named = list(named)
    line = clean_line(wanted)
    for is_meant in (
        lambda name: name == line,
        lambda name: name.casefold() == line.casefold(),
        lambda name: is_same_name(name, line, place=place),
    ):
        found = list(dict.fromkeys(thing for name, thing in named if is_meant(name)))
        if found:
            return found
    return []


def is_same_place(one: str, other: str) -> bool:
    """The same for provinces, which are also named without «Tỉnh», and by their initials alone."""
    if is_same_name(one, other):
        return True
    cores = [_core(one), _core(other)]
    if any(core == _in_full(name).casefold() for core, name in zip(cores, (one, other), strict=True)) and is_same_name(
        *cores
    ):
        return True
    return any(_bare(short) == initials(long) and len(_bare(short)) > 1 for short, long in (cores, cores[::-1]))


def initials(place: str) -> str:
    """«brvt» for «Tỉnh Bà Rịa - Vũng Tàu»."""
    return "".join(word[0] for word in fold(_core(place)).split())


def _spellings(name: str, place: str) -> list[str]:
    """The name with its abbreviations in full, and without the province, whose papers leave it out."""
    said = _in_full(name, place)
    if not place:
        return [said]
    level, core = LEVEL.match(_in_full(place).casefold()), _core(place)
    without = re.match(rf"(.+?),? (?:({'|'.join(LEVELS)}) )?{re.escape(core)}$", DASHES.sub("-", said), re.IGNORECASE)
    if without is None or (without[2] and not (level and level[1] == without[2].casefold())):
        return [said]
    # Only provinces have a Sở; a committee is one of its level.
    is_department = without[1].casefold().startswith("sở ")
    return [said, without[1] if is_department or not without[2] else f"{without[1]} {without[2]}"]


@lru_cache(4096)  # the same few hundred names are held against each new one
def _in_full(name: str, place: str = "") -> str:
    said = clean_line(ABBREVIATION.sub(lambda found: f"{IN_FULL[found[1].casefold()]} ", clean_line(name)))
    letters = initials(place) if place else ""
    # Two letters stand for too much else.
    if len(letters) < 3:
        return said
    return re.sub(rf"\b{r'\W*'.join(letters)}\b", _core(place), said, flags=re.IGNORECASE)


@lru_cache(4096)
def _core(place: str) -> str:
    return LEVEL.sub("", _in_full(place).casefold())


def _stands_for(short: str, full: str) -> bool:
    """Whether ``full`` says in words what ``short`` has by letters somewhere: «Sở GTVT», «Sở Giao thông vận tải»."""
    said = [word for word in WORD.findall(short) if word.casefold() not in JOINING]
    words = [word for word in WORD.findall(full) if word.casefold() not in JOINING]
    if not any(LETTERS.match(word) for word in said):
        return False
    # How many of the words may be spent by now.
    spent = {0}
    for one in said:
        spent = {end for start in spent for end in _spelt(one, words, start)}
    return len(words) in spent


def _spelt(one: str, words: list[str], start: int) -> set[int]:
    """Behind which words one may stand, if ``one`` is the next word, or spells the next ones by their letters."""
    ends = {start + 1} if start < len(words) and _key(one) == _key(words[start]) else set()
    letters = one.replace("&", "").casefold() if LETTERS.match(one) else ""
    begun = "".join(word[0] for word in words[start : start + len(letters)]).casefold()
    if letters and _unaccented(letters) == _unaccented(begun):
        ends.add(start + len(letters))
    return ends


def _unaccented(letters: str) -> str:
    """Letters as abbreviations write them: đ stays itself, other marks are left out («UBND» of «Ủy ban …»)."""
    marks = unicodedata.normalize("NFD", letters)
    return "".join(mark for mark in marks if not unicodedata.combining(mark))


@lru_cache(4096)
def _bare(name: str) -> str:
    return re.sub(r"\W", "", fold(name))


@lru_cache(4096)
def _key(name: str) -> str:
    """The letters, each group of vowels with its tone behind it: «hoà» and «hòa» are alike, «lí» and «lý» too.

    Blanks and dashes do not count, but between two figures: «xã 1-2» is not «xã 12».
    """
    letters, tones = "", {}
    for mark in unicodedata.normalize("NFD", APOSTROPHES.sub("", name).casefold()):
        if mark in TONES:
            tones[len(letters) - 1] = TONES[mark]
        else:
            letters += mark
    key: list[str] = []
    tone: int | None = None
    for place, letter in enumerate(f"{FINAL_Y.sub('i', letters)} "):
        is_vowel = letter in "aeiouy"
        if is_vowel or unicodedata.combining(letter):
            tone = tones.get(place, tone or 0)
        elif tone is not None:
            key.append(f"'{tone}")
            tone = None
        if letter.isalnum() or unicodedata.combining(letter):
            key.append(letter)
        elif key and key[-1].isdigit():
            key.append(" ")
    # A gap counts between two figures alone.
    return re.sub(r"(?<![0-9]) | (?![0-9])", "", "".join(key))
