"""In which order a meeting's conclusions and their directives stand; each number once, as in the notice."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F

from meetings.models import Conclusion, Directive
from meetings.operations.recording import changing
from programme.models import User
from smartcity.lib.records.history import move_aside, operation, signed_bulk_update

# Above any number that a row has: where rows wait while they are numbered anew.
ASIDE = 10_000
MOVED = "Đổi thứ tự"


class NothingMoved(ValidationError):
    """It stands there already: a correction would be a version that says the same."""


@operation
def move_conclusion(
    conclusion: Conclusion, *, to: int, by: User, today: date, correction: str = "", reason: str = ""
) -> Conclusion:
    """Give a conclusion the number ``to``, or the last one; those between its old place and the new one close up."""
    with changing(conclusion.meeting, by=by, today=today, correction=correction) as meeting:
        others = list(meeting.conclusions.exclude(pk=conclusion.pk).order_by("number"))
        stored = meeting.conclusions.get(pk=conclusion.pk)
        moved = _numbered(_with(others, stored, to), "number")
        if not moved:
            raise NothingMoved({"to": f"Kết luận này đang đứng ở vị trí {stored.number}. Chọn vị trí khác."})
        _store(moved, ["number"], by=by, reason=correction or reason or MOVED)
        return stored


@operation
def move_directive(
    directive: Directive,
    *,
    conclusion: Conclusion,
    to: int,
    by: User,
    today: date,
    correction: str = "",
    reason: str = "",
) -> Directive:
    """Put a directive at the place ``to``, or at the end, of a conclusion of the same meeting."""
    with changing(directive.conclusion.meeting, by=by, today=today, correction=correction) as meeting:
        stored = Directive.objects.select_related("conclusion").get(pk=directive.pk)
        goal = meeting.conclusions.filter(pk=conclusion.pk).first()
        if goal is None:
            raise ValidationError({"conclusion": "Kết luận này không còn trong cuộc họp. Chọn kết luận khác."})
        left, is_elsewhere = stored.conclusion, stored.conclusion_id != goal.pk
        others = list(goal.directives.exclude(pk=stored.pk).order_by("position"))
        stored.conclusion = goal
        moved = _numbered(_with(others, stored, to), "position")
        if is_elsewhere:
            # It may keep its number in another conclusion.
            moved = [stored, *(one for one in moved if one is not stored)]
            moved += _numbered(list(left.directives.exclude(pk=stored.pk).order_by("position")), "position")
        if not moved:
            raise NothingMoved({"to": f"Ý kiến này đang đứng ở vị trí {stored.position}. Chọn vị trí khác."})
        _store(moved, ["conclusion", "position"], by=by, reason=correction or reason or MOVED)
        return stored


def _with(others: list[Any], one: Any, to: int) -> list[Any]:
    place = min(max(to, 1), len(others) + 1)
    return [*others[: place - 1], one, *others[place - 1 :]]


def _numbered(rows: list[Any], name: str) -> list[Any]:
    """Number the rows from 1 as they stand; gives those whose number changed."""
    changed = []
    for number, row in enumerate(rows, 1):
        if getattr(row, name) != number:
            setattr(row, name, number)
            changed.append(row)
    return changed


def _store(moved: Sequence[Any], fields: list[str], *, by: User, reason: str) -> None:
    # Two rows may not have one number even for a moment, so they step aside first.
    name = fields[-1]
    move_aside(type(moved[0])._default_manager.filter(pk__in=[row.pk for row in moved]), **{name: F(name) + ASIDE})
    signed_bulk_update(moved, fields, by=by, reason=reason)
