"""What may happen to the orders to report: given, ended, and their cycles opened ahead."""

from collections.abc import Collection
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q

from programme.models import Programme, User
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.reporting_periods import Window, window_of, windows
from smartcity.lib.records.history import operation, signed_bulk_create, signed_delete, signed_save
from tasks.models import ProgressUpdate, ReportingCycle, ReportingDuty, Task, UrgedReport
from tasks.operations.report_rules import Question

# So many cycles that were due already are opened unasked: two years of months. More are a slip of the year more
# often than meant, and every officer would have them to answer.
MOST_PAST_CYCLES = 24


class PastCyclesUnconfirmed(ValidationError):
    """Many cycles that have been due are asked for only when somebody said that it is meant."""


@operation
def set_duty(
    duty: ReportingDuty, *, by: User, today: date, reason: str = "", confirmed: Collection[str] = ()
) -> ReportingDuty:
    """Keep an order to report, and open its cycles up to the one after the present.

    Cycles that the order, ended or begun anew, no longer asks for are withdrawn where nobody has answered them.
    ``confirmed`` holds the code of the ``past_cycles_question`` where that was answered with yes.
    """
    question = past_cycles_question(duty, today)
    if question and question.code not in confirmed:
        raise PastCyclesUnconfirmed({"first_day": question.sentence})
    signed_save(duty, by=by, reason=reason)
    withdraw_cycles(duty, by=by, reason=reason)
    open_cycles(duty, by=by, today=today)
    return duty


def past_cycles_question(duty: ReportingDuty, today: date) -> Question | None:
    """What is asked before an order is kept that reaches far back; another first day is asked about anew."""
    late = timedelta(days=duty.days_to_report)
    past = [window for window in _unopened(duty, today) if window.last_day + late < today]
    if len(past) <= MOST_PAST_CYCLES:
        return None
    return Question(
        f"past-{past[0].first_day}-{len(past)}",
        f"Sẽ mở {len(past)} kỳ đã quá hạn nộp, từ kỳ {past[0]} ({past[0].days}); các cơ quan sẽ bị ghi là chưa nộp.",
        "Kiểm tra lại ngày bắt đầu, nhất là năm.",
    )


@operation
def withdraw_cycles(duty: ReportingDuty, *, by: User, reason: str = "") -> int:
    """Take back the cycles outside the days of ``duty`` for which nobody has begun a report; return how many.

    The history keeps each with the reason. What was answered, be it by a draft, stays; so does what was urged for.
    """
    _take_turns(duty)
    outside = Q(last_day__lt=duty.first_day)
    if duty.last_day:
        outside |= Q(first_day__gt=duty.last_day)
    # Locked before it is read who has answered: a report that is begun at this moment is seen, or finds no cycle.
    cycles = list(ReportingCycle.objects.filter(outside, duty=duty).order_by("pk").select_for_update())
    answered = set(ProgressUpdate.objects.filter(cycle__in=cycles).values_list("cycle", flat=True))
    urged = set(UrgedReport.objects.filter(cycle__in=cycles).values_list("cycle", flat=True))
    withdrawn = [cycle for cycle in cycles if cycle.pk not in answered | urged]
    until = f" đến hết {say_day(duty.last_day)}" if duty.last_day else ""
    why = f"Rút kỳ: chế độ báo cáo áp dụng từ {say_day(duty.first_day)}{until}. {reason}".strip()
    for cycle in withdrawn:
        signed_delete(cycle, by=by, reason=why)
    return len(withdrawn)


@operation
def open_cycles(duty: ReportingDuty, *, by: User, today: date) -> int:
    """Open the cycles of ``duty`` from its beginning to the one after the present; return how many are new.

    A second call opens nothing. No cycle is opened ahead once every task that it would ask about is complete.
    """
    _take_turns(duty)
    wanted = _unopened(duty, today)
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


def _take_turns(duty: ReportingDuty) -> None:
    """Of two people at once the second finds the cycles as the first left them."""
    Programme.objects.select_for_update().get(pk=duty.programme_id)


def _unopened(duty: ReportingDuty, today: date) -> list[Window]:
    """The windows of ``duty``, up to the one after the present, that have no cycle yet."""
    until = window_of(duty.cadence, today).last_day + timedelta(days=1)
    if duty.last_day:
        until = min(until, duty.last_day)
    known = set(ReportingCycle.objects.filter(duty=duty.pk).values_list("first_day", flat=True))
    # A duty that is announced for later has its first window all the same.
    found = windows(duty.cadence, duty.first_day, max(until, duty.first_day))
    return [window for window in found if window.first_day not in known]


def _unfinished(duty: ReportingDuty, today: date):
    tasks = Task.objects.planned(max(today, duty.first_day)).filter(programme=duty.programme_id)
    if duty.task_id:
        tasks = tasks.filter(pk=duty.task_id)
    return tasks.exclude(pk__in=ProgressUpdate.objects.complete_tasks(tasks, today))
