"""Days and stretches of days as Vietnamese offices write them: day, month, year; never guessed, never swapped."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localtime

from smartcity.lib.language.text import DASHES, clean_line, plain_line

FIRST_YEAR, LAST_YEAR = 1945, 2099
WEEKDAYS = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"]
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

# Python itself would read weeks («2023-W24-5») as well.
ISO_DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
# Before or behind a day: «thứ Tư, ngày 03/04/2024», «03/04/2024 (thứ Tư)».
WEEKDAY = r"(thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)"
WITH_WEEKDAY = re.compile(rf"^(?:{WEEKDAY},? (?P<after>.+)|(?P<before>.+?),? ?\(?{WEEKDAY}\)?)$")
TYPED_DAY = re.compile(r"^(?:ngày )?([0-9]{1,2}) ?[/.-] ?([0-9]{1,2}) ?[/.-] ?([0-9]{1,4})$")
WORDED_DAY = re.compile(r"^(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2}),? năm ([0-9]{1,4})$")
TO_THE_YEAR = r"(?: ?[/-] ?|,? năm | )([0-9]{1,4})$"
MONTH = re.compile(r"^(?:tháng )([0-9]{1,2})" + TO_THE_YEAR)
# Two figures of which the second has four digits can only be a month; «06-23» could be a day as well.
BARE_MONTH = re.compile(r"^([0-9]{1,2}) ?[/-] ?([0-9]{4})$")
QUARTER = re.compile(r"^qu[ýí] ([ivx0-9]{1,4})" + TO_THE_YEAR)
PART_OF_YEAR = re.compile(r"^([0-9]{1,2}) tháng (đầu|cuối) năm ([0-9]{1,4})$")
YEAR = re.compile(r"^(?:cả )?năm ([0-9]{1,4})$")
# What seals and signatures are put beside: «ngày  tháng 4 năm 2024», filled in by hand or not at all.
FORM_OF_A_DAY = re.compile(
    r"^ngày[ .…_]*([0-9]{0,2})[ .…_]*tháng[ .…_]*([0-9]{0,2})[ .…_]*năm[ .…_]*([0-9]{0,4})[.…_]*$"
)
WITHOUT_YEAR = re.compile(
    r"^\(?(?:(?:ngày )?[0-9]{1,2}(?: ?[/.-] ?| tháng )[0-9]{1,2}|tháng [0-9]{1,2}|qu[ýí] [iv0-9]{1,3})\)?$"
)
EXAMPLE = "Nhập ngày/tháng/năm, ví dụ 16/06/2023."


@dataclass(frozen=True)
class Span:
    """Whole months of one year, as a document names them when it names no day: a month, a quarter, a year."""

    year: int
    first_month: int
    last_month: int

    @property
    def first_day(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.last_month, monthrange(self.year, self.last_month)[1])

    @property
    def kind(self) -> str:
        months = self.last_month - self.first_month + 1
        if months == 3 and self.last_month % 3 == 0:
            return "quý"
        return {1: "tháng", 12: "năm"}.get(months, "khoảng thời gian")

    def __str__(self) -> str:
        months = self.last_month - self.first_month + 1
        if self.kind == "tháng":
            return f"tháng {self.first_month}/{self.year}"
        if self.kind == "quý":
            return f"quý {['I', 'II', 'III', 'IV'][self.last_month // 3 - 1]}/{self.year}"
        if self.kind == "năm":
            return f"năm {self.year}"
        return f"{months} tháng {'đầu' if self.first_month == 1 else 'cuối'} năm {self.year}"


def read_when(text: str) -> date | Span:
    """Read a day, or what stands where a day is not known: «tháng 4/2024», «quý II/2024», «6 tháng đầu năm 2024».

    Raises ``ValueError`` with a Vietnamese sentence that says what is missing or wrong. Nothing is completed:
    a month stays a month.
    """
    typed = DASHES.sub("-", plain_line(text))
    said = typed.casefold()
    if match := WITH_WEEKDAY.match(said[:60]):
        return _on_weekday(typed, match["after"] or match["before"], match[1] or match[4])
    if ISO_DAY.match(said):
        _check_year(typed, said[:4])
        return read_iso_day(said)
    if match := TYPED_DAY.match(said) or WORDED_DAY.match(said):
        return _day(typed, *match.groups())
    if match := MONTH.match(said) or BARE_MONTH.match(said):
        return _months(typed, match[2], int(match[1]), int(match[1]))
    if match := QUARTER.match(said):
        if match[1] not in QUARTERS:
            raise ValueError(f"Một năm có bốn quý; «{typed[:40]}» chưa đọc được. Ví dụ: quý II/2024.")
        return _months(typed, match[2], 3 * QUARTERS[match[1]] - 2, 3 * QUARTERS[match[1]])
    if match := PART_OF_YEAR.match(said):
        count = int(match[1])
        if not 2 <= count <= 11:
            raise ValueError(f"«{typed[:40]}» chưa đọc được. Ví dụ: 6 tháng đầu năm 2024, 9 tháng đầu năm 2024.")
        return _months(typed, match[3], *((1, count) if match[2] == "đầu" else (13 - count, 12)))
    if match := YEAR.match(said):
        return _months(typed, match[1], 1, 12)
    raise ValueError(_what_is_missing(typed))


def read_day(text: str) -> date:
    """Read ``16/06/2023``; ``16-6-2023``, ``16.6.2023`` and ``ngày 16 tháng 6 năm 2023`` as well.

    Raises ``ValueError`` with a Vietnamese sentence. What is only a month stays refused: a first day of the
    month that nobody wrote must not enter the records.
    """
    when = read_when(text)
    if isinstance(when, Span):
        raise ValueError(
            f"«{clean_line(text)}» là một {when.kind}, chưa phải một ngày. Ô này cần đủ ngày/tháng/năm, "
            f"ví dụ {say_day(when.last_day)}."
        )
    return when


def _on_weekday(typed: str, said: str, weekday: str) -> date | Span:
    """A day that names its weekday has to fall on it: one of the two is a slip otherwise."""
    when = read_when(said)
    if isinstance(when, date) and WEEKDAYS[when.weekday()].casefold() != weekday:
        raise ValueError(f"«{typed[:40]}»: ngày {say_weekday(when)}. Kiểm tra lại ngày hoặc thứ.")
    return when


def _day(typed: str, day: str, month: str, year: str) -> date:
    _check_year(typed, year)
    if int(month) > 12 and int(day) <= 12:
        raise ValueError(f"Không có tháng {int(month)}. Nhập theo thứ tự ngày/tháng/năm, ví dụ 30/04/2024.")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(
            f"Ngày {typed.removeprefix('ngày ')} không có trong lịch. Kiểm tra lại ngày và tháng."
        ) from None
    return found


def _months(typed: str, year: str, first: int, last: int) -> Span:
    _check_year(typed, year)
    if not 1 <= first <= last <= 12:
        raise ValueError(f"Không có tháng {first}. Tháng từ 1 đến 12, ví dụ tháng 4/2024.")
    return Span(int(year), first, last)


def _check_year(typed: str, year: str) -> None:
    if len(year) != 4:
        raise ValueError(f"Năm trong «{typed}» phải đủ bốn chữ số, ví dụ 16/06/2023.")
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(f"Năm {int(year)} nằm ngoài khoảng {FIRST_YEAR}–{LAST_YEAR}.")


def _what_is_missing(typed: str) -> str:
    shown, said = typed[:40], typed.casefold()
    if match := FORM_OF_A_DAY.match(said):
        missing = [name for name, figure in zip(["ngày", "tháng", "năm"], match.groups(), strict=True) if not figure]
        if missing:
            return f"«{shown}» thiếu số chỉ {', '.join(missing)}. {EXAMPLE}"
    if WITHOUT_YEAR.match(said):
        return f"«{shown}» thiếu năm, nên chưa biết là ngày nào. Nhập đủ ngày/tháng/năm, ví dụ 16/06/2023."
    if re.match(r"^[0-9]{4}$", said):
        return f"«{shown}» mới là một số. Nếu là năm thì viết «năm {shown}»; nếu là ngày thì nhập đủ ngày/tháng/năm."
    return f"«{shown}» chưa phải một ngày. {EXAMPLE}"


def read_iso_day(text: str) -> date:
    """Read a day as machines write it, ``2023-06-16``. Raises ``ValueError`` with a Vietnamese sentence."""
    try:
        if ISO_DAY.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"Ngày «{text[:40]}» chưa đọc được. Viết theo dạng YYYY-MM-DD, ví dụ 2023-06-16.")


def say_day(day: date) -> str:
    """A day in figures: 16/06/2023."""
    return f"{day:%d/%m/%Y}"


def say_age(since: date, on: date) -> str:
    """How long ago ``since`` was on the day ``on``: «3 năm 5 tháng», «5 tháng», «12 ngày»; or «hôm nay»."""
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    if months < 1:
        days = (on - since).days
        return f"{days} ngày" if days > 0 else "hôm nay"
    years, rest = divmod(months, 12)
    return " ".join([f"{years} năm"] * bool(years) + [f"{rest} tháng"] * bool(rest))


def say_weekday(day: date) -> str:
    """A day with its weekday, by which a slip is seen: «03/04/2024 (thứ Tư)»."""
    return f"{say_day(day)} ({WEEKDAYS[day.weekday()]})"


def say_moment(at: datetime) -> str:
    """«10:05 ngày 03/04/2024», by the clock on the wall."""
    return f"{localtime(at):%H:%M ngày %d/%m/%Y}"
