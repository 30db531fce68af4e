"""How a directive stands as a whole, from what each of its agencies did; and all of them as a list of plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from meetings.models import Assignment, AssignmentRole, Directive, Meeting
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import told_mark
from smartcity.lib.pages.known.moment import say_so_far
from tasks.timeliness import TIMELINESS_LABELS, Timeliness, timeliness

# The first that holds for any of the leads holds for the whole: it is done once all are.
GRAVEST_FIRST = (
    Timeliness.OPEN_OVERDUE,
    Timeliness.OPEN_IN_TIME,
    Timeliness.NO_DUE_DATE,
    Timeliness.DONE_LATE,
    Timeliness.DONE_ON_TIME,
)


@dataclass(frozen=True)
class DirectiveStatus:
    timeliness: Timeliness
    # The last day on which any lead would be in time.
    due_on: date | None
    # By the day that was given first, whatever was extended since.
    first_due_on: date | None
    first_timeliness: Timeliness
    is_done: bool = False


def read_directive_status(directive: Directive, assignments: Iterable[Assignment], *, on: date) -> DirectiveStatus:
    """How the directive stands on the day ``on``, by its leads, or by all where the source names no lead.

    ``directive`` has been read ``with_due``, ``assignments`` are its own, read ``on_day``. Runs no query.
    """
    held = list(assignments)
    held = [one for one in held if one.role == AssignmentRole.LEAD] or held
    if not held:
        due_then = directive.due_then  # type: ignore[attr-defined]
        cell = timeliness(due_then, None, on)
        return DirectiveStatus(cell, due_then, due_then, cell)
    cells = {one.timeliness_then for one in held}  # type: ignore[attr-defined]
    first = {timeliness(one.first_due_then, one.done_then, on) for one in held}  # type: ignore[attr-defined]
    days = [one.due_then for one in held if one.due_then]  # type: ignore[attr-defined]
    first_days = [one.first_due_then for one in held if one.first_due_then]  # type: ignore[attr-defined]
    is_done = all(one.done_then for one in held)  # type: ignore[attr-defined]
    due_on, first_due_on = max(days, default=None), max(first_days, default=None)
    return DirectiveStatus(_gravest(cells), due_on, first_due_on, _gravest(first), is_done)


def _gravest(cells: set) -> Timeliness:
    return next(cell for cell in GRAVEST_FIRST if cell in cells)


def read_directives(*, on: date, meeting: Meeting | None = None) -> list[dict]:
    """Every directive given by the day ``on``, in the order of meetings and of their notices. Two queries."""
    parts = Assignment.objects.on_day(on).with_late_requests(on).select_related("agency__province").order_by("pk")
    directives = Directive.objects.given(on).with_due(on).in_order().select_related("conclusion__meeting__province")
    if meeting:
        directives = directives.filter(conclusion__meeting=meeting)
    directives = directives.prefetch_related(Prefetch("assignments", parts))
    mark = told_mark()
    # Of the present, each is told by the keys that programs know; of an earlier moment, with the day and the moment.
    when = {"as_of": on.isoformat()} | mark if mark else {}
    return [_told(directive, list(directive.assignments.all()), on) | when for directive in directives]


def _told(directive: Directive, assignments: list[Assignment], on: date) -> dict:
    whole = read_directive_status(directive, assignments, on=on)
    note = directive.conclusion.meeting.province.simulated_note
    return ({"simulated": note} if note else {}) | {
        "meeting": directive.conclusion.meeting.held_on.isoformat(),
        "conclusion": str(directive.conclusion.number),
        "text": directive.text,
        "lead": _names(assignments, AssignmentRole.LEAD),
        "coordinating": _names(assignments, AssignmentRole.COORDINATING),
        "due_kind": directive.due_kind,
        "due_on": whole.due_on.isoformat() if whole.due_on else None,
        "timeliness": whole.timeliness.value,
        "first_due_on": whole.first_due_on.isoformat() if whole.first_due_on else None,
        "timeliness_by_first_due": whole.first_timeliness.value,
        "asked_late": sum(bool(one.asked_late_then) for one in assignments),  # type: ignore[attr-defined]
        "cadence": directive.due_cadence,
    }


def _names(assignments: list[Assignment], role: AssignmentRole) -> list[str]:
    return [one.agency.name_in_province for one in assignments if one.role == role]


def directives_as_text(told: list[dict], *, on: date) -> str:
    """The same list for a terminal or a message."""
    lines = [_line(one) for one in told] or ["Chưa có ý kiến chỉ đạo nào."]
    return "\n".join([f"Ý kiến chỉ đạo · số liệu đến ngày {say_day(on)}{say_so_far()}", *lines])


def _line(one: dict) -> str:
    held_on = say_day(date.fromisoformat(one["meeting"]))
    who = ", ".join(one["lead"]) or "chưa nêu cơ quan chủ trì"
    helped = f"; phối hợp: {', '.join(one['coordinating'])}" if one["coordinating"] else ""
    due = f", hạn {say_day(date.fromisoformat(one['due_on']))}" if one["due_on"] else ""
    label = TIMELINESS_LABELS[Timeliness(one["timeliness"])]
    text = " ".join(one["text"].split())
    said = f"{held_on}, mục {one['conclusion']}: {text}\n  Chủ trì: {who}{helped}\n  {label}{due}"
    return f"{said}\n  {one['simulated']}" if "simulated" in one else said
