"""Which periodic reports a meeting expects of whom, and which of them came in.

A directive with a cadence expects one for each window from the meeting's day, of each agency that leads, until it is
done or withdrawn. The window in which that happens is no longer expected: what closes the matter says how it stands.
A cadence that the source has only in words expects nothing by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from meetings.models import Answer, AnswerKind, Assignment, AssignmentRole
from smartcity.lib.language.reporting_periods import Window, windows

# What ``expected_reports`` reads of each assignment; to be loaded with ``select_related``.
READS = "directive__conclusion__meeting"


@dataclass(frozen=True)
class ExpectedReport:
    """The report of one window, due on its last day; ``answer`` is None while nobody has sent it."""

    assignment: Assignment
    window: Window
    answer: Answer | None

    @property
    def is_missing(self) -> bool:
        return self.answer is None

    def days_late(self, today: date) -> int:
        """Days past the window's end; negative while it runs."""
        return (today - self.window.last_day).days


def expected_reports(assignments: Iterable[Assignment], *, on: date) -> dict[int, list[ExpectedReport]]:
    """By assignment, what was expected by the day ``on`` as that day knew it, oldest first; the running window too.

    One query for all of them, and none where nothing is expected.
    """
    asked = {one.pk: (one, expected) for one in assignments if (expected := _windows(one, on))}
    if not asked:
        return {}
    found = Answer.objects.filter(assignment__in=asked, kind=AnswerKind.PERIODIC, sent_on__lte=on)
    answers = {(answer.assignment_id, answer.period_last_day): answer for answer in found}
    return {
        key: [ExpectedReport(one, window, answers.get((key, window.last_day))) for window in expected]
        for key, (one, expected) in asked.items()
    }


def missing_reports(assignments: Iterable[Assignment], *, on: date) -> dict[int, list[ExpectedReport]]:
    """Of ``expected_reports`` those that nobody has sent; assignments without any are left out."""
    expected = expected_reports(assignments, on=on)
    missing = {key: [one for one in reports if one.is_missing] for key, reports in expected.items()}
    return {key: reports for key, reports in missing.items() if reports}


def _windows(assignment: Assignment, on: date) -> list[Window]:
    directive = assignment.directive
    meeting = directive.conclusion.meeting
    if assignment.role != AssignmentRole.LEAD or not directive.due_cadence:
        return []
    if not meeting.is_concluded or meeting.held_on > on:
        return []
    ends = [day for day in (assignment.done_on, directive.withdrawn_on) if day and day <= on]
    until = min(ends, default=None)
    asked = windows(directive.due_cadence, meeting.held_on, until or on)
    return [window for window in asked if until is None or window.last_day < until]
