"""What changed between two versions of what a meeting's notice says, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from meetings.notice import TITLE
from meetings.operations.recording import ASSIGNED


def says_otherwise(now: str, closed: str) -> bool:
    """Whether the notice as its records have it now differs from what was closed, its number and day apart.

    The names of agencies and the subject of the document are kept elsewhere, and may be changed there.
    """
    return _body(now) != _body(closed)


def _body(text: str) -> list[str]:
    notice, _, _ = text.partition(f"\n{ASSIGNED}")
    lines = notice.splitlines()
    return lines[lines.index(TITLE) :] if TITLE in lines else lines


class Fate(StrEnum):
    SAME = "giữ nguyên"
    OUT = "bỏ"
    IN = "thêm"


@dataclass(frozen=True)
class VersionLine:
    text: str
    fate: Fate = Fate.SAME

    @property
    def is_out(self) -> bool:
        return self.fate == Fate.OUT

    @property
    def is_in(self) -> bool:
        return self.fate == Fate.IN


def changed_lines(before: str, after: str) -> list[VersionLine]:
    """All lines of the later text in order; what was taken out stands before what came in its place."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[VersionLine] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [VersionLine(text) for text in new[new_from:new_to]]
            continue
        lines += [VersionLine(text, Fate.OUT) for text in old[old_from:old_to]]
        lines += [VersionLine(text, Fate.IN) for text in new[new_from:new_to]]
    return lines
