"""One task on one day: what the plan in force says of it, and the last that was accepted about it."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from programme.models import Agency
from tasks.models import Causes, LeadTransfer, PlannedTask, ProgressUpdate, Status
from tasks.timeliness import Timeliness, timeliness

NO_REPORT = "no_report"
STATUS_LABELS = {NO_REPORT: "Chưa có báo cáo"} | {status.value: str(status.label) for status in Status}

# The five meanings that a colour can have on a page, in the order in which they are read.
TONE_LABELS = {
    "good": "Hoàn thành",
    "wait": "Đề nghị chuyển tiếp, chờ thông qua",
    "late": "Quá hạn",
    "run": "Đang triển khai, chưa quá hạn",
    "idle": "Chưa triển khai, tạm dừng hoặc chưa có báo cáo",
}
UNEXPLAINED = "none"
CAUSE_LABELS = {cause.value: str(cause.label) for cause in Causes} | {UNEXPLAINED: "Chưa nêu nguyên nhân"}


@dataclass(frozen=True)
class TaskRow:
    """A planned task with its state on the day ``as_of``.

    ``carried_from`` is the plan of the base revision that the revision in force moved to a later period;
    ``proposed`` the plan of a pending revision that would move it. ``slips`` counts how often revisions carried
    it over, from its ``first_due`` day on. ``transfer`` is the act by which another agency than the planned one
    leads it by now.
    """

    as_of: date
    plan: PlannedTask
    update: ProgressUpdate | None
    carried_from: PlannedTask | None = None
    proposed: PlannedTask | None = None
    slips: int = 0
    first_due: date | None = None
    transfer: LeadTransfer | None = None
    # What stands beside each agency that has ended, by its key; shared by the rows of a page.
    beside: dict[int, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return self.update.status if self.update else NO_REPORT

    @property
    def is_complete(self) -> bool:
        return self.status == Status.COMPLETE

    @property
    def is_carried_over(self) -> bool:
        return self.carried_from is not None

    @property
    def is_proposed(self) -> bool:
        return self.proposed is not None

    @cached_property
    def timeliness(self) -> Timeliness:
        done_on = self.update.completed_on if self.update and self.is_complete else None
        return timeliness(self.plan.due, done_on, self.as_of, done_without_day=self.is_complete and done_on is None)

    @property
    def days_late(self) -> int:
        """Days past the due date, of an open task; else 0."""
        due = self.plan.due
        return (self.as_of - due).days if due and self.timeliness == Timeliness.OPEN_OVERDUE else 0

    @property
    def causes(self) -> str:
        """Why an open task is not complete, as its last report says; empty for a complete one."""
        if self.is_complete:
            return ""
        return (self.update and self.update.causes) or UNEXPLAINED

    @cached_property
    def tone(self) -> str:
        """Which of the five meanings of colour the row has: good, wait, late, run or idle."""
        if self.is_complete:
            return "good"
        if self.proposed:
            return "wait"
        if self.timeliness == Timeliness.OPEN_OVERDUE:
            return "late"
        return "run" if self.status in {Status.IN_PROGRESS, Status.PREPARING} else "idle"

    @property
    def label(self) -> str:
        """The word that goes with the colour."""
        if self.is_complete:
            return STATUS_LABELS[Status.COMPLETE]
        if self.proposed:
            return "Đề nghị chuyển tiếp"
        if self.timeliness == Timeliness.OPEN_OVERDUE:
            return "Quá hạn"
        return "Chuyển tiếp" if self.carried_from else STATUS_LABELS[self.status]

    @property
    def status_label(self) -> str:
        return STATUS_LABELS[self.status]

    @property
    def urgency(self) -> tuple:
        """Sorts what needs somebody first: open before complete, latest first, then the document's order."""
        return self.is_complete, -self.days_late, self.plan.position

    @property
    def lead(self) -> Agency | None:
        """Who leads it on the day; None when no source says."""
        return self.transfer.to_agency if self.transfer else self.plan.lead_agency

    @property
    def lead_label(self) -> str:
        """Who leads it, by the name of the day; empty when no source says."""
        return self.lead.label if self.lead else ""

    @property
    def lead_is_assumed(self) -> bool:
        """Whether no document says so: an act of transfer does."""
        return self.plan.lead_is_assumed and self.transfer is None

    @property
    def lead_beside(self) -> str:
        """What became of the lead, and whether that leaves the task without one."""
        return self.beside.get(self.lead.pk, "") if self.lead else ""
