"""Text that looks like damage of a scan: letters lost, years torn apart, a word read twice.

Only a doubt: the text is kept as it is, and whoever brings it in is shown where to look.
"""

import re
from itertools import pairwise

from programme.text import fold

TORN_YEAR = re.compile(r"(?<!\d)(?:19|20) \d\d(?!\d)")
# Small letters without any vowel; abbreviations are written in capitals.
NO_VOWEL = re.compile(r"(?<![\w/.-])[bcdđghklmnpqrstvx]{1,7}(?![\w/.-])")
MEASURES = {"m", "km", "kg", "g", "mm", "cm", "kv", "kw", "mbps", "tr", "v", "h"}
WORD = re.compile(r"[^\W\d_]+")
# Words that the language itself says twice.
DOUBLED = {"ngay", "nguoi", "nha", "noi", "luon", "xa", "dan", "nganh", "cap", "ai", "gi", "lan", "tung", "doi"}


def scan_doubts(text: str) -> list[str]:
    """The pieces of ``text`` that a scan may have damaged, as they stand there."""
    found = [match[0] for match in TORN_YEAR.finditer(text)]
    found += [match[0] for match in NO_VOWEL.finditer(text) if match[0] not in MEASURES]
    words = list(WORD.finditer(text))
    for one, other in pairwise(words):
        same = fold(one[0]) == fold(other[0]) and one[0].casefold() == other[0].casefold()
        if same and text[one.end() : other.start()] == " " and fold(one[0]) not in DOUBLED:
            found.append(f"{one[0]} {other[0]}")
    return found
