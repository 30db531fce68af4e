"""For a leader: what became of what they directed at the meetings that they chaired."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from meetings.models import Answer, Assignment, AssignmentState, Attendance, AttendanceRole
from meetings.pages.directives.figures import IS_LATE
from programme.models import User
from programme.rights import URGE
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.todo import Todo, TodoGroup, TodoSection

# Of meetings with something open, the last ones; the board has all.
MEETINGS = 5
# Of answers, those that have waited longest.
ANSWERS = 10
MEETING = "directive__conclusion__meeting"


def directed_work(user: User, *, today: date) -> list[TodoGroup]:
    """Answers that came to what ``user`` directed, and meetings of which something is open.

    One query for a leader, and one for the answers where there are any.

    A meeting is theirs when their name stands there as the chair's. It is told on the page; no letter reminds of it.
    """
    if not user.may(URGE, "meetings.assignment"):
        return []
    chairs = Attendance.objects.filter(role=AttendanceRole.CHAIR, person=user.full_name, meeting=OuterRef(MEETING))
    theirs = Assignment.objects.visible_to(user).given(today).filter(Exists(chairs))
    meetings = _still_open(theirs, today)
    groups = [_answered(user, theirs, today)] if any(row["answered"] for row in meetings) else []
    return [*groups, _open_meetings(user, meetings)]


def _answered(user: User, theirs, today: date) -> TodoGroup:
    found = Answer.objects.waiting().filter(assignment__in=theirs).order_by("sent_on", "pk")
    found = found.select_related(f"assignment__{MEETING}", "assignment__agency")
    answers = list(found[: ANSWERS + 1])
    jobs = [
        Todo(
            title=str(one.assignment.directive),
            detail=f"{one.assignment.agency.label} báo cáo hoàn thành, chờ Văn phòng xác nhận · "
            f"cuộc họp ngày {say_day(one.assignment.directive.conclusion.meeting.held_on)}",
            url=one.assignment.get_absolute_url(),
            button="Xem trả lời",
            days_waited=(today - one.sent_on).days,
            is_pressing=False,
        )
        for one in answers[:ANSWERS]
    ]
    left = found.count() - len(jobs) if len(answers) > ANSWERS else 0
    waiting = _board(user, **{"tra-loi": AssignmentState.ANSWERED.value})
    return TodoGroup("Đã có trả lời", jobs, TodoSection.DIRECTED, left_out=left, all_at=waiting)


def _still_open(theirs, today: date) -> list[dict]:
    """Meetings of which something is open, the last one first, with the counts of what they gave."""
    counted = theirs.on_day(today).order_by().values(MEETING, f"{MEETING}__held_on", f"{MEETING}__title")
    is_open = Q(done_then=None)
    counted = counted.annotate(
        given=Count("pk"),
        still=Count("pk", filter=is_open),
        late=Count("pk", filter=IS_LATE),
        answered=Count("pk", filter=is_open & Q(state=AssignmentState.ANSWERED)),
    )
    return list(counted.filter(still__gt=0).order_by(f"-{MEETING}__held_on", f"-{MEETING}"))


def _open_meetings(user: User, found: list[dict]) -> TodoGroup:
    jobs = [
        Todo(
            title=f"Cuộc họp ngày {say_day(row[f'{MEETING}__held_on'])}: {row[f'{MEETING}__title']}",
            detail=_said(row),
            url=_board(user, **{"cuoc-hop": row[MEETING]}),
            is_pressing=False,
        )
        for row in found[:MEETINGS]
    ]
    left = len(found) - len(jobs)
    return TodoGroup("Cuộc họp còn việc chưa xong", jobs, TodoSection.DIRECTED, left_out=left, all_at=_board(user))


def _said(row: dict) -> str:
    said = [f"{row['given'] - row['still']}/{row['given']} việc hoàn thành"]
    said += [f"{row['late']} quá hạn"] if row["late"] else []
    said += [f"{row['answered']} chờ xác nhận"] if row["answered"] else []
    return ", ".join(said)


def _board(user: User, **narrowed: object) -> str:
    return reverse("directive_board", query={"chu-tri": user.full_name, **narrowed})
