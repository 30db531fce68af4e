"""Reporting windows: from which day to which day a periodic report speaks.

The windows of the state's periodic reports (Nghị định 09/2019/NĐ-CP): months run from the 15th to the 14th, and
quarters, half-years and years close with them. Weeks run from Monday to Sunday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

from smartcity.lib.language.dates import say_day

ROMAN = ["I", "II", "III", "IV"]
DAY = timedelta(days=1)


class Cadence(models.TextChoices):
    WEEKLY = "weekly", "Hằng tuần"
    MONTHLY = "monthly", "Hằng tháng"
    QUARTERLY = "quarterly", "Hằng quý"
    HALF_YEARLY = "half_yearly", "6 tháng"
    YEARLY = "yearly", "Hằng năm"
    UNTIL_DONE = "until_done", "Hằng tuần cho đến khi hoàn thành"


WEEKS = {Cadence.WEEKLY, Cadence.UNTIL_DONE}
# In which months a window closes, on the 14th.
CLOSING_MONTHS = {
    Cadence.MONTHLY: range(1, 13),
    Cadence.QUARTERLY: (3, 6, 9, 12),
    Cadence.HALF_YEARLY: (6, 12),
    Cadence.YEARLY: (12,),
}
LAST_DAY_OF_DATA = 14


@dataclass(frozen=True)
class Window:
    """The days, both included, of which a report speaks."""

    cadence: str
    first_day: date
    last_day: date

    def __str__(self) -> str:
        year = self.last_day.year
        if self.cadence in WEEKS:
            week = self.last_day.isocalendar()
            return f"tuần {week.week} năm {week.year}"
        if self.cadence == Cadence.MONTHLY:
            return f"tháng {self.last_day:%m}/{year}"
        if self.cadence == Cadence.QUARTERLY:
            return f"quý {ROMAN[self.last_day.month // 3 - 1]}/{year}"
        if self.cadence == Cadence.HALF_YEARLY:
            return f"6 tháng {'đầu' if self.last_day.month == 6 else 'cuối'} năm {year}"
        return f"năm {year}"

    @property
    def days(self) -> str:
        """From which day to which: «15/03/2024 – 14/04/2024»."""
        return f"{say_day(self.first_day)} – {say_day(self.last_day)}"


def window_of(cadence: str, day: date) -> Window:
    """The window that contains ``day``."""
    if cadence in WEEKS:
        monday = day - day.weekday() * DAY
        return Window(cadence, monday, monday + 6 * DAY)
    closings = [
        date(year, month, LAST_DAY_OF_DATA)
        for year in range(day.year - 1, day.year + 2)
        for month in CLOSING_MONTHS[Cadence(cadence)]
    ]
    last_day = next(closing for closing in closings if closing >= day)
    before = max(closing for closing in closings if closing < day)
    return Window(cadence, before + DAY, last_day)


def windows(cadence: str, first_day: date, until: date) -> Iterator[Window]:
    """Every window from the one that contains ``first_day`` to the one that contains ``until``, in order."""
    window = window_of(cadence, first_day)
    while window.first_day <= until:
        yield window
        window = window_of(cadence, window.last_day + DAY)
