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

    @property
    def shown(self) -> str:
        """With signs for the blanks and line breaks that differ: on a page nobody sees these."""
        if not self.is_changed or self.text.strip():
            return self.text
        return self.text.replace(" ", "␣").replace("\n", "⏎\n")


def changed_words(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, of which those that differ are marked; the pieces joined are the texts again."""
    # A word keeps the blanks behind it, so that nothing is lost or added in between.
    old_words, new_words = re.findall(r"\S+\s*|\s+", old), re.findall(r"\S+\s*|\s+", new)
    if len(old_words) > LONGEST or len(new_words) > LONGEST:
        return _piece(old_words, old != new), _piece(new_words, old != new)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    plain = [[word.strip() for word in words] for words in (old_words, new_words)]
    steps = SequenceMatcher(None, plain[0], plain[1], autojunk=False).get_opcodes()
    # Where words differ too, other blanks between them are no news.
    compare = _same_words if plain[0] != plain[1] else _other_blanks
    for tag, old_from, old_to, new_from, new_to in steps:
        old_part, new_part = old_words[old_from:old_to], new_words[new_from:new_to]
        found = compare(old_part, new_part) if tag == "equal" else (_piece(old_part, True), _piece(new_part, True))
        pieces[0].extend(found[0])
        pieces[1].extend(found[1])
    return pieces


def _same_words(old: list[str], new: list[str]) -> tuple[list[Piece], list[Piece]]:
    return _piece(old, False), _piece(new, False)


def _other_blanks(old: list[str], new: list[str]) -> tuple[list[Piece], list[Piece]]:
    """The same words, those blanks and line breaks marked that are not the same behind them."""
    found: tuple[list[Piece], list[Piece]] = ([], [])
    for pair in zip(old, new, strict=True):
        for pieces, word in zip(found, pair, strict=True):
            bare = word.rstrip()
            parts = (
                _piece([word], False) if pair[0] == pair[1] else [Piece(bare, False), Piece(word[len(bare) :], True)]
            )
            pieces.extend(one for one in parts if one.text)
    return tuple(_joined(pieces) for pieces in found)  # type: ignore[return-value]


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].is_changed == piece.is_changed:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.is_changed)
        else:
            joined.append(piece)
    return joined


def _piece(words: list[str], is_changed: bool) -> list[Piece]:
    return [Piece("".join(words), is_changed)] if words else []
