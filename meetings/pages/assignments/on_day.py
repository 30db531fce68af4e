"""How an assignment stands on a day, in words and colours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from meetings.expected import ExpectedReport, expected_reports
from meetings.models import Assignment, AssignmentState
from meetings.pages.assignments.thread import read_threads, state_on
from meetings.standing_words import say_standing, tone_of
from programme.agency_successors import Successors, describe_successors
from smartcity.lib.pages.thread import ThreadEntry
from tasks.timeliness import Timeliness

STATE_TONES = {
    AssignmentState.OPEN: "idle",
    AssignmentState.ANSWERED: "wait",
    AssignmentState.RETURNED: "late",
    AssignmentState.CONFIRMED: "good",
}


@dataclass(frozen=True)
class AssignmentOnDay:
    """One assignment as it was on the day ``as_of``, which ``AssignmentQuerySet.on_day`` has looked at."""

    assignment: Assignment
    as_of: date
    state: AssignmentState
    entries: list[ThreadEntry]
    reports: list[ExpectedReport]
    # What became of the agency; empty while it works.
    beside: str

    @property
    def state_tone(self) -> str:
        return STATE_TONES[self.state]

    @property
    def timeliness(self) -> Timeliness:
        return Timeliness(self.assignment.timeliness_then)  # type: ignore[attr-defined]

    @property
    def timeliness_label(self) -> str:
        return say_standing(self.timeliness, self.assignment.directive.due, is_done=self.is_done)

    @property
    def timeliness_tone(self) -> str:
        return tone_of(self.timeliness, is_done=self.is_done)

    @property
    def is_done(self) -> bool:
        return self.assignment.done_then is not None  # type: ignore[attr-defined]

    @property
    def days_late(self) -> int:
        """Days past the due day, of what is not done; else 0."""
        due_on = self.assignment.due_then  # type: ignore[attr-defined]
        return (self.as_of - due_on).days if self.timeliness == Timeliness.OPEN_OVERDUE else 0

    @property
    def extensions(self) -> int:
        """How often more time was granted by then."""
        return self.assignment.extensions_then  # type: ignore[attr-defined]

    @property
    def reported(self) -> int:
        return sum(not one.is_missing for one in self.reports)

    @property
    def missed(self) -> int:
        """Windows that have ended without a report."""
        return sum(one.is_missing and one.days_late(self.as_of) > 0 for one in self.reports)


def assignments_on_day(assignments: Iterable[Assignment], *, as_of: date, today: date) -> list[AssignmentOnDay]:
    """Each with what was said until that day; a fixed number of queries, and one for each generation of successors."""
    found = list(assignments)
    threads = read_threads(found)
    expected = expected_reports(found, on=as_of)
    successors = Successors([one.agency for one in found], today=today)
    return [
        AssignmentOnDay(
            assignment=one,
            as_of=as_of,
            state=state_on(one, threads[one.pk], as_of, today=today),
            entries=[entry for entry in threads[one.pk] if entry.on <= as_of],
            reports=expected.get(one.pk, []),
            beside=describe_successors(one.agency, successors, today=today),
        )
        for one in found
    ]
