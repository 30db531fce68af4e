"""For a leader: which agencies have not reported, and what is late for longer than its programme allows."""

from datetime import date
from typing import NamedTuple

from django.db.models import Max
from django.urls import reverse

from programme.models import Agency, AgencyKind, Membership, Programme, User
from programme.rights import URGE, roles_that
from smartcity.lib.pages.todo import Todo, TodoGroup, TodoSection
from tasks.expected import Expected, late_in
from tasks.models import ReportingCycle
from tasks.pages.cycles.agency_rows import key_of

# Of what an agency owes for long, the first; the rest is on the page of the cycle.
WORST = 5


class Owing(NamedTuple):
    """What one agency has not handed in of one programme, the oldest due first."""

    programme: Programme
    agency: Agency
    reports: list[Expected]
    today: date

    @property
    def for_too_long(self) -> list[Expected]:
        return [one for one in self.reports if one.days_late(self.today) > self.programme.days_to_superior]


def late_reports(user: User, *, today: date) -> list[TodoGroup]:
    """What is late with others and a leader is to hear of: who is silent, then what was due too long ago.

    A leader hears of their own agency. Those of the People's Committee hear who is silent of all, and what is late for
    long of agencies that have no leader here.
    """
    if not user.may(URGE, "tasks.progressupdate") or user.agency is None:
        return []
    owed = late_in(Programme.objects.visible_to(user), today=today)
    owing = [Owing(programme, agency, late, today) for (programme, agency), late in owed.items()]
    is_of_all = user.agency.kind == AgencyKind.COMMITTEE
    led = _led_here(today) if is_of_all and any(one.for_too_long for one in owing) else set()
    heard_of = [one for one in owing if is_of_all or one.agency == user.agency]
    long = [one for one in heard_of if one.for_too_long and (one.agency == user.agency or one.agency.pk not in led)]
    return [_silent(heard_of, today), *(_late_group(one, today) for one in long)]


def _silent(owing: list[Owing], today: date) -> TodoGroup:
    """Who owes reports of the cycle that was due last, programme by programme."""
    cycles = ReportingCycle.objects.filter(duty__programme__in={one.programme for one in owing}, due_on__lt=today)
    last_due = cycles.order_by().values_list("duty__programme").annotate(Max("due_on"))
    due_of = dict(last_due) if owing else {}
    jobs = []
    for one in owing:
        missing = [report for report in one.reports if report.cycle.due_on == due_of[one.programme.pk]]
        if missing:
            jobs.append(_silent_job(one, missing, today))
    jobs.sort(key=lambda job: -(job.days_late or 0))
    return TodoGroup("Chưa báo cáo kỳ đến hạn gần nhất", jobs, TodoSection.LATE)


def _silent_job(one: Owing, missing: list[Expected], today: date) -> Todo:
    cycle = missing[0].cycle
    return Todo(
        title=one.agency.name,
        detail=f"{cycle}, {one.programme.code}: chưa nộp báo cáo của {len(missing)} nhiệm vụ",
        url=_rows_of(missing),
        days_late=missing[0].days_late(today),
    )


def _late_group(one: Owing, today: date) -> TodoGroup:
    late = one.for_too_long
    return TodoGroup(
        f"Chậm báo cáo: {one.agency.name}",
        [_late_job(report, today) for report in late[:WORST]],
        TodoSection.LATE,
        left_out=len(late) - len(late[:WORST]),
        all_at=_rows_of([report for report in late if report.cycle == late[-1].cycle]),
    )


def _late_job(one: Expected, today: date) -> Todo:
    return Todo(
        title=f"{one.task.plan_position}. {one.task.plan_name}",
        detail=f"{one.cycle}, {one.task.programme.code}, {one.answer.label.lower()}",
        url=one.task.get_absolute_url(),
        days_late=one.days_late(today),
    )


def _rows_of(reports: list[Expected]) -> str:
    """Where reports of one agency for one cycle are listed; with its others, where no address names them alone."""
    first = reports[0]
    query: dict[str, object] = {"ky": first.cycle.pk}
    if len({key_of(one) for one in reports}) == 1:
        query["co-quan"] = key_of(first)
    if len({one.answer for one in reports}) == 1:
        query["tra-loi"] = first.answer.value
    return reverse("cycle_detail", args=[first.task.programme.code], query=query)


def _led_here(today: date) -> set[int]:
    """The agencies that have a leader with an account."""
    leaders = Membership.objects.overlapping(today, today).filter(
        user__role__in=roles_that(URGE, "tasks.progressupdate"), user__is_active=True
    )
    return set(leaders.values_list("agency", flat=True))
