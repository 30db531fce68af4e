"""What may happen to the due day of an assignment: more time is asked for, granted or refused."""

from datetime import date

from django.core.exceptions import ValidationError

from meetings.models import Assignment, AssignmentState, Extension, ExtensionState
from meetings.models.due import DueKind
from meetings.operations.answering import (
    AlreadyConfirmed,
    AnswerWaits,
    lock_for_agency,
    lock_for_office,
    refuse_without_reason,
)
from meetings.operations.extended_days import keep_extended_days
from programme.models import User
from programme.rights import DECIDE
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_recorded


class NothingToExtend(ValidationError):
    """There is no due day, or none yet, that could be moved."""


class ExtensionWaits(Overtaken):
    """One request at a time."""


class NotALaterDay(ValidationError):
    """More time means a later day than the one that holds."""


class OwnRequest(ValidationError):
    """Nobody decides on what they asked for."""


class ExtensionDecided(Overtaken):
    """Somebody decided before this request got here."""


@operation
def request_extension(assignment: Assignment, *, asked_due_on: date, reason: str, by: User, today: date) -> Extension:
    """Ask for more time than the due that holds today.

    Where no day holds there is nothing to move: a cadence has none, and what waits for a document or an adoption gets
    its day when that comes (``NothingToExtend``).
    """
    assignment = lock_for_agency(assignment, by=by, today=today)
    if assignment.state == AssignmentState.ANSWERED:
        raise AnswerWaits(
            "Cơ quan đã báo cáo hoàn thành, đang chờ xác nhận, nên chưa cần gia hạn. "
            + say_recorded(assignment.history)
        )
    waiting = assignment.extensions.waiting().select_related("requested_by").first()
    if waiting:
        raise ExtensionWaits(
            f"{waiting.requested_by} đã xin gia hạn đến {say_day(waiting.asked_due_on)}, đang chờ quyết định."
        )
    due_on = current_due(assignment, today)
    if due_on is None:
        raise NothingToExtend(why_nothing_to_extend(assignment))
    _refuse_unless_later(asked_due_on, due_on, "asked_due_on")
    if asked_due_on < today:
        raise NotALaterDay({"asked_due_on": f"Ngày {say_day(asked_due_on)} đã qua. Chọn hôm nay hoặc ngày sau."})
    refuse_without_reason(reason, "Ghi lý do xin gia hạn.")
    extension = Extension(
        assignment=assignment, asked_due_on=asked_due_on, reason=reason, requested_by=by, requested_on=today
    )
    return signed_save(extension, by=by, reason=reason)


@operation
def decide_extension(
    extension: Extension, *, grant: bool, granted_due_on: date | None = None, note: str = "", by: User, today: date
) -> Extension:
    """Grant the day asked for, or ``granted_due_on`` instead; or refuse, and say why in ``note``.

    The first due stays with the directive; the granted day holds from today on.
    """
    assignment = lock_for_office(extension.assignment, DECIDE, "meetings.extension", by=by, today=today)
    extension = Extension.objects.select_related("requested_by", "decided_by").get(pk=extension.pk)
    if extension.decided_by and extension.decided_on:
        done = "gia hạn" if extension.state == ExtensionState.GRANTED else "không gia hạn"
        raise ExtensionDecided(
            f"{extension.decided_by} đã quyết định {done} đề nghị này ngày {say_day(extension.decided_on)}."
        )
    if extension.requested_by == by:
        raise OwnRequest("Bạn là người xin gia hạn nên một người khác của Văn phòng quyết định.")
    if grant:
        if assignment.is_confirmed:
            raise AlreadyConfirmed(
                "Việc này đã được xác nhận hoàn thành nên không gia hạn nữa. " + say_recorded(assignment.history)
            )
        extension.granted_due_on = granted_due_on or extension.asked_due_on
        _refuse_unless_later(extension.granted_due_on, current_due(assignment, today), "granted_due_on")
    elif granted_due_on:
        raise ValidationError({"granted_due_on": "Không gia hạn thì để trống ô này."})
    elif not note.strip():
        raise ValidationError({"note": "Ghi lý do không gia hạn."})
    extension.state = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
    extension.decided_by, extension.decided_on, extension.note = by, today, note
    signed_save(extension, by=by, reason=note or ExtensionState(extension.state).label)
    if grant:
        keep_extended_days([assignment.pk])
    return extension


def current_due(assignment: Assignment, on: date) -> date | None:
    """The due day that holds on the day ``on``: of the last extension granted, else of the directive."""
    return Assignment.objects.on_day(on).values_list("due_then", flat=True).get(pk=assignment.pk)


def why_nothing_to_extend(assignment: Assignment) -> str:
    """What to tell of an assignment without a due day."""
    if assignment.directive.due_kind in (DueKind.NONE, DueKind.CADENCE):
        return "Việc này không có ngày đến hạn nên không có gì để gia hạn."
    return f"Hạn của việc này là «{assignment.directive.due.say()}», chưa có ngày cụ thể nên chưa gia hạn được."


def _refuse_unless_later(day: date, due_on: date | None, field: str) -> None:
    if due_on and day <= due_on:
        raise NotALaterDay({field: f"Hạn hiện nay là {say_day(due_on)}. Chọn ngày sau hạn đó."})
