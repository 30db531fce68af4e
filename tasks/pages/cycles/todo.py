"""For a leader: which agencies have not reported."""

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


class Owing(NamedTuple):
    """What one agency has not handed in of one programme, the oldest due first."""

    programme: Programme
    agency: Agency
    reports: list[Expected]


def late_reports(user: User, *, today: date) -> TodoGroup:
    """Who owes reports, a line for each agency and programme, who has owed them longest first.

    A leader hears of their own agency; those of the People's Committee of all. A letter reminds only of what is late by
    more days than its programme gives before superiors hear of it, and of agencies that have no leader here.
    """
    title = "Cơ quan chưa nộp báo cáo"
    if not user.may(URGE, "tasks.progressupdate") or user.agency is None:
        return TodoGroup(title, [])
    owed = late_in(Programme.objects.visible_to(user), today=today)
    owing = [Owing(programme, agency, late) for (programme, agency), late in owed.items()]
    if user.agency.kind == AgencyKind.COMMITTEE:
        led = _led_here(today) - {user.agency.pk} if owing else set()
    else:
        owing, led = [one for one in owing if one.agency == user.agency], set()
    last_due = _last_due(owing, today)
    jobs = [_late_job(one, last_due, led, today) for one in owing]
    return TodoGroup(title, sorted(jobs, key=lambda job: -(job.days_late or 0)), TodoSection.LATE)


def _last_due(owing: list[Owing], today: date) -> dict[int, date]:
    """By duty to report, when its cycle was due that was due last."""
    if not owing:
        return {}
    cycles = ReportingCycle.objects.filter(duty__programme__in={one.programme for one in owing}, due_on__lt=today)
    return dict(cycles.order_by().values_list("duty").annotate(Max("due_on")))


def _late_job(one: Owing, last_due: dict[int, date], led: set[int], today: date) -> Todo:
    oldest = one.reports[0]
    missing: dict[int, list[Expected]] = {}
    for report in one.reports:
        if report.cycle.due_on == last_due[report.cycle.duty_id]:
            missing.setdefault(report.cycle.pk, []).append(report)
    earlier = len(one.reports) - sum(len(reports) for reports in missing.values())
    said = [f"{reports[0].cycle} chưa nộp {len(reports)} báo cáo" for reports in missing.values()]
    said += [f"các kỳ trước còn {earlier} báo cáo, từ {str(oldest.cycle).lower()}"] if earlier else []
    days_late = oldest.days_late(today)
    return Todo(
        title=one.agency.name,
        detail=f"{one.programme.code}: {'; '.join(said)}",
        url=_rows_of(next(iter(missing.values()), [report for report in one.reports if report.cycle == oldest.cycle])),
        days_late=days_late,
        is_pressing=days_late > one.programme.days_to_superior and one.agency.pk not in led,
    )


def _rows_of(reports: list[Expected]) -> str:
    """Where reports of one agency for one cycle are listed; with its others, where no address names them alone."""
    first = reports[0]
    query: dict[str, object] = {"ky": first.cycle.pk}
    if len({key_of(one) for one in reports}) == 1:
        query["co-quan"] = key_of(first)
    if len({one.answer for one in reports}) == 1:
        query["tra-loi"] = first.answer.value
    return f"{reverse('cycle_detail', args=[first.task.programme.code], query=query)}#tung-bao-cao"


def _led_here(today: date) -> set[int]:
    """The agencies that have a leader with an account."""
    leaders = Membership.objects.overlapping(today, today).filter(
        user__role__in=roles_that(URGE, "tasks.progressupdate"), user__is_active=True
    )
    return set(leaders.values_list("agency", flat=True))
