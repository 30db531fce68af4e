"""Whether what was due is done, and in time: one rule for tasks and for what a meeting assigns."""

from datetime import date
from enum import StrEnum

from django.db.models import Case, CharField, F, Q, Value, When


class Timeliness(StrEnum):
    """Done or not, against the due date: the state's four cells, and two that keep them honest."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    DONE_DATE_UNKNOWN = "done_date_unknown"
    OPEN_IN_TIME = "open_in_time"
    OPEN_OVERDUE = "open_overdue"
    NO_DUE_DATE = "no_due_date"


TIMELINESS_LABELS = {
    Timeliness.DONE_ON_TIME: "Hoàn thành đúng hạn",
    Timeliness.DONE_LATE: "Hoàn thành quá hạn",
    Timeliness.DONE_DATE_UNKNOWN: "Hoàn thành, không rõ ngày",
    Timeliness.OPEN_IN_TIME: "Chưa hoàn thành, trong hạn",
    Timeliness.OPEN_OVERDUE: "Chưa hoàn thành, quá hạn",
    Timeliness.NO_DUE_DATE: "Không có hạn",
}


def timeliness(due_on: date | None, done_on: date | None, today: date, *, done_without_day: bool = False) -> Timeliness:
    """The cell on the day ``today``; what was done later was still open then.

    ``done_without_day``: a source says that it is done, and nobody knows since when.
    """
    if done_without_day:
        return Timeliness.DONE_DATE_UNKNOWN
    if due_on is None:
        return Timeliness.NO_DUE_DATE
    # The due day itself is in time.
    if done_on and done_on <= today:
        return Timeliness.DONE_ON_TIME if done_on <= due_on else Timeliness.DONE_LATE
    return Timeliness.OPEN_IN_TIME if today <= due_on else Timeliness.OPEN_OVERDUE


def timeliness_case(due: str, done: str, today: date) -> Case:
    """The same cell as an expression, of rows that name both days so; what was done later has no ``done`` yet."""
    is_done, is_open = Q(**{f"{done}__isnull": False}), Q(**{f"{done}__isnull": True})
    return Case(
        When(**{f"{due}__isnull": True}, then=Value(Timeliness.NO_DUE_DATE.value)),
        When(is_done & Q(**{f"{done}__lte": F(due)}), then=Value(Timeliness.DONE_ON_TIME.value)),
        When(is_done, then=Value(Timeliness.DONE_LATE.value)),
        When(is_open & Q(**{f"{due}__gte": today}), then=Value(Timeliness.OPEN_IN_TIME.value)),
        default=Value(Timeliness.OPEN_OVERDUE.value),
        output_field=CharField(),
    )
