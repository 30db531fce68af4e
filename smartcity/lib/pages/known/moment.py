"""The moment up to which things were known, as readers write it."""

import re
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone, localdate, now

from smartcity.lib.language.dates import read_day, say_moment
from smartcity.lib.language.hours import read_hour
from smartcity.lib.language.text import plain_line
from smartcity.lib.log.going_out import seal_what_goes_out
from smartcity.lib.log.known.marks import Mark, mark_at, mark_of
from smartcity.lib.log.models import Seal

PARAMETER = "biet-den"
EXAMPLE = "Ghi như 16/06/2023, hoặc 14:30 16/06/2023."
BLOCK = re.compile(r"(?:khoi|khối)[- ]?([0-9]{1,9})\Z")
# With seconds where somebody knows them; before the day or behind it.
HOUR = r"(?:lúc )?(?P<hour>[0-9]{1,2}(?::[0-9]{1,2}| ?(?:h|g|giờ)(?: ?[0-9]{1,2})?))(?::(?P<second>[0-5][0-9]))?"
HOUR_FIRST = re.compile(rf"{HOUR},? (?:ngày )?(?P<day>.+)\Z")
HOUR_LAST = re.compile(rf"(?P<day>.+?),? {HOUR}\Z")


def read_known(text: str) -> Mark:
    """The mark of what was known by the moment that ``text`` tells: a day to its end, an hour, or a sealed block.

    Raises ``ValueError`` with a Vietnamese sentence. Before the first block nothing was known.
    """
    typed = plain_line(text)
    if block := BLOCK.match(typed.casefold()):
        try:
            return mark_of(int(block[1]))
        except Seal.DoesNotExist:
            raise ValueError(f"Không có khối niêm phong số {int(block[1])}.") from None
    moment = _read_moment(typed)
    if moment > now():
        if moment.date() != localdate():
            raise ValueError(f"{say_moment(moment)} chưa đến: chưa ai biết gì của lúc ấy. Chọn một lúc đã qua.")
        # What was written until now is known now.
        seal_what_goes_out()
        moment = now()
    return mark_at(moment)


def _read_moment(typed: str) -> datetime:
    found = HOUR_FIRST.match(typed) or HOUR_LAST.match(typed)
    try:
        if found is None:
            return _at(read_day(typed), time(0)) + timedelta(days=1) - timedelta.resolution
        hour = read_hour(found["hour"]).replace(second=int(found["second"] or 59))
        return _at(read_day(found["day"]), hour) + timedelta(seconds=1) - timedelta.resolution
    except ValueError as reason:
        raise ValueError(f"{reason} {EXAMPLE}") from None


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, get_current_timezone())


def say_known(mark: Mark) -> str:
    """«14:30 ngày 16/06/2023»."""
    return say_moment(mark.asked)


def say_block(mark: Mark) -> str:
    if not mark.block:
        return "Trước khối niêm phong đầu tiên: hệ thống chưa ghi gì."
    sealed = Seal.objects.filter(number=mark.block).values_list("at", flat=True).first()
    when = f", lập lúc {say_moment(sealed)}" if sealed else ""
    return f"Khối niêm phong số {mark.block}{when}; {mark.size} dòng lịch sử."
