"""The five meanings that a colour can have on a page."""

from django.db.models import Q

from tasks.models import Status
from tasks.timeliness import Timeliness

# In the order in which they are read.
TONE_LABELS = {
    "good": "Hoàn thành",
    "wait": "Đề nghị chuyển tiếp, chờ thông qua",
    "late": "Quá hạn",
    "run": "Đang triển khai, chưa quá hạn",
    "idle": "Chưa triển khai, tạm dừng hoặc chưa có báo cáo",
}
RUNNING = [Status.IN_PROGRESS, Status.PREPARING]


def tone_of(status: str, timeliness: str, *, is_proposed: bool) -> str:
    """Which meaning a task has; the first that fits."""
    if status == Status.COMPLETE:
        return "good"
    if is_proposed:
        return "wait"
    if timeliness == Timeliness.OPEN_OVERDUE:
        return "late"
    return "run" if status in RUNNING else "idle"


def tone_is(tone: str) -> Q:
    """The same as a condition on the tasks ``on`` a day."""
    conditions = {
        "good": Q(status=Status.COMPLETE),
        "wait": Q(is_proposed=True),
        "late": Q(timeliness=Timeliness.OPEN_OVERDUE.value),
        "run": Q(status__in=RUNNING),
    }
    earlier = list(conditions).index(tone) if tone in conditions else len(conditions)
    fits = conditions.get(tone, Q())
    for condition in list(conditions.values())[:earlier]:
        fits &= ~condition
    return fits
