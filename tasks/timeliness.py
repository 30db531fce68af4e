"""Whether what was due is done, and in time: one rule for tasks and for what a meeting assigns."""

from datetime import date
from enum import StrEnum


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
