"""A meeting as the earlier day that a page is compared with: «?so-voi=cuoc-hop-12», or the last one before the day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.db.models import Q

from meetings.models import Meeting, order_of_meetings
from programme.models import User
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.compared_day import ComparedDay, before, read_compared_day

LAST = "cuoc-hop-truoc"
CHOSEN = re.compile(r"cuoc-hop-([1-9][0-9]{0,8})")
NO_SUCH = "Không có cuộc họp này. Chọn một cuộc họp trong danh sách, hoặc nhập một ngày."
NONE_BEFORE = "Trước ngày {} chưa có cuộc họp nào. Nhập một ngày để so."
# So many are offered; an older one is found by its day.
OFFERED = 8


@dataclass(frozen=True)
class ComparedMeeting(ComparedDay):
    """The day asked for, and the meetings before the day of the figures that may be chosen instead, the newest first.

    Each has its ``choice``, by which the address asks for it.
    """

    meetings: list[Any] = field(default_factory=list)

    takes_meetings: ClassVar[bool] = True


def read_compared(typed: str, as_of: date, user: User, *, provinces: Iterable[int] | None = None) -> ComparedMeeting:
    """What the address asks for; where it asks for nothing, nothing is read, else one query.

    ``provinces`` are those whose meetings are offered and looked for, of all that the person may see.
    """
    asked = typed.strip()
    if not asked:
        return ComparedMeeting()
    chosen = CHOSEN.fullmatch(asked)
    found = _meetings(as_of, user, provinces, int(chosen[1]) if chosen else None)
    offered = [meeting for meeting in found if meeting.held_on < as_of][:OFFERED]
    for meeting in offered:
        meeting.choice = f"cuoc-hop-{meeting.pk}"
    if chosen:
        compared = _with_meeting(next((one for one in found if one.pk == int(chosen[1])), None), as_of, asked)
    elif asked == LAST:
        none = ComparedDay(note=NONE_BEFORE.format(say_day(as_of)))
        compared = _with_meeting(offered[0], as_of, asked) if offered else none
    else:
        compared = read_compared_day(typed, as_of)
    return ComparedMeeting(**vars(compared), meetings=offered)


def _meetings(as_of: date, user: User, provinces: Iterable[int] | None, chosen: int | None) -> list[Any]:
    visible = Meeting.objects.visible_to(user)
    if provinces is not None:
        visible = visible.filter(province__in=provinces)
    offered = visible.filter(held_on__lt=as_of).order_by(*order_of_meetings(newest_first=True))[:OFFERED]
    found = visible.filter(Q(pk__in=offered.values("pk")) | Q(pk=chosen))
    return list(found.order_by(*order_of_meetings(newest_first=True)))


def _with_meeting(meeting: Meeting | None, as_of: date, typed: str) -> ComparedDay:
    if meeting is None:
        return ComparedDay(typed, refusal=NO_SUCH)
    return before(meeting.held_on, as_of, typed=typed, called=f"cuộc họp ngày {say_day(meeting.held_on)}")
