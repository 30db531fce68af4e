"""A figure is a facet and a value: what is counted, what is listed, what is linked to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from django.db.models import QuerySet

from smartcity.lib.pages.explained import Rule
from tasks.figures import rules
from tasks.figures.task_rows import CAUSE_LABELS, STATUS_LABELS
from tasks.figures.tones import TONE_LABELS, tone_is, tone_of
from tasks.models import Status
from tasks.timeliness import TIMELINESS_LABELS


class TaskGroup(NamedTuple):
    """How many tasks of a programme are alike in all that figures tell apart, and what they are planned to cost.

    ``told_on`` is the latest day that a report on one of them speaks of; ``vnd`` is in đồng. What was not asked for
    is None.
    """

    status: str
    timeliness: str
    is_carried_over: bool
    is_proposed: bool
    tasks: int
    vnd: int
    told_on: date | None
    # The due that came first: of what is overdue, since when it is.
    earliest_due: date | None = None
    causes: str | None = None
    in_first: bool | None = None
    is_put_off: bool | None = None
    # The first and the last words, by the alphabet, that tell what hinders them: the same where all say the same.
    first_obstacles: str | None = None
    last_obstacles: str | None = None

    @property
    def obstacles(self) -> tuple[str | None, str | None]:
        return self.first_obstacles, self.last_obstacles

    @property
    def is_complete(self) -> bool:
        return self.status == Status.COMPLETE

    @property
    def tone(self) -> str:
        return tone_of(self.status, self.timeliness, is_proposed=self.is_proposed)


@dataclass(frozen=True)
class RowSet:
    """A figure and the rows that it counts: those whose ``attribute`` has ``value``; without one, all of them.

    ``key`` names the figure in addresses (``?loc=``); ``rule`` says in words what it counts.
    """

    key: str
    label: str
    rule: Rule
    attribute: str = ""
    value: object = True

    def narrow(self, days: QuerySet) -> QuerySet:
        """Those of the tasks ``on`` a day that the figure counts."""
        if self.attribute == "tone":
            return days.filter(tone_is(str(self.value)))
        return days.filter(**{self.attribute: self.value}) if self.attribute else days

    def has(self, group: TaskGroup) -> bool:
        """Whether the figure counts the tasks of the group."""
        return not self.attribute or getattr(group, self.attribute) == self.value


ROW_SETS = {
    row_set.key: row_set
    for row_set in [
        RowSet("tat-ca", "Tất cả nhiệm vụ", rules.ALL_TASKS),
        RowSet("hoan-thanh", "Hoàn thành", rules.COMPLETE, "is_complete"),
        RowSet("chua-hoan-thanh", "Chưa hoàn thành", rules.NOT_COMPLETE, "is_complete", False),
        RowSet("chuyen-tiep", "Chuyển tiếp", rules.CARRIED_OVER, "is_carried_over"),
        RowSet("de-nghi-chuyen-tiep", "Đề nghị chuyển tiếp", rules.PROPOSED, "is_proposed"),
        RowSet("lui-han", "Đã lùi hạn", rules.PUT_OFF, "is_put_off"),
        *(
            RowSet(f"trang-thai-{status}", label, rules.rule_of_status(status, label), "status", status)
            for status, label in STATUS_LABELS.items()
        ),
        *(
            RowSet(f"han-{cell}", label, rules.rule_of_timeliness(cell), "timeliness", cell)
            for cell, label in TIMELINESS_LABELS.items()
        ),
        *(RowSet(f"mau-{tone}", label, rules.rule_of_tone(tone), "tone", tone) for tone, label in TONE_LABELS.items()),
        *(
            RowSet(f"nguyen-nhan-{cause}", label, rules.rule_of_cause(cause, label), "causes", cause)
            for cause, label in CAUSE_LABELS.items()
        ),
    ]
}
# What not every page asks for.
ASKED_FOR = ("causes", "is_put_off")
# The row sets of each facet, by the value that they count; a group is in one of each facet at the most.
BY_FACET = {
    facet: {row_set.value: row_set.key for row_set in ROW_SETS.values() if row_set.attribute == facet}
    for facet in dict.fromkeys(row_set.attribute for row_set in ROW_SETS.values() if row_set.attribute)
}


def counted(groups: Iterable[TaskGroup]) -> dict[str, int]:
    """How many tasks each row set has; nothing of what was not asked for."""
    groups = list(groups)
    unasked = {facet for facet in ASKED_FOR if any(getattr(group, facet) is None for group in groups)}
    counts = {key: 0 for key, row_set in ROW_SETS.items() if row_set.attribute not in unasked}
    for group in groups:
        for key in _counted_in(_alike(group)):
            counts[key] += group.tasks
    return counts


def _alike(group: TaskGroup) -> TaskGroup:
    """Only what tells in which row sets a group is."""
    return group._replace(tasks=0, vnd=0, told_on=None, earliest_due=None, first_obstacles=None, last_obstacles=None)


@cache
def _counted_in(facets: TaskGroup) -> list[str]:
    """The keys of the row sets that count tasks of these facets: there are few different ones."""
    found = (keys.get(getattr(facets, facet)) for facet, keys in BY_FACET.items())
    return ["tat-ca", *(key for key in found if key)]
