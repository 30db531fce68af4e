"""The schedule on the first page of a programme: the bars of what needs somebody first, from rows read already."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import attrgetter

from smartcity.lib.language.money import group
from tasks.comparison import Comparison
from tasks.figures.headline import HeadlinePiece
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.schedule import MOVED, OVERDUE, bar_of
from tasks.figures.schedule_rows import ScheduleRow
from tasks.figures.task_rows import TaskRow
from tasks.figures.time_scale import TimeScale, whole_scale

# As many as the first screen has room for.
MOST = 12


@dataclass(frozen=True)
class SmallSchedule:
    """Bars in the order of the plan; ``is_all`` where the programme has no more tasks."""

    day: ProgrammeOnDay
    bars: Sequence[ScheduleRow]

    @property
    def is_all(self) -> bool:
        return len(self.bars) == self.day.total

    @cached_property
    def scale(self) -> TimeScale:
        return whole_scale(chain([self.day.as_of], *(bar.days for bar in self.bars)))

    @cached_property
    def kinds(self) -> set[str]:
        return {piece.kind for bar in self.bars for piece in bar.pieces}

    @property
    def title(self) -> list[HeadlinePiece]:
        counts, total = self.day.counts, HeadlinePiece(group(self.day.total), "tat-ca")
        if counts[MOVED]:
            moved = HeadlinePiece(group(counts[MOVED]), MOVED)
            return [moved, HeadlinePiece("/"), total, HeadlinePiece(" nhiệm vụ đã lùi hạn")]
        if counts[OVERDUE]:
            late = HeadlinePiece(group(counts[OVERDUE]), OVERDUE)
            return [late, HeadlinePiece("/"), total, HeadlinePiece(" nhiệm vụ quá hạn, chưa nhiệm vụ nào lùi hạn")]
        return [HeadlinePiece("Chưa nhiệm vụ nào lùi hạn")]

    @property
    def which(self) -> str:
        """Which tasks the bars are of."""
        if self.is_all:
            return f"{len(self.bars)} nhiệm vụ"
        if any(bar.is_complete for bar in self.bars):
            return f"{len(self.bars)} nhiệm vụ đầu danh mục"
        if len(self.bars) == self.day.total - self.day.complete:
            return f"{len(self.bars)} nhiệm vụ chưa hoàn thành"
        return f"{len(self.bars)} nhiệm vụ quá hạn và sắp đến hạn"


def small_schedule(day: ProgrammeOnDay, rows: Sequence[TaskRow], comparison: Comparison | None) -> SmallSchedule | None:
    """From ``rows`` that begin with the most urgent, and the ``comparison`` with what waits; None without a row."""
    # What is done needs nobody, where there is anything else.
    first = [row for row in rows[:MOST] if not row.is_complete] or rows[:MOST]
    asked = {
        old.plan.task_id: max(dues)
        for change in (comparison.rows if comparison else [])
        if (dues := [new.plan.due for new in change.new if new.plan.due])
        for old in change.old
    }
    bars = [bar_of(row, asked=asked.get(row.task)) for row in first]
    return SmallSchedule(day, sorted(bars, key=attrgetter("position"))) if bars else None
