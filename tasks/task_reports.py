"""The reports on one task, read once for a page that asks several things of them."""

from datetime import date

from tasks.models import ProgressUpdate, Task, UpdateState

# By what a report is told from others; what it says is read only of the one that is shown.
TOLD_BY = ["task", "cycle", "corrects", "state", "status", "as_of", "reported_on"]


class TaskReports:
    """All reports on a task, the newest day first, each with what ``TOLD_BY`` names. One query."""

    def __init__(self, task: Task):
        self.all = list(ProgressUpdate.objects.filter(task=task).only(*TOLD_BY).order_by("-as_of", "-pk"))
        accepted = [report for report in self.all if report.state == UpdateState.ACCEPTED]
        # What corrects a report is a report on the same task.
        corrected = {report.corrects_id for report in accepted}
        # As ``counting`` of the database.
        self.counting = [report for report in accepted if report.pk not in corrected]
        self._whole: dict[int, ProgressUpdate] = {}

    @property
    def open(self) -> list[ProgressUpdate]:
        return [report for report in self.all if report.is_open]

    def last_accepted(self, day: date) -> ProgressUpdate | None:
        """What counts on the day, whole; as ``ProgressUpdate.last_accepted`` of a report that corrects none."""
        last = next((report for report in self.counting if report.as_of <= day), None)
        if last is None:
            return None
        if last.pk not in self._whole:
            self._whole[last.pk] = ProgressUpdate.objects.get(pk=last.pk)
        return self._whole[last.pk]
