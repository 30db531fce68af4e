"""When two spellings are one name: «Bà Rịa - Vũng Tàu», «Bà RịaVũng Tàu» and «BR-VT»; «UBND» and «Ủy ban nhân dân»."""

import re
import unicodedata

from programme.text import TONES, clean_line, fold

IN_FULL = {"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân", "tp": "thành phố"}
ABBREVIATION = re.compile(rf"\b({'|'.join(IN_FULL)})\b\.?")
LEVEL = re.compile(r"^(tỉnh|thành phố) ")


def is_same_name(one: str, other: str, *, place: str = "") -> bool:
    """Whether a reader takes both for the same body.

    Dashes, blanks and where the tone stands («Hoà», «Hòa») do not matter; accents do, for «Đông Hải» and «Đồng
    Hải» are two communes, unless one of the two was typed without any. ``place`` is the province that both may
    name in full or by its initials.
    """
    one, other = _in_full(one, place), _in_full(other, place)
    if _key(one) == _key(other):
        return True
    if any(name.isascii() for name in (one, other)):
        return _bare(one) == _bare(other)
    return False


def is_same_place(one: str, other: str) -> bool:
    """The same for provinces, which are also named without «Tỉnh», and by their initials alone."""
    if is_same_name(one, other):
        return True
    cores = [_core(one), _core(other)]
    if any(core == _in_full(name) for core, name in zip(cores, (one, other), strict=True)) and is_same_name(*cores):
        return True
    return any(_bare(short) == initials(long) and len(_bare(short)) > 1 for short, long in (cores, cores[::-1]))


def initials(place: str) -> str:
    """«brvt» for «Tỉnh Bà Rịa - Vũng Tàu»."""
    return "".join(word[0] for word in fold(_core(place)).split())


def _in_full(name: str, place: str = "") -> str:
    said = ABBREVIATION.sub(lambda found: IN_FULL[found[1]], clean_line(name).casefold())
    letters = initials(place) if place else ""
    # Two letters stand for too much else.
    if len(letters) < 3:
        return said
    return re.sub(rf"\b{r'\W*'.join(letters)}\b", _core(place), said)


def _core(place: str) -> str:
    return LEVEL.sub("", _in_full(place))


def _bare(name: str) -> str:
    return re.sub(r"\W", "", fold(name))


def _key(name: str) -> str:
    """The letters, then the tones in their order: «hoà» and «hòa» are alike."""
    marks = unicodedata.normalize("NFD", name.replace("ð", "đ"))
    letters = "".join(mark for mark in marks if mark not in TONES and (mark.isalnum() or unicodedata.combining(mark)))
    return f"{letters}/{''.join(str(TONES[mark]) for mark in marks if mark in TONES)}"
