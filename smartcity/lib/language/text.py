"""Vietnamese text: stored in one form, found without accents, sorted as a Vietnamese reader expects."""

import re
import unicodedata
from functools import lru_cache

# Typed, pasted and scanned text arrives in several spellings of the same letters. Two names that look alike
# must be the same name, or the same agency is kept twice and found half the time.
INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    # Behind an emoji it is part of the picture.
    r"|(?<![\u203c-\u3299\U0001f000-\U0001faff])\ufe0f"
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# Word breaks a line inside a paragraph with a vertical tab, other programs with marks of their own.
LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Word's bullets are letters of a symbol font; in any other font they are empty boxes.
WORD_BULLETS = re.compile(r"[\uf06c\uf075-\uf077\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc]")
# Every dash and minus that keyboards, Word and PDF files put where one hyphen is meant.
DASHES = re.compile(r"[-\u00ad\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]+")
BLANKS = re.compile(r"[^\S\n]+")
# Letters of other alphabets that files in PDF and old fonts put in the place of ours: «Ð» (eth), «ƣ» (oi).
LOOK_ALIKES = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u01a2": "Ư", "\u01a3": "ư"})
# However it is typed: straight, curled by Word, or as one of the marks that look like it.
APOSTROPHES = re.compile(r"['`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u201b\u2032\uff07]")
# «lý» is «lí», «quý» is «quí»: both are taught. Not where y makes another sound: «tay» is not «tai».
FINAL_Y = re.compile(r"(?:(?<![a-z])|(?<=[bcdghklmnpqrstvx])|(?<=qu))y(?![a-z])")
# Made in the first migration on PostgreSQL, from ICU; added to each connection on SQLite (``programme.apps``).
COLLATION = "vietnamese"


def clean_line(text: str) -> str:
    """One line of text in its stored form: NFC, nothing invisible, single blanks, none at the ends."""
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Text of several lines in its stored form; its line breaks are kept, at most one empty line in a row."""
    text = WORD_BULLETS.sub("\u2022", LINE_ENDS.sub("\n", text))
    text = CONTROL.sub("", INVISIBLE.sub("", text)).translate(LOOK_ALIKES)
    lines = [BLANKS.sub(" ", line).strip() for line in unicodedata.normalize("NFC", text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def plain_line(text: str) -> str:
    """One line in which wide and styled digits are plain ones; «160²» and «½» stay what they are."""
    # Compatibility forms would make 1602 of the one, 1⁄2 of the other.
    kept = (one if unicodedata.category(one) == "No" else unicodedata.normalize("NFKC", one) for one in text)
    return clean_line("".join(kept))


# What is drawn on the letter before it: marks, the colour of an emoji, its presentation.
JOINED = re.compile(r"[\ufe0f\U0001f3fb-\U0001f3ff]")


def seen_length(text: str) -> int:
    """How many characters a reader counts."""
    return sum(not (JOINED.match(one) or unicodedata.category(one) in {"Mn", "Me"}) for one in text)


def shorten(text: str, most: int) -> str:
    """The text in at most so many characters, cut after a whole word: half a syllable is read as another word."""
    if len(text) <= most:
        return text
    kept = text[:most]
    # What has no blank for so long is no sentence.
    return f"{kept[: kept.rfind(' ', most // 2)] if ' ' in kept[most // 2 :] else kept[:-1]}…"


def fold(text: str) -> str:
    """The text as it is searched: no accents, đ as d, lower case, blanks and dashes alike, «lý» as «lí».

    «CHÍNH QUYỀN SỐ», «chinh quyen so» and their decomposed spellings all become the same string, and so do
    «Cư M’gar» and «cu mgar». For finding and suggesting: it takes names for one another that are two.
    """
    decomposed = unicodedata.normalize("NFD", APOSTROPHES.sub("", clean_line(text))).casefold()
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("đ", "d")
    return " ".join(FINAL_Y.sub("i", DASHES.sub(" ", bare)).split())


def given_name(name: str) -> str:
    """The given name, which comes last: «Lan» of «Nguyễn Thị Lan»."""
    return name.rpartition(" ")[2]


# As ``fold`` leaves it: «số» and «ngày» before a figure belong to how a document is cited, not to what is looked for.
BEFORE_A_FIGURE = re.compile(r"\b(?:so:?|ngay) (?=[0-9/])")
# As ``fold`` leaves it: «ngày 29 tháng 12 năm 2018» is searched as the day that stands in the records.
DAY_IN_WORDS = re.compile(r"\b([0-9]{1,2}) thang ([0-9]{1,2}),? nam ([0-9]{4})\b")


def words_to_find(typed: str) -> list[str]:
    """The folded words of what was typed into a search box; each has to stand in what is found."""
    said = DAY_IN_WORDS.sub(lambda found: f"{int(found[1]):02}/{int(found[2]):02}/{found[3]}", fold(typed))
    said = BEFORE_A_FIGURE.sub("", said)
    words = (word.strip(',.;:()[]«»"“”') for word in said.split())
    return [word for word in words if word]


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
