"""Vietnamese text: stored in one form, found without accents, sorted as a Vietnamese reader expects."""

import re
import unicodedata
from functools import lru_cache

from django.db import models

# Typed, pasted and scanned text arrives in several spellings of the same letters. Two names that look alike
# must be the same name, or the same agency is kept twice and found half the time.
INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
BLANKS = re.compile(r"[^\S\n]+")
# Made in the first migration on PostgreSQL, from ICU; added to each connection on SQLite (``programme.apps``).
COLLATION = "vietnamese"


def clean_line(text: str) -> str:
    """One line of text in its stored form: NFC, nothing invisible, single blanks, none at the ends."""
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Text of several lines in its stored form; its line breaks are kept, at most one empty line in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = CONTROL.sub("", INVISIBLE.sub("", text))
    lines = [BLANKS.sub(" ", line).strip() for line in unicodedata.normalize("NFC", text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def fold(text: str) -> str:
    """The text as it is searched: no accents, đ as d, lower case, blanks and dashes alike.

    «CHÍNH QUYỀN SỐ», «chinh quyen so» and their decomposed spellings all become the same string.
    """
    decomposed = unicodedata.normalize("NFD", clean_line(text)).casefold()
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\u2010-\u2015\u2212-]+", " ", bare.replace("đ", "d").replace("ð", "d")).split())


ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# In the order of the dictionary: ngang, huyền, hỏi, ngã, sắc, nặng.
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
LETTERS = {letter: 100 + rank for rank, letter in enumerate(ALPHABET)}


@lru_cache(maxsize=20_000)
def sort_key(text: str) -> tuple[list[tuple[int, str]], list[int], str]:
    """A key by which plain comparison gives the Vietnamese order: letters first, then tones, then case."""
    letters: list[tuple[int, str]] = []
    tones: list[int] = []
    for letter in unicodedata.normalize("NFC", text.casefold()):
        marks = unicodedata.normalize("NFD", letter)
        tone = next((TONES[mark] for mark in marks if mark in TONES), 0)
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        rank = LETTERS.get(base, 50 if base.isdigit() else 200 if base.isalpha() else 0)
        letters.append((rank, base))
        tones.append(tone)
    return letters, tones, text.swapcase()


def collate(left: str, right: str) -> int:
    """Compare as SQLite asks a collation to: negative, zero or positive."""
    one, other = sort_key(left), sort_key(right)
    return (one > other) - (one < other)


class LineField(models.CharField):
    """One line of Vietnamese text, cleaned on its way in and sorted in Vietnamese order."""

    def __init__(self, *args, db_collation=COLLATION, **kwargs):
        super().__init__(*args, db_collation=db_collation, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else clean_line(value)


class LongTextField(models.TextField):
    """Vietnamese text of several lines, cleaned on its way in."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else clean_text(value)


class FoldedField(models.TextField):
    """A searchable copy of other fields of the same row, made when the row is saved.

    It is compared with ``contains``, never ``icontains``: the text is folded already, and only the plain
    form can use the trigram index that PostgreSQL keeps on it.
    """

    def __init__(self, *args, of=(), **kwargs):
        self.of = tuple(of)
        super().__init__(*args, **{**kwargs, "editable": False, "blank": True, "default": ""})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return (
            name,
            path,
            args,
            {"of": self.of} | {k: v for k, v in kwargs.items() if k not in {"editable", "blank", "default"}},
        )

    def pre_save(self, instance, add):
        text = fold(" ".join(str(getattr(instance, name)) for name in self.of))
        setattr(instance, self.attname, text)
        return text
