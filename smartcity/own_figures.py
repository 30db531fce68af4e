"""How far the programmes of a person are, in one sentence, and what of it their agency answers for."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from programme.models import User
from tasks.expected import OwnReports
from tasks.figures.headline import HeadlinePiece, list_headline, say_freshness
from tasks.figures.row_sets import counted
from tasks.figures.tasks_today import ALL, TasksToday, Wanted
from tasks.timeliness import Timeliness

# Of an agency's own tasks: what is told of them, and what the list of tasks is asked for then.
TOLD = {
    ALL: "Nhiệm vụ đơn vị tôi báo cáo",
    "hoan-thanh": "Hoàn thành",
    "de-nghi-chuyen-tiep": "Đề nghị chuyển tiếp",
    f"han-{Timeliness.OPEN_OVERDUE}": "Quá hạn",
}


@dataclass(frozen=True)
class OwnFigure:
    """A figure over the tasks of the person's agency, with the rows that it counts."""

    label: str
    count: int
    address: str


@dataclass(frozen=True)
class OwnFigures:
    """``list_at`` is the list of tasks, whose figures they are."""

    headline: list[HeadlinePiece]
    freshness: str
    list_at: str
    own: list[OwnFigure]


def read_own_figures(user: User, reports: OwnReports, *, today: date) -> OwnFigures:
    """Of all programmes that the person may read, today. One query, however many there are.

    ``reports`` are what they have to report.
    """
    groups = TasksToday(user, today, None, Wanted(), own=reports.tasks).grouped("is_own")
    counts = counted(one.facets for one in groups)
    told_on = max((one.facets.told_on for one in groups if one.facets.told_on), default=None)
    list_at = reverse("admin:tasks_task_changelist")
    own = [one for one in groups if one.is_own]
    of_own = counted(one.facets for one in own)
    figures = [OwnFigure(label, of_own[key], f"{list_at}?pham-vi=don-vi-toi&loc={key}") for key, label in TOLD.items()]
    silent_at = f"{list_at}?pham-vi=don-vi-toi&bao-cao=chua-bao-cao"
    figures.append(OwnFigure("Chưa báo cáo kỳ này", reports.unanswered, silent_at))
    return OwnFigures(
        headline=list_headline(counts, has_reports=told_on is not None),
        freshness=say_freshness(told_on, today) if counts[ALL] else "",
        list_at=list_at,
        own=figures if own else [],
    )
