"""Citations of documents in running text: found as offices write them, linked once the document is known.

A text is kept as it was written; which document it means is looked up each time that it is read. So a citation
becomes a link as soon as the document is entered, and stays plain text where it could mean another one.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from programme.models import LegalDocument
from smartcity.lib.language.dates import read_day
from smartcity.lib.language.document_code import DocumentCode, read_code

# Every repetition is bounded: a pasted page must not keep the finder busy.
LETTERS = "A-ZĐÐƯƠÔÊÂĂ"
PART = rf"[{LETTERS}][{LETTERS}a-z]{{0,14}}[0-9]{{0,2}}(?:&[{LETTERS}]{{1,8}})?"
# A blank on one side of a hyphen is damage («17/NQ- CP»); on both sides it is a dash between two phrases.
HYPHEN = r"(?:-\s|\s-|-)(?!\s)"
SLASH = r"\s?/\s?"
STATE = rf"[0-9]{{1,6}}{SLASH}(?:[0-9]{{4}}{SLASH})?{PART}(?:{HYPHEN}{PART}){{0,4}}"
PARTY = rf"[0-9]{{1,6}}{HYPHEN}{PART}{SLASH}{PART}"
KINDS = (
    "Luật|Nghị quyết|Nghi quyết|Nghị định|Quyết định|Chỉ thị|Kế hoạch|Thông báo|Báo cáo|Tờ trình|Thông tư|Công văn"
    "|Văn bản"
)
CITATION = re.compile(
    rf"(?:(?:{KINDS}|{KINDS.lower()})\s{{1,3}})?(?:[Ss]ố\s{{0,2}}:?\s{{0,2}})?"
    # Not the middle of an address, a date or a longer number.
    rf"(?<![\w/.-])(?<![0-9],)(?P<code>{STATE}|{PARTY})(?![\w/&])(?!-\w)"
)
DAY = re.compile(
    r"\s{0,2}[,(]?\s{0,2}ngày\s{1,3}(?P<day>[0-9]{1,2})"
    r"(?:\s?[/.-]\s?(?P<month>[0-9]{1,2})\s?[/.-]\s?(?P<year>[0-9]{4})"
    r"|\s{1,3}tháng\s{1,3}(?P<month_said>[0-9]{1,2})\s{1,3}năm\s{1,3}(?P<year_said>[0-9]{4}))(?![0-9])"
)
# A day that is there and cannot be read: left blank, without its year, or with a slip.
SOME_DAY = re.compile(r"\s{0,2}[,(]?\s{0,2}ngày\s{1,3}(?:[0-9.…_]|tháng\b)")
# What stands between two documents that share the day after the last: «3826/QĐ-UBND và 3827/QĐ-UBND ngày …».
BETWEEN = re.compile(r"\s{0,2}(?:,|;|và|,\s{0,2}và)\s{0,2}")


@dataclass(frozen=True)
class Citation:
    """Where a text names a document, and by what. ``day`` is None when the text gives none."""

    start: int
    end: int
    code: DocumentCode
    day: date | None = None


def find_citations(text: str) -> list[Citation]:
    """The citations of numbered documents in ``text``, in order; in time that grows with its length alone.

    One whose day cannot be read is left out: which year's document it means would be a guess.
    """
    # Most texts cite nothing, and every code has a slash.
    if "/" not in text:
        return []
    # Of the same length, so that places in the one are places in the other.
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    found: list[Citation] = []
    for match in CITATION.finditer(text):
        try:
            citation = Citation(match.start(), match.end(), read_code(match["code"]))
            found.append(_with_its_day(citation, text))
        except ValueError:
            continue
    return _with_shared_days(found, text)


def _with_its_day(citation: Citation, text: str) -> Citation:
    match = DAY.match(text, citation.end)
    if match:
        month, year = match["month"] or match["month_said"], match["year"] or match["year_said"]
        return replace(citation, end=match.end(), day=read_day(f"{match['day']}/{month}/{year}"))
    if SOME_DAY.match(text, citation.end):
        raise ValueError(text[citation.start : citation.end])
    return citation


def _with_shared_days(citations: list[Citation], text: str) -> list[Citation]:
    """Give each citation of a row the day that stands once, after the last: of documents of one symbol only."""
    dated: list[Citation] = []
    for citation in reversed(citations):
        after = dated[-1] if dated else None
        shares = (
            after is not None
            and citation.day is None
            and citation.code.symbol == after.code.symbol
            and BETWEEN.fullmatch(text, citation.end, after.start)
        )
        dated.append(replace(citation, day=after.day) if after and shares else citation)
    return dated[::-1]


@dataclass(frozen=True)
class CitedPiece:
    """A piece of a text; ``document`` is what it cites, if it is a citation of a known document."""

    text: str
    document: LegalDocument | None = None


class CitedDocuments:
    """The documents that the texts of one page cite, among those that ``documents`` gives.

    One query, however many texts; where nothing is cited none, and ``documents`` is not asked.
    """

    def __init__(self, texts: Iterable[str], documents: Callable[[], QuerySet[LegalDocument]]):
        # The page draws the texts that it asked about.
        self._found = {text: find_citations(text) for text in set(texts)}
        codes = {citation.code for citations in self._found.values() for citation in citations}
        self._known: dict[DocumentCode, list[LegalDocument]] = defaultdict(list)
        if codes:
            numbers, symbols = {code.number for code in codes}, {code.symbol for code in codes}
            for document in documents().filter(number__in=numbers, symbol__in=symbols):
                self._known[DocumentCode(document.number, document.symbol)].append(document)

    def meant_by(self, citation: Citation) -> LegalDocument | None:
        """The one document that the citation can mean; None when there is none, or more than one."""
        known = self._known.get(citation.code, [])
        of_the_day = [document for document in known if citation.day in {None, document.signed_on}]
        return of_the_day[0] if len(of_the_day) == 1 else None

    def parts(self, text: str) -> list[CitedPiece]:
        """The text in pieces, those that cite a known document with it; joined again they are the text."""
        parts: list[CitedPiece] = []
        done = 0
        found = self._found.get(text)
        for citation in find_citations(text) if found is None else found:
            document = self.meant_by(citation)
            if document:
                parts += [
                    CitedPiece(text[done : citation.start]),
                    CitedPiece(text[citation.start : citation.end], document),
                ]
                done = citation.end
        return [part for part in [*parts, CitedPiece(text[done:])] if part.text]
