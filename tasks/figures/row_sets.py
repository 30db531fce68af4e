"""A figure is a facet and a value: what is counted, what is listed, what is linked to."""

from dataclasses import dataclass
from datetime import date

from tasks.figures.task_rows import CAUSE_LABELS, STATUS_LABELS, TONE_LABELS, TaskRow, tone_of
from tasks.models import Status
from tasks.timeliness import TIMELINESS_LABELS, Timeliness


@dataclass(frozen=True)
class TaskGroup:
    """How many tasks of a programme are alike in all that figures tell apart, and what they are planned to cost.

    ``told_on`` is the latest day that a report on one of them speaks of; ``vnd`` is in đồng.
    """

    status: str
    timeliness: Timeliness
    causes: str
    is_carried_over: bool
    in_first: bool
    period: int | None
    count: int
    vnd: int
    told_on: date | None
    is_proposed: bool = False

    @property
    def is_complete(self) -> bool:
        return self.status == Status.COMPLETE

    @property
    def tone(self) -> str:
        return tone_of(self.status, self.timeliness, is_proposed=self.is_proposed)


@dataclass(frozen=True)
class RowSet:
    """A figure and the rows that it counts: those whose ``attribute`` has ``value``; without one, all of them.

    ``key`` names the figure in addresses (``?loc=``).
    """

    key: str
    label: str
    attribute: str = ""
    value: object = True

    def counts(self, row: TaskRow | TaskGroup) -> bool:
        return not self.attribute or getattr(row, self.attribute) == self.value


ROW_SETS = {
    row_set.key: row_set
    for row_set in [
        RowSet("tat-ca", "Tất cả nhiệm vụ"),
        RowSet("hoan-thanh", "Hoàn thành", "is_complete"),
        RowSet("chua-hoan-thanh", "Chưa hoàn thành", "is_complete", False),
        RowSet("chuyen-tiep", "Chuyển tiếp", "is_carried_over"),
        RowSet("de-nghi-chuyen-tiep", "Đề nghị chuyển tiếp", "is_proposed"),
        *(RowSet(f"trang-thai-{status}", label, "status", status) for status, label in STATUS_LABELS.items()),
        *(RowSet(f"han-{cell}", label, "timeliness", cell) for cell, label in TIMELINESS_LABELS.items()),
        *(RowSet(f"mau-{tone}", label, "tone", tone) for tone, label in TONE_LABELS.items()),
        *(RowSet(f"nguyen-nhan-{cause}", label, "causes", cause) for cause, label in CAUSE_LABELS.items()),
    ]
}
