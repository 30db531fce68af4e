"""What a person's calendar holds: by when what is to be done, reported and answered; the meetings of the province."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from icalendar import Calendar, Event, vText

from meetings.expected import READS, ExpectedReport, missing_reports
from meetings.models import Assignment, Directive, Extension, Finding, Meeting, MeetingState, order_of_meetings
from meetings.pages.findings.thread import findings_awaiting
from programme.models import User
from programme.rights import OVERSEE
from smartcity.lib.language.dates import say_day
from tasks.expected import read_own_reports
from tasks.models import ReportingCycle

MOST = 1000
MEETINGS_SINCE = timedelta(days=90)


def feed_of(user: User, *, site: str, today: date) -> bytes:
    """The calendar as a file; ``site`` is what addresses begin with. The most urgent first, at most ``MOST`` events.

    The same bytes each time, until something in it changes: each event tells when what it is about was last changed.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Do thi thong minh//Lich//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Chỉ đạo, cuộc họp, báo cáo: {user.agency.label if user.agency else user}")
    meetings = list(_meetings(user, today))
    assignments, reports = list(_assignments(user, today)[: MOST + 1]), _reports(user, today)
    findings = list(findings_awaiting(user, today).exclude(due_on=None)[: MOST + 1])
    given = {one.pk: one for one in [*assignments, *(report.assignment for report in reports)]}
    changed = _assignments_changed(given.values())
    dues = [_due(one, site, changed[one.pk]) for one in assignments]
    dues += [_report(one, site, changed[one.assignment.pk]) for one in reports]
    findings_changed = _changed(Finding, "id", findings)
    dues += [_finding(one, site, findings_changed[one.pk]) for one in findings]
    cycles = _cycles(user, today)
    cycles_changed = _changed(ReportingCycle, "id", cycles)
    dues += [_cycle(one, site, cycles_changed[one.pk]) for one in cycles]
    meetings_changed = _changed(Meeting, "id", meetings)
    dues.sort(key=lambda event: event.decoded("dtstart"))
    room = MOST - len(meetings[:MOST])
    for due in dues[:room]:
        calendar.add_component(due)
    for meeting in meetings[:MOST]:
        calendar.add_component(_meeting(meeting, site, today, meetings_changed[meeting.pk]))
    if len(dues) > room or len(meetings) > MOST:
        kinds = (changed, findings_changed, cycles_changed, meetings_changed)
        calendar.add_component(_more(site, today, max(when for kind in kinds for when in kind.values())))
    if user.simulated_note:
        _warn(calendar, user.simulated_note)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _warn(calendar: Calendar, note: str) -> None:
    """Say of the calendar and of each event that it is not real: a telephone shows them among others."""
    calendar.add("x-wr-caldesc", note)
    for event in calendar.walk("VEVENT"):
        event["summary"] = vText(f"Tỉnh mẫu: {event['summary']}")
        told = [str(event.pop("description"))] if "description" in event else []
        event.add("description", "\n".join([note, *told]))


def _changed(model: Any, key: str, records: Iterable[Any]) -> dict[int, datetime]:
    """When each record was last changed, by the key in its history; one query."""
    rows = model.history.filter(**{f"{key}__in": [one.pk for one in records]}).order_by()
    return dict(rows.values_list(key).annotate(Max("history_date")))


def _assignments_changed(assignments: Iterable[Assignment]) -> dict[int, datetime]:
    """The same for assignments, which tell of their directive, its meeting, and how far they were extended."""
    assignments = list(assignments)
    own, extended = _changed(Assignment, "id", assignments), _changed(Extension, "assignment_id", assignments)
    # The event names the other agencies of the directive too.
    parts = _changed(Assignment, "directive_id", {one.directive for one in assignments})
    directives = _changed(Directive, "id", {one.directive for one in assignments})
    meetings = _changed(Meeting, "id", {one.directive.conclusion.meeting for one in assignments})
    return {
        one.pk: max(
            own[one.pk],
            parts[one.directive_id],
            directives[one.directive_id],
            meetings[one.directive.conclusion.meeting_id],
            extended.get(one.pk, own[one.pk]),
        )
        for one in assignments
    }


def _assignments(user: User, today: date):
    given = Assignment.objects.given(today).visible_to(user)
    if not user.may(OVERSEE, "meetings.assignment"):
        given = given.answerable_by(user, today)
    open_ = given.on_day(today).filter(done_then=None, due_then__isnull=False)
    joined = open_.select_related("agency", "directive__conclusion__meeting")
    return joined.prefetch_related("directive__assignments__agency").order_by("due_then", "pk")


def _reports(user: User, today: date) -> list[ExpectedReport]:
    """Of each window that runs, the report that the person's agency has yet to send."""
    asked = Assignment.objects.given(today).answerable_by(user, today).exclude(directive__due_cadence="")
    missing = missing_reports(asked.select_related(READS, "agency").order_by("pk"), on=today)
    return [one for reports in missing.values() for one in reports if one.window.last_day >= today]


def _cycles(user: User, today: date) -> list[ReportingCycle]:
    """Those for which the person's agency has yet to report on a task, while there is time."""
    asked = read_own_reports(user, today=today).asked if user.reports else []
    found = {one.cycle.pk: one for one in asked if one.cycle.due_on >= today}
    for one in found.values():
        one.cycle.duty.programme = one.task.programme
    return [one.cycle for one in found.values()]


def _meetings(user: User, today: date):
    since = Meeting.objects.visible_to(user).filter(held_on__gte=today - MEETINGS_SINCE)
    return since.select_related("province").order_by(*order_of_meetings(newest_first=True))[: MOST + 1]


def _due(assignment: Assignment, site: str, changed: datetime) -> Event:
    directive = assignment.directive
    due_then: date = assignment.due_then  # type: ignore[attr-defined]
    first_due = assignment.first_due_then  # type: ignore[attr-defined]
    others = [f"{one.agency.label} ({one.get_role_display().lower()})" for one in directive.assignments.all()]
    told = [
        directive.text,
        f"Cơ quan: {'; '.join(others)}",
        f"Thời hạn: {directive.due.say()}",
        f"{directive.conclusion.meeting}, mục {directive.label}",
    ]
    if due_then != first_due and first_due:
        told.append(f"Đã gia hạn từ ngày {say_day(first_due)} đến ngày {say_day(due_then)}")
    summary = f"Đến hạn: {assignment.agency.label} – {directive}"
    event = _event(f"phan-cong-{assignment.pk}", due_then, summary, site + assignment.get_absolute_url(), site, changed)
    event.add("description", "\n".join(told))
    event.add("status", "CONFIRMED")
    return event


def _report(expected: ExpectedReport, site: str, changed: datetime) -> Event:
    assignment, window = expected.assignment, expected.window
    key = f"bao-cao-{assignment.pk}-{window.last_day:%Y%m%d}"
    summary = f"Hạn báo cáo kỳ: {assignment.agency.label} – {window}"
    event = _event(key, window.last_day, summary, site + assignment.get_absolute_url(), site, changed)
    directive = assignment.directive
    told = [directive.text, f"Kỳ báo cáo: {window.days}", f"{directive.conclusion.meeting}, mục {directive.label}"]
    event.add("description", "\n".join(told))
    event.add("status", "CONFIRMED")
    return event


def _finding(finding: Finding, site: str, changed: datetime) -> Event:
    due_on: date = finding.due_on  # type: ignore[assignment]
    summary, address = f"Hạn kiến nghị: {finding.agency.label} – {finding.subject}", site + finding.get_absolute_url()
    event = _event(f"kien-nghi-{finding.pk}", due_on, summary, address, site, changed)
    event.add("description", f"{finding.asks}\nCơ quan kiến nghị: {finding.body}")
    event.add("status", "CONFIRMED")
    return event


def _cycle(cycle: ReportingCycle, site: str, changed: datetime) -> Event:
    programme = cycle.duty.programme
    summary, address = f"Hạn nộp báo cáo tiến độ: {programme.code} – {cycle}", site + reverse("admin:index")
    event = _event(f"ky-bao-cao-{cycle.pk}", cycle.due_on, summary, address, site, changed)
    event.add("description", f"Kỳ báo cáo: {cycle.window.days}\nCác nhiệm vụ phải báo cáo ở trang Việc của tôi.")
    event.add("status", "CONFIRMED")
    return event


def _meeting(meeting: Meeting, site: str, today: date, changed: datetime) -> Event:
    summary, address = f"Họp: {meeting.title}", site + meeting.get_absolute_url()
    event = _event(f"cuoc-hop-{meeting.pk}", _beginning(meeting), summary, address, site, changed)
    state = meeting.state_on(today)
    event.add("description", f"{meeting}\n{state.label}")
    if meeting.place:
        event.add("location", meeting.place)
    event.add("status", "TENTATIVE" if state == MeetingState.PLANNED else "CONFIRMED")
    return event


def _beginning(meeting: Meeting) -> date:
    """The moment by the clock of the meeting's place; where the hour is not known, its day."""
    if meeting.begins_at is None:
        return meeting.held_on
    return datetime.combine(meeting.held_on, meeting.begins_at, get_default_timezone())


def _more(site: str, today: date, changed: datetime) -> Event:
    words = f"Còn việc, cuộc họp khác: lịch chỉ chứa {MOST} mục gấp nhất. Xem đủ trên trang chỉ đạo."
    event = _event("con-nua", today, words, site, site, changed)
    event.add("status", "CONFIRMED")
    return event


def _event(key: str, begins: date, summary: str, address: str, site: str, changed: datetime) -> Event:
    event = Event()
    # The same event keeps its key when its day moves.
    event.add("uid", f"{key}@{site.partition('://')[2]}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", begins)
    if not isinstance(begins, datetime):
        # When what begins at an hour is over, nobody has said.
        event.add("dtend", begins + timedelta(days=1))
    event.add("summary", summary)
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event
