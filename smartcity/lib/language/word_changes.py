"""Which words of a text are not those of the text before it."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# Comparing takes the product of both lengths; a longer text is shown as new throughout.
LONGEST = 1500


@dataclass(frozen=True)
class Piece:
    """A stretch of one of the two texts; ``is_changed`` when the other text does not have it there."""

    text: str
    is_changed: bool


def changed_words(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, of which those that differ are marked; the pieces joined are the texts again."""
    # A word keeps the blanks behind it, so that nothing is lost or added in between.
    old_words, new_words = re.findall(r"\S+\s*|\s+", old), re.findall(r"\S+\s*|\s+", new)
    if len(old_words) > LONGEST or len(new_words) > LONGEST:
        return _piece(old_words, old != new), _piece(new_words, old != new)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    plain = [[word.strip() for word in words] for words in (old_words, new_words)]
    steps = SequenceMatcher(None, plain[0], plain[1], autojunk=False).get_opcodes()
    for tag, old_from, old_to, new_from, new_to in steps:
        pieces[0].extend(_piece(old_words[old_from:old_to], tag != "equal"))
        pieces[1].extend(_piece(new_words[new_from:new_to], tag != "equal"))
    return pieces


def _piece(words: list[str], is_changed: bool) -> list[Piece]:
    return [Piece("".join(words), is_changed)] if words else []
