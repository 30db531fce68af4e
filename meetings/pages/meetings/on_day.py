"""One meeting as its page shows it on a day: what its notice says, and what became of each directive."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from meetings.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    Attendance,
    AttendanceRole,
    Conclusion,
    Directive,
    Meeting,
    MeetingState,
)
from meetings.models.due import COMES_TRUE, DATED_LATER, Due
from meetings.notice import Notice, compose_notice
from meetings.progress_said import ProgressSaid, progress_said
from meetings.standing_words import say_standing, tone_of
from smartcity.lib.language.dates import say_day
from tasks.timeliness import Timeliness

MEETING_TONES = {MeetingState.PLANNED: "idle", MeetingState.HELD: "wait", MeetingState.CONCLUDED: "good"}
# What the office and the agency have said to each other tells more than the day does, while it is today.
SAID_LAST = {
    AssignmentState.ANSWERED: ("wait", "Đã trả lời, chờ xác nhận"),
    AssignmentState.RETURNED: ("late", "Bị trả lại"),
}


@dataclass(frozen=True)
class DirectedAgency:
    """One agency's part; ``assignment`` comes from ``on_day``."""

    # What ``on_day`` adds is known to no type.
    assignment: Any
    on: date
    is_today: bool
    due: Due

    @property
    def _said_last(self) -> tuple[str, str] | None:
        return SAID_LAST.get(AssignmentState(self.assignment.state)) if self.is_today else None

    @property
    def tone(self) -> str:
        return self._said_last[0] if self._said_last else self._tone

    @property
    def _tone(self) -> str:
        one = self.assignment
        return tone_of(Timeliness(one.timeliness_then), is_done=one.done_then is not None)

    @property
    def label(self) -> str:
        one = self.assignment
        if self._said_last:
            late = Timeliness(one.timeliness_then) == Timeliness.OPEN_OVERDUE
            return f"{self._said_last[1]}, quá hạn" if late else self._said_last[1]
        return say_standing(Timeliness(one.timeliness_then), self.due, is_done=one.done_then is not None)

    @property
    def progress(self) -> ProgressSaid | None:
        """What was said of what is not done."""
        return None if self.assignment.done_then else progress_said(self.assignment, self.on)

    @property
    def extended_to(self) -> date | None:
        """The day that an extension gives in place of the directive's own."""
        return self.assignment.due_then if self.assignment.extensions_then else None

    @property
    def is_lead(self) -> bool:
        return self.assignment.role == AssignmentRole.LEAD


@dataclass(frozen=True)
class DirectiveOnDay:
    """``directive`` comes from ``with_due``."""

    directive: Any
    on: date
    assignments: list[DirectedAgency]
    is_given: bool

    @property
    def due_then(self) -> date | None:
        return self.directive.due_then

    @property
    def due(self) -> Due:
        return self.directive.due

    @property
    def day_told(self) -> str:
        """The day that the due gives by now, where its words do not name it themselves."""
        if self.due_then is None:
            return "chưa có ngày" if self.due.kind in COMES_TRUE else ""
        return "" if say_day(self.due_then) in self.due.say() else f"hạn là ngày {say_day(self.due_then)}"

    @property
    def is_dated_later(self) -> bool:
        return self.due.kind in DATED_LATER

    @property
    def is_withdrawn(self) -> bool:
        withdrawn_on = self.directive.withdrawn_on
        return withdrawn_on is not None and withdrawn_on <= self.on


@dataclass(frozen=True)
class Point:
    """One numbered conclusion with what it directs."""

    conclusion: Conclusion
    directives: list[DirectiveOnDay]


@dataclass(frozen=True)
class MeetingOnDay:
    meeting: Meeting
    notice: Notice
    points: list[Point]
    attendances: list[tuple[str, list[Attendance]]]
    state: MeetingState

    @property
    def tone(self) -> str:
        return MEETING_TONES[self.state]

    @property
    def directives(self) -> list[DirectiveOnDay]:
        return [one for point in self.points for one in point.directives]

    @property
    def texts(self) -> list[str]:
        """Where documents are cited."""
        own = [self.meeting.title, self.meeting.heard, *(text for text in self._said())]
        return own + [words for one in self.directives for words in (one.directive.text, one.directive.due_words)]

    def _said(self) -> list[str]:
        return [text for one in self.points for text in (one.conclusion.heading, one.conclusion.text)]


def read_meeting(meeting: Meeting, *, on: date, today: date) -> MeetingOnDay:
    """The meeting on the day ``on``. A constant number of queries, however much it directed."""
    notice = compose_notice(meeting)
    of_meeting = Q(conclusion__meeting=meeting)
    awaited = ("conclusion__meeting", "due_revision__programme", "due_document")
    loaded = Directive.objects.filter(of_meeting).with_due(on).select_related(*awaited).in_bulk()
    given = set(Directive.objects.filter(of_meeting).given(on).values_list("pk", flat=True))
    parts: dict[int, list[DirectedAgency]] = defaultdict(list)
    assignments = Assignment.objects.filter(directive__conclusion__meeting=meeting).on_day(on).with_progress(on)
    for one in assignments.select_related("agency").order_by("pk"):
        due = loaded[one.directive_id].due
        parts[one.directive_id].append(DirectedAgency(one, on, is_today=on == today, due=due))
    points = [
        Point(
            conclusion,
            [
                DirectiveOnDay(
                    loaded[directive.pk],
                    on,
                    sorted(parts[directive.pk], key=lambda part: not part.is_lead),
                    directive.pk in given,
                )
                for directive in conclusion.directives.all()
            ],
        )
        for conclusion in notice.points
    ]
    return MeetingOnDay(meeting, notice, points, _by_role(meeting), meeting.state_on(today))


def _by_role(meeting: Meeting) -> list[tuple[str, list[Attendance]]]:
    found: dict[str, list[Attendance]] = defaultdict(list)
    for one in meeting.attendances.select_related("agency").order_by("position"):
        found[one.role].append(one)
    return [(str(role.label), found[role]) for role in AttendanceRole if role in found]
