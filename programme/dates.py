"""Days as Vietnamese offices write them: day, month, year; never guessed, never swapped."""

import re
from datetime import date

from programme.text import clean_line

TYPED_DAY = re.compile(r"^([0-9]{1,2})\s*[/.-]\s*([0-9]{1,2})\s*[/.-]\s*([0-9]{1,4})$")
# Python itself would read weeks («2023-W24-5») as well.
ISO_DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
FIRST_YEAR, LAST_YEAR = 1945, 2099


def read_day(text: str) -> date:
    """Read ``16/06/2023``; ``16-6-2023`` and ``16.6.2023`` as well.

    Raises ``ValueError`` with a Vietnamese sentence. What is only a month stays refused: a first day of the
    month that nobody wrote must not enter the records.
    """
    typed = clean_line(text)
    match = TYPED_DAY.match(typed)
    if not match:
        raise ValueError(f"«{typed[:40]}» chưa phải một ngày. Nhập ngày/tháng/năm, ví dụ 16/06/2023.")
    day, month, year = (int(part) for part in match.groups())
    if len(match[3]) != 4:
        raise ValueError(f"Năm trong «{typed}» phải đủ bốn chữ số, ví dụ 16/06/2023.")
    if month > 12 and day <= 12:
        raise ValueError(f"Không có tháng {month}. Nhập theo thứ tự ngày/tháng/năm, ví dụ 30/04/2024.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Năm {year} nằm ngoài khoảng {FIRST_YEAR}–{LAST_YEAR}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"Ngày {typed} không có trong lịch. Kiểm tra lại ngày và tháng.") from None


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
