"""Days as places on a line: where a bar begins, how wide it is, what stands above it. Knows nothing of tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from smartcity.lib.language.dates import FIRST_YEAR, LAST_YEAR

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
# So many years have room for their numbers.
MOST_YEARS = 12
# So few words stand side by side on a narrow screen and on a sheet too.
SPARSE = 8


class Zoom(StrEnum):
    """What a column of the chart is. Years show the whole programme; all others show a stretch of it."""

    YEAR = "nam"
    QUARTER = "quy"
    MONTH = "thang"
    WEEK = "tuan"


ZOOM_LABELS = {Zoom.YEAR: "Năm", Zoom.QUARTER: "Quý", Zoom.MONTH: "Tháng", Zoom.WEEK: "Tuần"}
# How many columns a stretch has, how many of them stand before that of the day, and by how many one goes on.
COLUMNS = {Zoom.QUARTER: 12, Zoom.MONTH: 12, Zoom.WEEK: 13}
BEFORE = {Zoom.QUARTER: 8, Zoom.MONTH: 6, Zoom.WEEK: 5}
QUARTERS = ["I", "II", "III", "IV"]


@dataclass(frozen=True)
class Tick:
    """The first day of a column, its word, where it stands in percent; ``is_odd`` goes first where room is scarce."""

    day: date
    label: str
    x: float
    is_odd: bool


@dataclass(frozen=True)
class TimeScale:
    """The days from ``first`` to ``last``, both shown whole, as 0 to 100 percent."""

    zoom: Zoom
    first: date
    last: date

    def at(self, day: date) -> float:
        """Where the day begins; of a day outside, the nearer end."""
        days = (self.last - self.first).days + 1
        return 100 * min(max((day - self.first).days, 0), days) / days

    def after(self, day: date) -> float:
        """Where the day ends."""
        return self.at(_later(day, 1))

    def shows(self, day: date) -> bool:
        return self.first <= day <= self.last

    def span(self, begin: date, end: date) -> tuple[float, float] | None:
        """Where the days from ``begin`` to ``end`` begin, and how wide they are; None where none of them is shown."""
        if end < begin or end < self.first or begin > self.last:
            return None
        x = self.at(begin)
        return x, self.after(end) - x

    @cached_property
    def ticks(self) -> list[Tick]:
        starts = list(self._starts())
        every = -(-len(starts) // MOST_YEARS) if self.zoom == Zoom.YEAR else 1
        return [
            Tick(day, _label(day, self.zoom), self.at(day), place % 2 == 1) for place, day in enumerate(starts[::every])
        ]

    @property
    def is_dense(self) -> bool:
        """Whether there are more words than stand side by side on a narrow screen or a sheet."""
        return len(self.ticks) > SPARSE

    def _starts(self) -> Iterable[date]:
        day = self.first
        while day <= self.last:
            yield day
            following = shifted(day, self.zoom, 1)
            # There is no later one than the last day of the calendar.
            if following <= day or following == LAST_DAY:
                return
            day = following

    @property
    def earlier(self) -> date | None:
        """From where the stretch before begins; None where there is none, or all is shown."""
        return self._moved(-1)

    @property
    def later(self) -> date | None:
        return self._moved(1)

    def _moved(self, way: int) -> date | None:
        if self.zoom == Zoom.YEAR:
            return None
        moved = shifted(self.first, self.zoom, way * COLUMNS[self.zoom] // 2)
        return moved if moved != self.first else None


def whole_scale(days: Iterable[date]) -> TimeScale:
    """The years in which these days are, whole; there is at least one."""
    found = sorted(days)
    return TimeScale(Zoom.YEAR, date(found[0].year, 1, 1), date(found[-1].year, 12, 31))


def stretch(zoom: Zoom, day: date, begin: date | None = None) -> TimeScale:
    """The columns around the ``day``; with ``begin``, those from its column on."""
    first = start_of(begin, zoom) if begin else shifted(start_of(day, zoom), zoom, -BEFORE[zoom])
    return TimeScale(zoom, first, _later(shifted(first, zoom, COLUMNS[zoom]), -1))


def start_of(day: date, zoom: Zoom) -> date:
    """The first day of the column in which the day is; a week begins on Monday."""
    if zoom == Zoom.WEEK:
        return max(_later(day, -day.weekday()), FIRST_DAY)
    if zoom == Zoom.MONTH:
        return day.replace(day=1)
    month = 3 * ((day.month - 1) // 3) + 1 if zoom == Zoom.QUARTER else 1
    return date(day.year, month, 1)


def shifted(day: date, zoom: Zoom, columns: int) -> date:
    """The first day of the column that is so many columns later, within the years that are read at all."""
    if zoom == Zoom.WEEK:
        return _later(day, 7 * columns)
    months = {Zoom.MONTH: 1, Zoom.QUARTER: 3, Zoom.YEAR: 12}[zoom] * columns
    place = day.year * 12 + day.month - 1 + months
    return min(max(date(min(max(place // 12, 1), 9999), place % 12 + 1, 1), FIRST_DAY), LAST_DAY)


def _later(day: date, days: int) -> date:
    """So many days later, or the first or the last day that there is."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def _label(day: date, zoom: Zoom) -> str:
    if zoom == Zoom.YEAR:
        return str(day.year)
    if zoom == Zoom.QUARTER:
        return f"{QUARTERS[(day.month - 1) // 3]}/{day.year}"
    return f"{day:%m/%Y}" if zoom == Zoom.MONTH else f"{day:%d/%m}"
