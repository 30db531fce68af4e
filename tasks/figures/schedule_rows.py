"""One task of a schedule: what was planned, by which act it was moved, what happened, and all of it in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from operator import attrgetter

from django.urls import reverse

from programme.models import Agency
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import group
from tasks.figures.schedule_acts import Act, Piece, PlannedDays, changes_due
from tasks.figures.schedule_steps import Mile, Step
from tasks.figures.task_rows import NOT_BEGUN, STATUS_LABELS
from tasks.models import Status
from tasks.timeliness import Timeliness

WITHOUT_DUE = "chưa có hạn"


@dataclass(frozen=True)
class ScheduleRow:
    """A planned task on the day ``as_of``. Days are None where nothing says them."""

    as_of: date
    # What is known ends today, also on a day to come.
    known_until: date
    task: int
    position: int
    name: str
    short_name: str
    field: str
    period: str | None
    period_id: int | None
    status: str
    timeliness: str
    begin: date | None
    # Of its own first plan; what a task came of may have begun earlier.
    first_begin: date | None
    due: date | None
    first_due: date | None
    # The day of the first report that says that it has begun.
    began: date | None
    completed_on: date | None
    told_on: date | None
    percent: int | None
    lead: Agency | None = None
    # What the acts said one after the other; the last is in force.
    planned: Sequence[PlannedDays] = ()
    # What the act that waits would make of it, where it is another due.
    asked: PlannedDays | None = None
    steps: Sequence[Step] = ()

    @cached_property
    def address(self) -> str:
        return reverse("task_detail", args=[self.task])

    @property
    def called(self) -> str:
        """What it is called before its number."""
        return "Nhiệm vụ"

    @property
    def is_put_off(self) -> bool:
        return (self.slip or 0) > 0

    @property
    def is_complete(self) -> bool:
        return self.status == Status.COMPLETE

    @property
    def is_begun(self) -> bool:
        return self.status not in NOT_BEGUN

    @property
    def state(self) -> str:
        """How its bar is drawn."""
        if self.is_complete:
            return "done"
        return "run" if self.is_begun else "idle"

    @property
    def days_late(self) -> int:
        """Days past the due, of an open task; of a complete one by how many it was too late."""
        if self.due is None:
            return 0
        if self.timeliness == Timeliness.OPEN_OVERDUE:
            return (self.as_of - self.due).days
        late = self.timeliness == Timeliness.DONE_LATE and self.completed_on
        return (self.completed_on - self.due).days if late and self.completed_on else 0

    @property
    def is_overdue(self) -> bool:
        return self.timeliness == Timeliness.OPEN_OVERDUE

    @property
    def slip(self) -> int | None:
        """Days from the due that was first decided to that in force; None where one of them is unknown."""
        return (self.due - self.first_due).days if self.due and self.first_due else None

    @cached_property
    def _dues(self) -> list[PlannedDays]:
        """What the acts said, without those that repeat the due of the act before."""
        before = [None, *self.planned]
        kept = [one for last, one in zip(before, self.planned, strict=False) if changes_due(last, one)]
        # Where nothing of the acts was read, the first due is known all the same.
        if not self.planned and self.slip:
            return [PlannedDays(None, self.first_begin, self.first_due), PlannedDays(None, self.begin, self.due)]
        return kept

    @property
    def earlier(self) -> list[PlannedDays]:
        """The dues that a later act moved, each with the act that decided it first."""
        return [one for one in self._dues[:-1] if one.due]

    @cached_property
    def moving_acts(self) -> list[Act]:
        """The acts that put its due off, in their order."""
        known = [one for one in self._dues if one.due]
        pairs = pairwise(known)
        return [
            after.act for before, after in pairs if before.due and after.due and after.act and after.due > before.due
        ]

    @property
    def last_mover(self) -> Act | None:
        """The act that the due in force comes from, where an earlier one had another."""
        return self._dues[-1].act if len(self._dues) > 1 else None

    @cached_property
    def miles(self) -> list[Mile]:
        return sorted((mile for step in self.steps if (mile := step.mile)), key=attrgetter("on"))

    @property
    def dated_steps(self) -> list[Step]:
        """Those that have a bar of their own."""
        return [step for step in self.steps if step.is_dated]

    @cached_property
    def pieces(self) -> list[Piece]:
        """From the top to the bottom."""
        return [
            *(Piece("was", min(one.begin or one.due, one.due), one.due, one.act) for one in self.earlier if one.due),
            *self._asked_pieces(),
            *self._plan_pieces(),
            *self._real_pieces(),
        ]

    def _asked_pieces(self) -> Iterator[Piece]:
        if self.asked and self.asked.due:
            begin = self.due if self.due and self.due < self.asked.due else self.asked.begin
            yield Piece("asked", begin or self.asked.due, self.asked.due, self.asked.act)

    def _plan_pieces(self) -> Iterator[Piece]:
        if self.begin and self.due:
            yield Piece(f"plan-{self.state}", min(self.begin, self.due), self.due)
        elif self.due:
            yield Piece("due", self.due, self.due)
        elif self.begin and not self.is_complete:
            yield Piece("open", self.begin, max(self.begin, self.known_until))

    def _real_pieces(self) -> Iterator[Piece]:
        if self.is_complete:
            yield from self._complete_pieces()
            return
        if self.is_begun and self.began:
            # Past the due it is late, which is drawn as such.
            until = min(self.known_until, self.due) if self.due else self.known_until
            if self.began <= until:
                yield Piece("real-run", self.began, until)
        if self.is_overdue and self.due:
            yield Piece("over", self.due, self.as_of)

    def _complete_pieces(self) -> Iterator[Piece]:
        end = self.completed_on
        if end:
            known = [day for day in (self.began, self.begin) if day and day <= end]
            yield Piece("real-done", known[0] if known else end, end)
        else:
            if self.begin and self.due:
                yield Piece("real-done", min(self.begin, self.due), self.due)
            if self.told_on:
                yield Piece("seen", self.told_on, self.told_on)

    @property
    def days(self) -> Iterator[date]:
        """All days that a chart of the whole has to show."""
        for piece in self.pieces:
            yield piece.begin
            yield piece.end
        yield from (mile.on for mile in self.miles)

    # In words

    @property
    def said(self) -> str:
        """What stands beside its bar: for how long it is late, when it was done, or by when it is due."""
        if self.is_overdue:
            return f"{group(self.days_late)} ngày"
        if self.is_complete:
            if self.completed_on is None:
                return "xong, không rõ ngày"
            late = f", muộn {group(self.days_late)}" if self.days_late else ""
            return f"xong {say_day(self.completed_on)}{late}"
        return f"hạn {say_day(self.due)}" if self.due else WITHOUT_DUE

    @property
    def slip_said(self) -> str:
        """«lùi 853 (27/NQ)»; empty where it is due when it was first decided, or nobody knows."""
        if not self.slip:
            return ""
        by = f" ({self.last_mover.short})" if self.last_mover else ""
        return f"{'lùi' if self.slip > 0 else 'rút'} {group(abs(self.slip))}{by}"

    @property
    def state_said(self) -> str:
        if self.is_complete:
            if self.completed_on is None:
                seen = f", xác nhận {say_day(self.told_on)}" if self.told_on else ""
                return f"hoàn thành, không rõ ngày{seen}"
            late = f", muộn {group(self.days_late)} ngày" if self.days_late else ""
            return f"hoàn thành {say_day(self.completed_on)}{late}"
        label = STATUS_LABELS[self.status].lower()
        late = f"quá hạn {group(self.days_late)} ngày, " if self.is_overdue else ""
        return f"{late}{label}" + (f", đạt {self.percent}%" if self.percent is not None else "")

    @property
    def due_said(self) -> str:
        """First due, due in force, slip and act."""
        if self.due is None:
            return f"Hạn đầu {say_day(self.first_due)}, nay {WITHOUT_DUE}" if self.first_due else "Chưa có hạn"
        if self.first_due is None:
            return f"Hạn {say_day(self.due)}, ban đầu {WITHOUT_DUE}"
        if not self.slip:
            first = self.planned[0].act if self.planned else None
            by = f" theo {first.name}" if first else ""
            return f"Hạn đầu {say_day(self.first_due)}{by}, chưa lùi"
        by = f" theo {self.last_mover.name}" if self.last_mover else ""
        verb = "lùi" if self.slip > 0 else "rút"
        days = group(abs(self.slip))
        return f"Hạn đầu {say_day(self.first_due)}, nay {say_day(self.due)}, {verb} {days} ngày{by}"

    @property
    def asked_said(self) -> str:
        return f"đề nghị hạn {say_day(self.asked.due)}" if self.asked and self.asked.due else ""

    @property
    def miles_said(self) -> str:
        said = [f"{say_day(mile.on)} {'đã qua' if mile.is_passed else 'chưa qua'}" for mile in self.miles]
        return f"mốc thủ tục {', '.join(said)}" if said else ""

    @property
    def told(self) -> str:
        """All that the bar shows, for whoever does not see it."""
        begin = "" if self.begin or self.due is None else "chưa rõ ngày bắt đầu"
        parts = [self.due_said, begin, self.state_said, self.asked_said, self.miles_said]
        return "; ".join(part for part in parts if part)
