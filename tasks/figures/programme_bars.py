"""The schedules of programmes beside each other: of each one bar, from its first begin to its last due."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from programme.models import RevisionState
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import group
from smartcity.lib.log.known.marks import known_today
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.schedule import MOVED
from tasks.figures.schedule_acts import Piece
from tasks.figures.schedule_rows import WITHOUT_DUE
from tasks.figures.schedule_steps import Mile
from tasks.figures.time_scale import TimeScale, whole_scale
from tasks.models import PlannedTask, TaskDay


@dataclass(frozen=True)
class ProgrammeBar:
    """One programme on the day; ``first_end`` is the last due of its first revision. Days are None where unknown."""

    day: ProgrammeOnDay
    position: int
    begin: date | None = None
    due: date | None = None
    first_end: date | None = None
    # When its last task was complete, where that is known of each.
    completed_on: date | None = None
    without_due: int = 0
    miles: Sequence[Mile] = ()

    @property
    def called(self) -> str:
        return "Đề án"

    @property
    def name(self) -> str:
        return self.day.name

    @cached_property
    def address(self) -> str:
        return reverse("programme_schedule", args=[self.day.programme.code])

    @property
    def overdue(self) -> int:
        return self.day.overdue

    @property
    def is_overdue(self) -> bool:
        return self.overdue > 0

    @property
    def is_complete(self) -> bool:
        return self.day.total > 0 and self.day.complete == self.day.total

    @property
    def slip(self) -> int | None:
        """Days from the end that was first decided to that in force."""
        return (self.due - self.first_end).days if self.due and self.first_end else None

    @property
    def state(self) -> str:
        if self.is_complete:
            return "done"
        return "run" if self.day.has_reports else "idle"

    @cached_property
    def pieces(self) -> list[Piece]:
        return list(self._pieces())

    def _pieces(self) -> Iterator[Piece]:
        if self.first_end and self.slip:
            yield Piece("was", min(self.begin or self.first_end, self.first_end), self.first_end)
        if self.begin and self.due:
            yield Piece(f"plan-{self.state}", min(self.begin, self.due), self.due)
            if self.is_complete:
                # Of one whose last day nobody knows the plan is filled, as in the schedule of its tasks.
                end = self.completed_on or self.due
                yield Piece("real-done", min(self.begin, end), end)
        elif self.due:
            yield Piece("due", self.due, self.due)
        elif self.begin:
            yield Piece("open", self.begin, max(self.begin, min(self.day.as_of, known_today())))
        if self.is_overdue and self.due and self.due < self.day.as_of:
            yield Piece("over", self.due, self.day.as_of)

    @property
    def days(self) -> Iterator[date]:
        for piece in self.pieces:
            yield piece.begin
            yield piece.end

    # In words

    @property
    def said(self) -> str:
        if self.day.revision is None:
            return "chưa có hiệu lực"
        if not self.day.total:
            return "chưa có nhiệm vụ"
        if self.is_overdue:
            return f"{group(self.overdue)} quá hạn, đến {group(self.day.days_overdue)} ngày"
        if self.is_complete:
            return "hoàn thành"
        return f"hạn {say_day(self.due)}" if self.due else WITHOUT_DUE

    @property
    def slip_said(self) -> str:
        return f"{'lùi' if self.slip > 0 else 'rút'} {group(abs(self.slip))}" if self.slip else ""

    @property
    def tasks_said(self) -> str:
        """«4/12 nhiệm vụ hoàn thành, 3 đã lùi hạn»; what nobody has reported on is not 0."""
        if not self.day.total:
            return ""
        day = self.day
        done = f"{group(day.complete)}/{group(day.total)} nhiệm vụ hoàn thành"
        said = done if day.has_reports else f"{group(day.total)} nhiệm vụ, chưa có báo cáo"
        said += f", {group(day.counts[MOVED])} đã lùi hạn" if day.counts[MOVED] else ""
        return said + (f", {group(self.without_due)} {WITHOUT_DUE}" if self.without_due else "")

    @property
    def end_said(self) -> str:
        """From when to when, and since when that is so."""
        if self.due is None:
            return WITHOUT_DUE if self.day.total else ""
        begin = f"từ {say_day(self.begin)} " if self.begin else "chưa rõ ngày bắt đầu, "
        if not self.first_end or not self.slip:
            return f"{begin}đến {say_day(self.due)}"
        return f"{begin}đến {say_day(self.due)}, ban đầu đến {say_day(self.first_end)}, {self.slip_said} ngày"

    @property
    def told(self) -> str:
        return "; ".join(part for part in (self.said, self.tasks_said, self.end_said) if part)


@dataclass
class BarGroup:
    """The programmes of one province."""

    title: str
    rows: list[ProgrammeBar] = field(default_factory=list)

    @property
    def shown(self) -> list[ProgrammeBar]:
        return self.rows

    @property
    def what(self) -> str:
        return f"{group(len(self.rows))} đề án, {group(sum(row.day.total for row in self.rows))} nhiệm vụ"

    @property
    def overdue(self) -> int:
        return sum(row.overdue for row in self.rows)


@dataclass
class ProgrammeBars:
    as_of: date
    bars: list[ProgrammeBar]

    @cached_property
    def groups(self) -> list[BarGroup]:
        found: dict[int, BarGroup] = {}
        for bar in self.bars:
            province = bar.day.programme.province
            found.setdefault(province.pk, BarGroup(str(province))).rows.append(bar)
        return list(found.values())

    @cached_property
    def scale(self) -> TimeScale:
        return whole_scale(chain([self.as_of], *(bar.days for bar in self.bars)))

    @cached_property
    def kinds(self) -> set[str]:
        return {piece.kind for bar in self.bars for piece in bar.pieces}

    @property
    def headline(self) -> str:
        """How many end later than was first decided, and how many have tasks that are overdue: bars of the page."""
        slips = [bar.slip for bar in self.bars if bar.slip and bar.slip > 0]
        said = f"{group(len(slips))}/{group(len(self.bars))} đề án lùi ngày kết thúc"
        said += f", xa nhất {group(max(slips))} ngày" if slips else ""
        late = sum(1 for bar in self.bars if bar.is_overdue)
        return said + (f"; {group(late)} đề án có nhiệm vụ quá hạn" if late else "")


def read_bars(days: Sequence[ProgrammeOnDay]) -> ProgrammeBars | None:
    """The bars of these, all of one day, in their order; None where there are none. Two queries."""
    if not days:
        return None
    as_of, keys = days[0].as_of, [day.programme.pk for day in days]
    spans = _read_spans(keys, as_of)
    ends = _read_first_ends(keys, as_of)
    bars = [
        ProgrammeBar(day, place, first_end=ends.get(day.programme.pk), **spans[day.programme.pk])
        for place, day in enumerate(days, start=1)
    ]
    return ProgrammeBars(as_of, bars)


def _read_spans(programmes: Collection[int], on: date) -> dict[int, dict[str, Any]]:
    told = {
        "begin": Min(Coalesce("plan__start_on", "plan__period__first_day")),
        "until": Max("due"),
        "completed": Max("completed_on"),
        "unknown": Count("pk", filter=Q(completed_on=None)),
        "without": Count("pk", filter=Q(due=None)),
    }
    rows = TaskDay.objects.of_programmes(programmes, on).order_by().values_list("programme").annotate(**told)
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for programme, begin, due, completed_on, unknown, without_due in rows:
        known = None if unknown else completed_on
        found[programme] = {"begin": begin, "due": due, "completed_on": known, "without_due": without_due}
    return found


def _read_first_ends(programmes: Collection[int], on: date) -> dict[int, date | None]:
    first = PlannedTask.objects.filter(
        revision__programme__in=programmes,
        revision__base=None,
        revision__state=RevisionState.ADOPTED,
        revision__effective_on__lte=on,
    )
    ends = first.order_by().values_list("revision__programme")
    return dict(ends.annotate(end=Max(Coalesce("due_on", "period__last_day"))))
