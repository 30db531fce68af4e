"""One task on one day: what the plan in force says of it, and the last that was accepted about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from programme.models import Agency, Revision
from tasks.figures.transfers import LeadTransfers
from tasks.models import Causes, LeadTransfer, PlannedTask, ProgressUpdate, Status, TaskDay
from tasks.models.task_day import NO_REPORT, UNEXPLAINED
from tasks.timeliness import Timeliness, timeliness

STATUS_LABELS = {NO_REPORT: "Chưa có báo cáo"} | {status.value: str(status.label) for status in Status}

# The five meanings that a colour can have on a page, in the order in which they are read.
TONE_LABELS = {
    "good": "Hoàn thành",
    "wait": "Đề nghị chuyển tiếp, chờ thông qua",
    "late": "Quá hạn",
    "run": "Đang triển khai, chưa quá hạn",
    "idle": "Chưa triển khai, tạm dừng hoặc chưa có báo cáo",
}
CAUSE_LABELS = {cause.value: str(cause.label) for cause in Causes} | {UNEXPLAINED: "Chưa nêu nguyên nhân"}


def tone_of(status: str, timeliness: Timeliness, *, is_proposed: bool) -> str:
    """Which of the five meanings of colour a task has: good, wait, late, run or idle."""
    if status == Status.COMPLETE:
        return "good"
    if is_proposed:
        return "wait"
    if timeliness == Timeliness.OPEN_OVERDUE:
        return "late"
    return "run" if status in {Status.IN_PROGRESS, Status.PREPARING} else "idle"


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
        return tone_of(self.status, self.timeliness, is_proposed=self.is_proposed)

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


def read_rows(
    days: QuerySet[TaskDay], revision: Revision, on: date, *, moves: Mapping[int, int], beside: dict[int, str]
) -> list[TaskRow]:
    """Those of the tasks in ``days`` that ``revision``, in force on the day ``on``, plans, in its order.

    ``moves`` has the plans of the revision that waits, by the tasks that it would move. Three queries, or two.
    """
    then = days.filter(since__lte=on, until__gt=on).order_by("plan__position")
    loaded = then.select_related(
        *("plan__task", "plan__lead_agency__province", "plan__lead_document", "plan__period"),
        *("told__document", "told__author", "carried_from__period"),
    )
    rows = list(loaded)
    wanted = {moves[day.task_id] for day in rows if day.task_id in moves}
    proposed = PlannedTask.objects.select_related("period").in_bulk(wanted) if wanted else {}
    transfers = LeadTransfers(day.task_id for day in rows)
    return [
        TaskRow(
            as_of=on,
            plan=day.plan,
            update=day.told,
            carried_from=day.carried_from,
            proposed=proposed.get(moves[day.task_id]) if day.task_id in moves else None,
            slips=day.slips,
            first_due=day.first_due,
            transfer=transfers.of_task(day.plan, revision, on=on),
            beside=beside,
        )
        for day in rows
    ]
