"""The acts that a schedule names, what each of them says of a task, and the drawn parts that come of it."""

from dataclasses import dataclass
from datetime import date

from programme.models import LegalDocument, Revision


@dataclass(frozen=True)
class Act:
    """A revision as the schedule names it; ``place`` is its place among those adopted by the day."""

    revision: Revision
    place: int

    @property
    def document(self) -> LegalDocument | None:
        return self.revision.document

    @property
    def name(self) -> str:
        """«Nghị quyết 27/NQ-HĐND 12/07/2023», or what the revision is called where its document has no number."""
        document = self.document
        if document is None or not document.code:
            return self.revision.title.lower()
        return document.citation

    @property
    def code(self) -> str:
        return (self.document and self.document.code) or self.revision.title.lower()

    @property
    def short(self) -> str:
        """«27/NQ»: the number and the kind, where there is little room."""
        return self.code.partition("-")[0] if "/" in self.code.partition("-")[0] else self.code


@dataclass(frozen=True)
class PlannedDays:
    """What one act says of a task: from when to when. Of a task that was split or merged, what its parents had."""

    # None where it was not read which act that is.
    act: Act | None
    begin: date | None
    due: date | None


def changes_due(before: PlannedDays | None, one: PlannedDays) -> bool:
    return before is None or before.due != one.due


@dataclass(frozen=True)
class Piece:
    """One drawn part of a row, from one day to another: what the chart draws, and the table tells, is made of these.

    ``kind``: was, asked (a due of another act), plan (with its state), open (without a due), due (without a begin),
    real, over, seen (the day on which it was seen to be complete).
    """

    kind: str
    begin: date
    end: date
    act: Act | None = None
