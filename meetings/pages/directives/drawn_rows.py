"""The rows of the board as its page draws them: words under their own names, so that nothing is looked up in a row."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Model

from meetings.models import Assignment, AssignmentRole, Directive, Meeting
from meetings.pages.directives.figures import Row
from programme.models import Agency
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import shorten

# Of what is to be done, and of how far it is.
CHARACTERS, OF_PROGRESS = 220, 160


def drawn(
    rows: Iterable[Row], kept_day: str, signed: Callable[[Assignment], str] = lambda part: ""
) -> Iterator[dict[str, Any]]:
    """Each row; ``kept_day`` is what links keep of the address («ngay=16/06/2023»).

    ``signed`` tells who wrote it down and who answered, where the page tells that.
    """
    at = {model: _addresses(model, kept_day) for model in (Directive, Meeting, Agency, Assignment)}
    # What a directive says is the same for all of its agencies, which often stand together.
    of_directives: dict[int, dict[str, Any]] = {}
    for row in rows:
        assignment, directive = row.assignment, row.assignment.directive
        if directive.pk not in of_directives:
            addresses = {"at": at[Directive](directive.pk), "meeting_at": at[Meeting](directive.conclusion.meeting_id)}
            of_directives[directive.pk] = addresses | _of_directive(row, directive)
        addresses = {"agency_at": at[Agency](assignment.agency_id), "assignment_at": at[Assignment](assignment.pk)}
        yield of_directives[directive.pk] | addresses | _of_row(row) | {"signed": signed(assignment)}


def _addresses(model: type[Model], kept_day: str) -> Callable[[int], str]:
    """Tells where the page of each record is. They differ by the key alone: the first is looked for, not every one."""
    before, _, after = model(pk=0).get_absolute_url().rpartition("0")  # type: ignore[attr-defined]
    kept = f"?{kept_day}" if kept_day else ""
    return lambda pk: f"{before}{pk}{after}{kept}"


def _of_directive(row: Row, directive: Directive) -> dict[str, Any]:
    return {
        "text": shorten(directive.text, CHARACTERS),
        "place": directive.label,
        "held_on": say_day(directive.conclusion.meeting.held_on),
        "due_said": row.due_said,
    }


def _of_row(row: Row) -> dict[str, Any]:
    said = None if row.is_done else row.progress
    return {
        "said_since": said.since if said else "",
        "said": shorten(said.text, OF_PROGRESS) if said else "",
        "days_silent": row.days_silent,
        "urged_on": say_day(row.urged_on) if row.urged_on else "",
        "agency": row.assignment.agency.name_in_province,
        "role": AssignmentRole(row.assignment.role).label,
        "is_assumed": row.assignment.is_assumed,
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "due": say_day(row.due_on) if row.due_on else "",
        "no_due": "" if row.due_on else "không có" if row.has_no_day else "chưa có ngày",
        "extensions": row.extensions,
        "first_due": say_day(row.first_due_on) if row.first_due_on else "",
        "asked_late": row.asked_late,
        "tone": row.tone,
        "standing": row.label,
        "done_on": say_day(row.done_on) if row.done_on else "",
        "days_late": row.days_late,
        "answer": row.state_label or "Xem trả lời",
    }
