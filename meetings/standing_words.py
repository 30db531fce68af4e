"""How an assignment stands, in one set of words and colours for every page that shows it."""

from meetings.models.due import Due
from tasks.timeliness import TIMELINESS_LABELS, Timeliness

TONES = {
    Timeliness.DONE_ON_TIME: "good",
    Timeliness.DONE_LATE: "good",
    Timeliness.OPEN_IN_TIME: "run",
    Timeliness.OPEN_OVERDUE: "late",
    Timeliness.NO_DUE_DATE: "idle",
}


def say_standing(cell: Timeliness, due: Due, *, is_done: bool) -> str:
    """«Chưa hoàn thành, quá hạn»; of what has no due day also whether it is done, and whether a day may yet come."""
    if cell != Timeliness.NO_DUE_DATE:
        return TIMELINESS_LABELS[cell]
    if is_done:
        return "Hoàn thành, không có hạn"
    return f"Chưa hoàn thành, {'không' if due.is_open_ended else 'chưa'} có hạn"


def tone_of(cell: Timeliness, *, is_done: bool) -> str:
    return "good" if is_done else TONES[cell]
