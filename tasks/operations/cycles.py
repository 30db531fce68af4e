"""What may happen to the orders to report: given, ended, and their cycles opened ahead."""

from datetime import date, timedelta

from programme.history import operation, signed_bulk_create, signed_save
from programme.models import Programme, User
from tasks.models import ProgressUpdate, ReportingCycle, ReportingDuty, Task
from tasks.windows import window_of, windows


@operation
def set_duty(duty: ReportingDuty, *, by: User, today: date, reason: str = "") -> ReportingDuty:
    """Keep an order to report, and open its cycles up to the one after the present."""
    signed_save(duty, by=by, reason=reason)
    open_cycles(duty, by=by, today=today)
    return duty


@operation
def open_cycles(duty: ReportingDuty, *, by: User, today: date) -> int:
    """Open the cycles of ``duty`` from its beginning to the one after the present; return how many are new.

    A second call opens nothing. No cycle is opened ahead once every task that it would ask about is complete.
    """
    # Of two people opening at once the second finds the cycles of the first.
    Programme.objects.select_for_update().get(pk=duty.programme_id)
    until = window_of(duty.cadence, today).last_day + timedelta(days=1)
    if duty.last_day:
        until = min(until, duty.last_day)
    known = set(ReportingCycle.objects.filter(duty=duty).values_list("first_day", flat=True))
    # A duty that is announced for later has its first window all the same.
    wanted = [
        window
        for window in windows(duty.cadence, duty.first_day, max(until, duty.first_day))
        if window.first_day not in known
    ]
    if not _unfinished(duty, today).exists():
        wanted = [window for window in wanted if window.last_day < today]
    late = timedelta(days=duty.days_to_report)
    cycles = [
        ReportingCycle(duty=duty, first_day=one.first_day, last_day=one.last_day, due_on=one.last_day + late)
        for one in wanted
    ]
    signed_bulk_create(cycles, by=by, reason="Mở kỳ theo chế độ báo cáo")
    return len(cycles)


def open_all_cycles(*, by: User, today: date) -> int:
    """Open what is due to be opened for every duty that has not ended; return how many cycles are new."""
    duties = ReportingDuty.objects.live(today).select_related("programme").order_by("pk")
    return sum(open_cycles(duty, by=by, today=today) for duty in duties)


def _unfinished(duty: ReportingDuty, today: date):
    tasks = Task.objects.planned(max(today, duty.first_day)).filter(programme=duty.programme_id)
    if duty.task_id:
        tasks = tasks.filter(pk=duty.task_id)
    return tasks.exclude(pk__in=ProgressUpdate.objects.complete_tasks(tasks, today))
