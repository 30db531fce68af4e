"""What a person's calendar holds: by when what is to be done, reported and answered; the meetings of the province."""

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from meetings.expected import READS, ExpectedReport, missing_reports
from meetings.models import Assignment, Finding, Meeting, MeetingState
from programme.dates import say_day
from programme.models import Role, User
from smartcity.findings.thread import findings_awaiting

MOST = 1000
MEETINGS_SINCE = timedelta(days=90)
# Whose calendar holds what everybody in the province has to do.
OVERSEERS = (Role.LEADER, Role.OFFICE)


def feed_of(user: User, *, site: str, today: date, now: datetime) -> bytes:
    """The calendar as a file; ``site`` is what addresses begin with. The most urgent first, at most ``MOST`` events."""
    calendar = Calendar()
    calendar.add("prodid", "-//Do thi thong minh//Lich//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Chỉ đạo và cuộc họp: {user.agency.label if user.agency else user}")
    meetings = list(_meetings(user, today))
    dues = [_due(one, site, now) for one in _assignments(user, today)[: MOST + 1]]
    dues += [_report(one, site, now) for one in _reports(user, today)]
    dues += [_finding(one, site, now) for one in findings_awaiting(user, today).exclude(due_on=None)[: MOST + 1]]
    dues.sort(key=lambda event: event.decoded("dtstart"))
    room = MOST - len(meetings[:MOST])
    for due in dues[:room]:
        calendar.add_component(due)
    for meeting in meetings[:MOST]:
        calendar.add_component(_meeting(meeting, site, today, now))
    if len(dues) > room or len(meetings) > MOST:
        calendar.add_component(_more(site, today, now))
    return calendar.to_ical()


def _assignments(user: User, today: date):
    given = Assignment.objects.given(today).visible_to(user)
    if user.role not in OVERSEERS:
        given = given.answerable_by(user, today)
    open_ = given.on_day(today).filter(done_then=None, due_then__isnull=False)
    joined = open_.select_related("agency", "directive__conclusion__meeting")
    return joined.prefetch_related("directive__assignments__agency").order_by("due_then", "pk")


def _reports(user: User, today: date) -> list[ExpectedReport]:
    """Of each window that runs, the report that the person's agency has yet to send."""
    asked = Assignment.objects.given(today).answerable_by(user, today).exclude(directive__due_cadence="")
    missing = missing_reports(asked.select_related(READS, "agency").order_by("pk"), on=today)
    return [one for reports in missing.values() for one in reports if one.window.last_day >= today]


def _meetings(user: User, today: date):
    since = Meeting.objects.visible_to(user).filter(held_on__gte=today - MEETINGS_SINCE)
    return since.select_related("province").order_by("-held_on", "pk")[: MOST + 1]


def _due(assignment: Assignment, site: str, now: datetime) -> Event:
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
    event = _event(f"phan-cong-{assignment.pk}", due_then, summary, site + assignment.get_absolute_url(), site, now)
    event.add("description", "\n".join(told))
    event.add("status", "CONFIRMED")
    return event


def _report(expected: ExpectedReport, site: str, now: datetime) -> Event:
    assignment, window = expected.assignment, expected.window
    key = f"bao-cao-{assignment.pk}-{window.last_day:%Y%m%d}"
    summary = f"Hạn báo cáo kỳ: {assignment.agency.label} – {window}"
    event = _event(key, window.last_day, summary, site + assignment.get_absolute_url(), site, now)
    directive = assignment.directive
    told = [directive.text, f"Kỳ báo cáo: {window.days}", f"{directive.conclusion.meeting}, mục {directive.label}"]
    event.add("description", "\n".join(told))
    event.add("status", "CONFIRMED")
    return event


def _finding(finding: Finding, site: str, now: datetime) -> Event:
    due_on: date = finding.due_on  # type: ignore[assignment]
    summary, address = f"Hạn kiến nghị: {finding.agency.label} – {finding.subject}", site + finding.get_absolute_url()
    event = _event(f"kien-nghi-{finding.pk}", due_on, summary, address, site, now)
    event.add("description", f"{finding.asks}\nCơ quan kiến nghị: {finding.body}")
    event.add("status", "CONFIRMED")
    return event


def _meeting(meeting: Meeting, site: str, today: date, now: datetime) -> Event:
    summary, address = f"Họp: {meeting.title}", site + meeting.get_absolute_url()
    event = _event(f"cuoc-hop-{meeting.pk}", meeting.held_on, summary, address, site, now)
    state = meeting.state_on(today)
    event.add("description", f"{meeting}\n{state.label}")
    if meeting.place:
        event.add("location", meeting.place)
    event.add("status", "TENTATIVE" if state == MeetingState.PLANNED else "CONFIRMED")
    return event


def _more(site: str, today: date, now: datetime) -> Event:
    words = f"Còn việc, cuộc họp khác: lịch chỉ chứa {MOST} mục gấp nhất. Xem đủ trên trang chỉ đạo."
    event = _event("con-nua", today, words, site, site, now)
    event.add("status", "CONFIRMED")
    return event


def _event(key: str, day: date, summary: str, address: str, site: str, now: datetime) -> Event:
    event = Event()
    # The same event keeps its key when its day moves.
    event.add("uid", f"{key}@{site.partition('://')[2]}")
    event.add("dtstamp", now)
    event.add("last-modified", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event
