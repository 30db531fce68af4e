"""The steps of procedure in a schedule: marks on the bar of their task, and, week by week, bars of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import group
from tasks.figures.schedule_acts import Piece


@dataclass(frozen=True)
class Mile:
    """A step of procedure with a day: when it was done, or when it is planned to be."""

    name: str
    on: date
    is_passed: bool


@dataclass(frozen=True)
class Step:
    """A step as it is known on the day ``on``: from when to when it is planned, when it was done or left out.

    Each may be unknown, and what was recorded for a later day is not told yet.
    """

    on: date
    position: int
    name: str
    begin: date | None
    due: date | None
    done_on: date | None
    skipped_on: date | None

    # It has no milestones of its own.
    miles = ()

    @property
    def is_done(self) -> bool:
        return self.done_on is not None and self.done_on <= self.on

    @property
    def is_skipped(self) -> bool:
        return self.skipped_on is not None and self.skipped_on <= self.on

    @property
    def is_dated(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.pieces)

    @property
    def mile(self) -> Mile | None:
        """Its mark on the bar of its task; none where it has no day, or was left out."""
        if self.is_done:
            return Mile(self.name, self.done_on or self.on, True)
        return Mile(self.name, self.due, False) if self.due and not self.is_skipped else None

    @property
    def days_late(self) -> int:
        """Days past the planned day: until it was done, else until the day."""
        if self.due is None or self.is_skipped:
            return 0
        until = self.done_on if self.is_done and self.done_on else self.on
        return max((until - self.due).days, 0)

    @property
    def is_overdue(self) -> bool:
        return self.days_late > 0 and not self.is_done

    @cached_property
    def pieces(self) -> list[Piece]:
        return list(self._pieces())

    def _pieces(self) -> Iterator[Piece]:
        state = "done" if self.is_done else "idle"
        if self.begin and self.due:
            yield Piece(f"plan-{state}", self.begin, self.due)
        elif self.due:
            yield Piece("due", self.due, self.due)
        elif self.begin and not self.is_done:
            yield Piece("open", self.begin, max(self.begin, self.on))
        if self.is_done and self.done_on:
            # Where nobody planned it, the day on which it was done is all that is known.
            begin = self.begin if self.begin and self.begin < self.done_on else self.done_on
            yield Piece("real-done", begin, self.done_on)
        elif self.is_overdue and self.due:
            yield Piece("over", self.due, self.on)

    # In words

    @property
    def said(self) -> str:
        if self.is_overdue:
            return f"{group(self.days_late)} ngày"
        if self.is_done and self.done_on:
            late = f", muộn {group(self.days_late)}" if self.days_late else ""
            return f"xong {say_day(self.done_on)}{late}"
        if self.is_skipped:
            return "bỏ qua"
        return f"hạn {say_day(self.due)}" if self.due else "chưa có hạn"

    @property
    def told(self) -> str:
        begin = f"từ {say_day(self.begin)} " if self.begin else ""
        due = f"đến {say_day(self.due)}" if self.due else "chưa có hạn"
        if self.is_done or self.is_skipped:
            state = f"{self.said} ngày" if self.is_done and self.days_late else self.said
        else:
            state = f"quá hạn {group(self.days_late)} ngày" if self.is_overdue else "chưa xong"
        return f"dự kiến {begin}{due}; {state}" if self.begin or self.due else state
