"""The moment up to which things were known, as readers write it."""

import re
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.utils.timezone import get_current_timezone, localdate, localtime, now

from smartcity.lib.language.dates import FIRST_YEAR, LAST_YEAR, read_day, say_moment
from smartcity.lib.language.hours import read_hour
from smartcity.lib.language.text import plain_line
from smartcity.lib.log.going_out import seal_what_goes_out
from smartcity.lib.log.known.marks import Mark, current, mark_at, mark_of
from smartcity.lib.log.models import Seal

PARAMETER = "biet-den"
EXAMPLE = "Ghi như 16/06/2023, hoặc 14:30 16/06/2023."
BLOCK = re.compile(r"(?:khoi|khối)[- ]?([0-9]{1,9})\Z")
# With seconds where somebody knows them; before the day or behind it.
HOUR = r"(?:lúc )?(?P<hour>[0-9]{1,2}(?::[0-9]{1,2}| ?(?:h|g|giờ)(?: ?[0-9]{1,2})?))(?::(?P<second>[0-5][0-9]))?"
HOUR_FIRST = re.compile(rf"{HOUR},? (?:ngày )?(?P<day>.+)\Z")
HOUR_LAST = re.compile(rf"(?P<day>.+?),? {HOUR}\Z")
# As machines write it; the sign of an offset that stands bare in an address arrives as a space.
MACHINE = re.compile(
    r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2})?(?P<fraction>\.[0-9]{1,6})?)"
    r"(?P<offset>Z|[-+ ][0-9]{2}:?[0-9]{2})?\Z",
    re.IGNORECASE,
)


def typed_moment(asked: QueryDict, *names: str) -> str:
    """What is asked for by any of these names; nothing where none is. Of two moments none is chosen: ``ValueError``."""
    given = [typed.strip() for name in names for typed in asked.getlist(name)]
    if len(given) > 1:
        raise ValueError("Địa chỉ ghi «biết đến» nhiều lần, mà chỉ xem được theo một thời điểm. Chỉ giữ lại một.")
    return "".join(given)


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
        if localtime(moment).date() != localdate():
            raise ValueError(f"{say_moment(moment)} chưa đến: chưa ai biết gì của lúc ấy. Chọn một lúc đã qua.")
        # What was written until now is known now.
        seal_what_goes_out()
        moment = now()
    return mark_at(moment)


def read_earlier(text: str) -> Mark:
    """A moment to compare with the one at which all is read now, and not after it: nothing later is known there.

    Raises ``ValueError`` with a Vietnamese sentence.
    """
    known, typed = current.get(), plain_line(text)
    if known is not None:
        block = BLOCK.match(typed.casefold())
        is_later = int(block[1]) > known.block if block else _read_moment(typed) > known.asked
        if is_later:
            newest = f"khối niêm phong mới nhất là số {known.block}" if known.block else "chưa có khối niêm phong nào"
            raise ValueError(
                f"Trang đang xem theo những gì biết đến {say_known(known)}, khi {newest}: «{typed}» sau lúc ấy. "
                "Ghi một lúc trước lúc ấy, hoặc về hiện tại rồi so sánh."
            )
    return read_known(typed)


def lasting(typed: str, mark: Mark) -> str:
    """How addresses say the moment: «hôm nay» would mean more at each click while the day is not over."""
    line = plain_line(typed)
    if BLOCK.match(line.casefold()) or _read_moment(line) <= mark.asked:
        return typed
    sealed = Seal.objects.filter(number=mark.block).values_list("at", flat=True).first()
    # A block of an earlier day would make that day today's.
    if sealed and localtime(sealed).date() == mark.day:
        return f"khoi-{mark.block}"
    return f"{localtime(mark.asked):%H:%M:%S %d/%m/%Y}"


def _read_moment(typed: str) -> datetime:
    if written := MACHINE.match(typed):
        return _read_written(written)
    found = HOUR_FIRST.match(typed) or HOUR_LAST.match(typed)
    try:
        if found is None:
            return _at(_read_day(typed), time(0)) + timedelta(days=1) - timedelta.resolution
        hour = read_hour(found["hour"]).replace(second=int(found["second"] or 59))
        return _at(_read_day(found["day"]), hour) + timedelta(seconds=1) - timedelta.resolution
    except ValueError as reason:
        raise ValueError(f"{reason} {EXAMPLE}") from None


def _read_written(written: re.Match) -> datetime:
    """Without an offset it is told by the clocks here; to the end of what it names, as other moments are."""
    try:
        moment = datetime.fromisoformat(written["moment"].upper() + (written["offset"] or "").upper().replace(" ", "+"))
        _read_day(written["moment"][:10])
    except ValueError:
        raise ValueError(f"«{written[0]}» chưa phải một thời điểm. Ghi như 2023-06-16T14:30:00+07:00.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=get_current_timezone())
    if written["fraction"]:
        return moment
    return moment + timedelta(seconds=1 if written["second"] else 60) - timedelta.resolution


def _read_day(typed: str) -> date:
    """At the ends of the calendar no clock of another place can be read."""
    day = read_day(typed)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"Năm {day.year} nằm ngoài khoảng {FIRST_YEAR}–{LAST_YEAR}.")
    return day


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, get_current_timezone())


def say_known(mark: Mark) -> str:
    """«14:30 ngày 16/06/2023»."""
    return say_moment(mark.asked)


def say_so_far() -> str:
    """«, theo những gì biết đến 14:30 ngày 16/06/2023», behind a day; nothing of the present."""
    mark = current.get()
    return f", theo những gì biết đến {say_known(mark)}" if mark else ""


def say_block(mark: Mark) -> str:
    if not mark.block:
        return "Trước khối niêm phong đầu tiên: hệ thống chưa ghi gì."
    sealed = Seal.objects.filter(number=mark.block).values_list("at", flat=True).first()
    when = f", lập lúc {say_moment(sealed)}" if sealed else ""
    return f"Khối niêm phong số {mark.block}{when}; {mark.size} dòng lịch sử."
