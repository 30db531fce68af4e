"""A task as a line of the admin's list: how it is today, and what the person may do with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from smartcity.lib.language.dates import say_age
from tasks.figures.task_rows import TaskRow


@dataclass(frozen=True)
class ListedTask:
    """One row of the page; ``row`` is None for a task out of force. ``programme`` is told where there are several."""

    task: Any
    row: TaskRow | None
    lead: str
    programme: str
    today: date
    # Whether the person reports on some tasks at all.
    has_actions: bool
    # Who entered its last report and who accepted it, where that is told.
    signed: str = ""

    @property
    def position(self) -> str:
        return "" if self.task.plan_position is None else str(self.task.plan_position)

    @property
    def name(self) -> str:
        return self.task.plan_name or self.task.code

    @property
    def address(self) -> str:
        return self.task.get_absolute_url()

    @property
    def fate(self) -> str:
        """Why it is out of force."""
        return self.task.fate

    @property
    def age(self) -> str:
        """How long ago the day was that the last report speaks of."""
        told_on = self.row and self.row.told_on
        return f"đã {say_age(told_on, self.today)}" if told_on and told_on < self.today else ""

    @property
    def is_begun(self) -> bool:
        """Whether somebody of the agency has begun a report."""
        return bool(self.task.open_report)

    @property
    def report_address(self) -> str:
        """Where the person reports on it, or goes on with what was begun; empty where they do not report on it."""
        if self.row is None or not self.has_actions or not self.task.is_own:
            return ""
        if self.is_begun:
            return reverse("admin:tasks_progressupdate_change", args=[self.task.open_report])
        return f"{reverse('admin:tasks_progressupdate_add')}?task={self.task.pk}"
