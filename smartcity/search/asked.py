"""What somebody looks for: its words, and the code, number or citation that they may be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from programme.citations import find_citations
from programme.models import DocumentKind
from smartcity.lib.language.dates import read_day
from smartcity.lib.language.document_code import read_code, split_citation
from smartcity.lib.language.text import clean_line, fold, words_to_find

LONGEST = 200
MOST_WORDS = 20
# A figure of so many digits alone is a place in a list, or the number of a document.
PLACE_DIGITS = 2
ABBREVIATED = {
    "nq": DocumentKind.RESOLUTION,
    "nd": DocumentKind.DECREE,
    "qd": DocumentKind.DECISION,
    "ct": DocumentKind.INSTRUCTION,
    "kh": DocumentKind.PLAN,
    "tb": DocumentKind.NOTICE,
    "bc": DocumentKind.REPORT,
    "ttr": DocumentKind.SUBMISSION,
    "tt": DocumentKind.CIRCULAR,
    "cv": DocumentKind.OFFICIAL_LETTER,
    "vb": None,
}
KINDS = ABBREVIATED | {fold(kind.label): kind for kind in DocumentKind if kind != DocumentKind.PRESS}
KINDS |= {"": None, fold(DocumentKind.OTHER.label): None}
# What stands before a task's place in the list of a plan.
BEFORE_A_PLACE = {"", "stt", "nhiem vu", "tt"}
MEETING_WORDS = {"cuoc", "hop", "ngay"}
NUMBER = re.compile(r"0*(?P<number>[0-9]{1,6})(?:/(?P<year>[0-9]{4}))?")
# «ngày …», where the copy at hand leaves the day blank.
BLANK_DAY = re.compile(r"[\s,(]*ng[àa]y[\s.…_]*(?:th[áa]ng[\s.…_]*)?(?:n[ăa]m[\s.…_]*)?\)?$", re.IGNORECASE)


@dataclass(frozen=True)
class CitedNumber:
    """A document as far as it was named; what is left open may be any."""

    number: int
    # «112/nq hdnd», as it is searched; empty where only the number was given.
    code: str = ""
    kind: DocumentKind | None = None
    year: int | None = None
    day: date | None = None


@dataclass(frozen=True)
class Asked:
    """``words`` are folded, each once; ``codes`` are the parts that may be codes of programmes and tasks."""

    typed: str
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    place: int | None = None
    # Of a meeting, where nothing else was typed.
    day: date | None = None
    cited: tuple[CitedNumber, ...] = ()

    @property
    def phrase(self) -> str:
        return " ".join(self.words)

    @property
    def is_a_place(self) -> bool:
        """Whether nothing but a place in a plan was asked for; a larger figure alone may stand in a text."""
        return self.place is not None and (len(self.words) > 1 or len(self.phrase) <= PLACE_DIGITS)

    @property
    def refusal(self) -> str:
        """Why nothing is looked for, as a sentence that says how to go on; empty where something is."""
        if len(self.words) > MOST_WORDS:
            return f"Câu tìm có hơn {MOST_WORDS} từ. Hãy chọn vài từ chính."
        if self.typed and not self.words:
            return "Câu tìm chưa có chữ hay số nào. Hãy gõ một từ, một mã hoặc số văn bản."
        if self.words and self.place is None and len(self.phrase) < 2:
            return "Một chữ cái thì chưa đủ để tìm. Hãy gõ cả từ."
        return ""

    @property
    def is_searchable(self) -> bool:
        return bool(self.words) and not self.refusal


def read_asked(typed: str) -> Asked:
    """What was typed into the box of the search."""
    line = BLANK_DAY.sub("", clean_line(typed))
    words = dict.fromkeys(word for word in words_to_find(line) if any(letter.isalnum() for letter in word))
    return Asked(
        typed=clean_line(typed),
        words=tuple(words),
        codes=tuple(re.findall(r"\w[\w-]*", line))[: MOST_WORDS + 1],
        place=_place(line),
        day=_day(words),
        cited=_named_alone(line) or _named_in(line),
    )


def _place(line: str) -> int | None:
    """The place in a plan that was asked for: «5», «STT 5», «nhiệm vụ số 5»."""
    before, number = _split_at_figure(line)
    found = NUMBER.fullmatch(number)
    return int(found["number"]) if found and not found["year"] and before in BEFORE_A_PLACE else None


def _day(words: Iterable[str]) -> date | None:
    """The day that was asked for: «10/04/2024», «cuộc họp ngày 10/4/2024»."""
    said = [word for word in words if word not in MEETING_WORDS]
    try:
        return read_day(said[0]) if len(said) == 1 and said[0].count("/") == 2 else None
    except ValueError:
        return None


def _named_alone(line: str) -> tuple[CitedNumber, ...]:
    """The document that the whole line names: «112/nq-hdnd», «NQ 112», «nghị quyết số 112/2019»."""
    before, named = _split_at_figure(line)
    if before not in KINDS:
        return ()
    code, said_day = split_citation(named)
    try:
        day = read_day(said_day) if said_day else None
    except ValueError:
        return ()
    if found := NUMBER.fullmatch(code):
        year = int(found["year"]) if found["year"] else None
        return (CitedNumber(int(found["number"]), kind=KINDS[before], year=year, day=day),)
    try:
        read = read_code(code)
    except ValueError:
        return ()
    return (CitedNumber(read.number, fold(str(read)), day=day),) if read.number is not None else ()


def _named_in(line: str) -> tuple[CitedNumber, ...]:
    """The documents that a sentence names, such as one copied from a document."""
    codes = [(citation.code, citation.day) for citation in find_citations(line)]
    return tuple(CitedNumber(code.number, fold(str(code)), day=day) for code, day in codes if code.number is not None)


def _split_at_figure(line: str) -> tuple[str, str]:
    """What stands before the first figure, folded and without «số», and the line from there on."""
    found = re.search(r"[0-9]", line)
    if found is None:
        return fold(line), ""
    before = fold(line[: found.start()]).rstrip(" :.")
    return re.sub(r"(?:^|\s)so$", "", before).rstrip(" :."), line[found.start() :].strip()
