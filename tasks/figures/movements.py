"""What moved between two readings of the same programmes: counted of each programme, and told task by task.

Each reading of a task is its row of the day (``TaskDay``), so that the two are one row with two sides, ``earlier__``
and ``later__``. What a movement is, is said once, as a condition on such a row: for the counts and for what they count.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, FilteredRelation, Q, QuerySet

from tasks.models import LeadTransfer, PaidDay, Status, Task
from tasks.models.lead_transfer import lead_of
from tasks.models.task_day import on_day
from tasks.timeliness import Timeliness


@dataclass(frozen=True)
class Reading:
    """What a reading goes by: the day that its figures speak of."""

    day: date

    def covers(self, programmes: Collection[int], path: str = "") -> Q:
        """The rows of these programmes that the reading finds; ``path`` leads to them."""
        of_these = {f"{path}programme__in": programmes}
        return Q(**of_these, **{f"{path}since__lte": self.day, f"{path}until__gt": self.day})


@dataclass(frozen=True)
class Movement:
    """One way in which a task can have moved; ``key`` names it in addresses (``?doi=``).

    ``mark`` is said beside a figure, with the number of tasks in it.
    """

    key: str
    title: str
    mark: str
    is_so: Q


WAS_THERE, IS_THERE = Q(earlier__isnull=False), Q(later__isnull=False)
STAYED = WAS_THERE & IS_THERE
WAS_COMPLETE, IS_COMPLETE = Q(earlier__status=Status.COMPLETE), Q(later__status=Status.COMPLETE)
WAS_LATE, IS_LATE = (Q(**{f"{side}_timeliness": Timeliness.OPEN_OVERDUE.value}) for side in ("earlier", "later"))
HAS_SAME_DUE = Q(later__due=F("earlier__due")) | Q(later__due=None, earlier__due=None)
# Most urgent first. What enters a figure and what leaves it are two movements: the later figure is the earlier one,
# and the one, without the other.
MOVEMENTS = {
    movement.key: movement
    for movement in [
        Movement("qua-han", "Quá hạn thêm", "+{} quá hạn", IS_LATE & ~WAS_LATE),
        Movement("het-qua-han", "Không còn quá hạn", "−{} quá hạn", WAS_LATE & ~IS_LATE),
        Movement("hoan-thanh", "Hoàn thành thêm", "+{} hoàn thành", IS_COMPLETE & ~WAS_COMPLETE),
        Movement("het-hoan-thanh", "Không còn hoàn thành", "−{} hoàn thành", WAS_COMPLETE & ~IS_COMPLETE),
        Movement("moi", "Nhiệm vụ mới", "+{} nhiệm vụ", IS_THERE & ~WAS_THERE),
        Movement("bo", "Không còn trong đề án", "−{} nhiệm vụ", WAS_THERE & ~IS_THERE),
        Movement("doi-han", "Đổi hạn", "{} đổi hạn", STAYED & ~HAS_SAME_DUE),
        Movement("doi-chu-tri", "Đổi chủ trì", "{} đổi chủ trì", Q(is_led_otherwise=True)),
        Movement(
            "kinh-phi",
            "Đổi kinh phí dự kiến",
            "{} đổi kinh phí",
            STAYED & ~Q(later__planned_vnd=F("earlier__planned_vnd")),
        ),
        Movement(
            "bao-cao",
            "Có báo cáo mới",
            "{} có báo cáo mới",
            Q(later__told__isnull=False) & ~Q(later__told=F("earlier__told")),
        ),
    ]
}
MOVED = Q()
for _movement in MOVEMENTS.values():
    MOVED |= _movement.is_so


@dataclass(frozen=True)
class Moved:
    """What moved in one programme between two readings.

    ``counts`` has the number of tasks of each movement, by its key. ``told_then`` are the tasks of which somebody had
    reported by the earlier reading. Money is in đồng, None where nothing was known of it.
    """

    counts: dict[str, int]
    tasks_then: int
    told_then: int
    # How many tasks moved in some way; one may have moved in several.
    tasks: int
    paid_then: int | None = None
    paid_now: int | None = None

    @property
    def is_still(self) -> bool:
        return not self.tasks and self.paid_then == self.paid_now


NOTHING_THERE = Moved(dict.fromkeys(MOVEMENTS, 0), 0, 0, 0)


@dataclass
class Between:
    """These programmes, given by their keys, at an earlier and at a later reading. Nothing is read of none."""

    programmes: Collection[int]
    earlier: Reading
    later: Reading

    @cached_property
    def moved(self) -> dict[int, Moved]:
        """What moved in each programme, by its key. Two queries beside that of the leads."""
        found = dict.fromkeys(self.programmes, NOTHING_THERE)
        if not found:
            return found
        counted = {key: Count("pk", filter=movement.is_so) for key, movement in MOVEMENTS.items()}
        there = {
            "tasks_then": Count("earlier"),
            "told_then": Count("earlier__told"),
            "tasks": Count("pk", filter=MOVED),
        }
        # Asked of a name: a filter that leads to many joins them once more.
        is_there = ExpressionWrapper(WAS_THERE | IS_THERE, output_field=BooleanField())
        rows = self.tasks().alias(is_there=is_there).filter(is_there=True).values_list("programme")
        for programme, *counts in rows.annotate(**named(counted), **there):
            of_movements, rest = counts[: len(counted)], counts[len(counted) :]
            found[programme] = Moved(dict(zip(MOVEMENTS, of_movements, strict=True)), *rest)
        for programme, (paid_then, paid_now) in self._paid().items():
            found[programme] = replace(found[programme], paid_then=paid_then, paid_now=paid_now)
        return found

    def tasks(self) -> QuerySet[Task, Any]:
        """All tasks, each with its row of either reading, if that finds it."""
        led = Q(pk__in=list(self.leads)) if self.leads else Q(pk=None)
        tasks = self._sides().alias(is_led_otherwise=ExpressionWrapper(led, output_field=BooleanField()))
        for side, reading in self._readings().items():
            tasks = tasks.alias(**{f"{side}_timeliness": on_day(reading.day, path=f"{side}__")["timeliness"]})
        return tasks

    @cached_property
    def leads(self) -> dict[int, tuple[int | None, int | None]]:
        """Of the tasks that another agency leads later, by their keys: who led, and who leads. One query.

        To look up who leads costs more than all else: it is done where the plans name different agencies, or where an
        act ever passed the task on and another plan, or another act, holds later.
        """
        if not self.programmes:
            return {}
        acts = LeadTransfer.objects.filter(effective_on__lte=self.later.day)
        between = acts.filter(effective_on__gt=self.earlier.day)
        other_plan = ~Q(earlier__plan=F("later__plan"))
        was_led_so = Q(earlier__plan__lead_agency=F("later__plan__lead_agency"))
        was_led_so |= Q(earlier__plan__lead_agency=None, later__plan__lead_agency=None)
        by_plan = other_plan & (~was_led_so | Q(pk__in=acts.values("task")))
        is_other = ExpressionWrapper(STAYED & (by_plan | Q(pk__in=between.values("task"))), BooleanField())
        may_have = self._sides().alias(may_be_other=is_other).filter(may_be_other=True)
        leads = {side: lead_of(f"{side}__plan__", reading.day) for side, reading in self._readings().items()}
        rows = may_have.values_list("pk", leads["earlier"], leads["later"])
        return {task: (then, now) for task, then, now in rows if then != now}

    def _readings(self) -> dict[str, Reading]:
        return {"earlier": self.earlier, "later": self.later}

    def _sides(self) -> QuerySet[Task, Any]:
        sides = {
            side: FilteredRelation("days", condition=reading.covers(self.programmes, "days__"))
            for side, reading in self._readings().items()
        }
        return Task.objects.filter(programme__in=self.programmes).order_by().alias(**sides)

    def _paid(self) -> dict[int, tuple[int | None, int | None]]:
        """What each had paid by both readings."""
        covered = self.earlier.covers(self.programmes) | self.later.covers(self.programmes)
        found: dict[int, tuple[int | None, int | None]] = {}
        values = PaidDay.objects.filter(covered).values_list("programme", "since", "until", "paid_vnd")
        for programme, since, until, vnd in values:
            paid_then, paid_now = found.get(programme, (None, None))
            found[programme] = (
                vnd if since <= self.earlier.day < until else paid_then,
                vnd if since <= self.later.day < until else paid_now,
            )
        return found


def named(columns: dict[str, Any]) -> dict[str, Any]:
    """The same by names that the database takes."""
    return {f"of_{key.replace('-', '_')}": column for key, column in columns.items()}
