"""The reports on one task, read once for a page that asks several things of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from tasks.models import ProgressUpdate, Task

# By what a report is told from others; what it says is read only of the one that is shown.
TOLD_BY = ["task", "cycle", "corrects", "state", "status", "as_of", "reported_on"]


@dataclass(frozen=True)
class TaskReports:
    """All reports on a task, the newest day first; each has what ``TOLD_BY`` names, and whether it ``counts``."""

    all: list[Any]

    @property
    def counting(self) -> list[Any]:
        return [report for report in self.all if report.counts]

    def counting_on(self, day: date) -> Any:
        """What counts on the day, if anything; the same as ``ProgressUpdate.last_accepted``."""
        return next((report for report in self.counting if report.as_of <= day), None)

    @property
    def open(self) -> list[Any]:
        return [report for report in self.all if report.is_open]


def reports_on(task: Task) -> TaskReports:
    """One query."""
    counts = Exists(ProgressUpdate.objects.counting().filter(pk=OuterRef("pk")))
    rows = ProgressUpdate.objects.filter(task=task).annotate(counts=counts)
    return TaskReports(list(rows.only(*TOLD_BY).order_by("-as_of", "-pk")))
