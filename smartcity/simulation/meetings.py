"""Simulated meetings: what they conclude, who is to do it by when, and what was answered."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random

from meetings.models import (
    Answer,
    AnswerKind,
    AnswerState,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Attendance,
    AttendanceRole,
    Conclusion,
    Directive,
    Extension,
    ExtensionState,
    Meeting,
    MeetingProgramme,
)
from meetings.models.due import Due, DueKind, When
from meetings.operations.extended_days import keep_extended_days
from meetings.operations.recording import conclude_meeting
from programme.models import Agency, DocumentKind, Programme, User
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.simulation.places import Place
from smartcity.simulation.scale import Days, spread
from smartcity.simulation.writing import GROUND, change, keep

CONCLUSIONS, DIRECTIVES, TOGETHER = 3, 4, 3
OF_A_MEETING = CONCLUSIONS * DIRECTIVES * TOGETHER
WORK = [
    "Rà soát, hoàn thiện hồ sơ thuê Trung tâm tích hợp dữ liệu, báo cáo tiến độ chi tiết.",
    "Đôn đốc các cơ quan xây dựng cơ sở dữ liệu dùng chung, kết nối về Trung tâm điều hành thông minh.",
    "Thẩm định, tham mưu nguồn kinh phí và giá thuê dịch vụ, trình Ủy ban nhân dân tỉnh xem xét, quyết định.",
    "Khảo sát mô hình trung tâm điều hành của các tỉnh, lựa chọn mô hình phù hợp.",
    "Giải trình kiến nghị của Kiểm toán nhà nước về việc thuê hội nghị truyền hình trực tuyến.",
]


def hold_meetings(programme: Programme, place: Place, count: int, *, days: Days, random: Random, by: User) -> None:
    """Meetings on the programme that give out ``count`` assignments in all; most were answered."""
    held = spread(days.first + timedelta(days=30), days.last - timedelta(days=60), -(-count // OF_A_MEETING), random)
    for number, day in enumerate(held):
        left = min(OF_A_MEETING, count - number * OF_A_MEETING)
        meeting = begin_meeting(programme, place, day, by=place.clerk)
        directives = _conclude(meeting, -(-left // TOGETHER), by=place.clerk)
        given = keep(list(islice(_parts(directives, place, random), left)), by=place.clerk, on=day)
        conclude_meeting(meeting, by=place.clerk, today=day + timedelta(days=1), reason=GROUND)
        _answer(given, place, random)
        _extend(given[::10], place, days=days, by=by)


def begin_meeting(programme: Programme, place: Place, day: date, *, by: User) -> Meeting:
    said = f"Kết luận cuộc họp về {programme.code}"
    on = day + timedelta(days=2)
    notice = place.issue(place.committee, DocumentKind.NOTICE, "TB-UBND", said, on=on, by=by)
    title = "nghe báo cáo tiến độ thực hiện các nhiệm vụ của đề án"
    meeting = Meeting(province=place.province, title=title, held_on=day, place="Phòng họp số 1", notice=notice)
    keep([meeting], by=by, on=day)
    keep([MeetingProgramme(meeting=meeting, programme=programme)], by=by, on=day)
    chair = Attendance(role=AttendanceRole.CHAIR, person=place.leader.full_name, title="Phó Chủ tịch")
    people = [chair, *(Attendance(agency=agency) for agency in [place.coordinating, *place.departments[1:4]])]
    for position, attendance in enumerate(people, start=1):
        attendance.meeting, attendance.position = meeting, position
    keep(people, by=by, on=day)
    return meeting


def _conclude(meeting: Meeting, count: int, *, by: User) -> list[Directive]:
    """``count`` directives in as many conclusions as they need."""
    conclusions = [
        Conclusion(meeting=meeting, number=number, heading=f"Nội dung thứ {number}")
        for number in range(1, -(-count // DIRECTIVES) + 1)
    ]
    keep(conclusions, by=by, on=meeting.held_on)
    directives = []
    for number in range(count):
        conclusion, position = conclusions[number // DIRECTIVES], number % DIRECTIVES + 1
        directive = Directive(conclusion=conclusion, position=position, text=WORK[number % len(WORK)])
        directive.due = due_of(meeting.pk + number, meeting.held_on)
        directive.due_on = None if directive.due_kind == DueKind.CONDITION else directive.due.due_on
        directives.append(directive)
    return keep(directives, by=by, on=meeting.held_on)


def due_of(number: int, held_on: date) -> Due:
    """The seven kinds in turn, days more often than the rest."""
    day = held_on + timedelta(days=20 + number % 300)
    kinds = [
        Due(DueKind.DAY, day=day),
        Due(DueKind.MONTH, year=day.year, month=day.month),
        Due(DueKind.DAY, day=day, cadence=Cadence.WEEKLY),
        Due(DueKind.PHRASE, words="trong quý tới", day=day),
        Due(DueKind.CONDITION, words="HĐND tỉnh thông qua Nghị quyết", when=When.AFTER),
        Due(DueKind.REFERENCE, words="155/QĐ-UBND", day=day),
        Due(DueKind.CADENCE, words="trong các báo cáo định kỳ"),
        Due(DueKind.NONE),
    ]
    return kinds[number % len(kinds)]


def _parts(directives: list[Directive], place: Place, random: Random) -> Iterator[Assignment]:
    """Each directive to one agency that leads and two that help."""
    for directive in directives:
        agencies: list[Agency] = random.sample(place.departments[1:], TOGETHER)
        for number, agency in enumerate(agencies):
            role = AssignmentRole.COORDINATING if number else AssignmentRole.LEAD
            yield Assignment(directive=directive, agency=agency, role=role)


def _answer(given: list[Assignment], place: Place, random: Random) -> None:
    """Half of them are confirmed, some returned or not looked at yet; nobody answered the rest."""
    states = [AssignmentState.CONFIRMED, AssignmentState.RETURNED, AssignmentState.ANSWERED, AssignmentState.OPEN]
    decided: list[tuple[Assignment, Answer, AssignmentState]] = []
    for part in given:
        state = random.choices(states, [5, 1, 1, 3])[0]
        if state != AssignmentState.OPEN:
            day = part.directive.conclusion.meeting.held_on + timedelta(days=random.randint(5, 55))
            decided.append((part, _answer_of(part, place, day), state))
    decided_on = {part.pk for part, _, _ in decided}
    _tell_progress([part for part in given if part.pk not in decided_on], place)
    answers = [answer for _, answer, _ in decided]
    keep(answers, by=place.clerk, on=lambda answer: answer.sent_on)
    for part, answer, state in decided:
        part.state = state
        part.done_on = answer.done_on if state == AssignmentState.CONFIRMED else None
        if state != AssignmentState.ANSWERED:
            answer.state = AnswerState(state)
            answer.reviewer, answer.reviewed_on = place.clerk, answer.sent_on + timedelta(days=1)
            answer.return_reason = "Chưa đủ số liệu." if state == AssignmentState.RETURNED else ""
    reviewed = [answer for answer in answers if answer.reviewer_id]
    fields = ["state", "reviewer", "reviewed_on", "return_reason"]
    change(reviewed, fields, by=place.clerk, on=lambda answer: answer.reviewed_on or answer.sent_on)
    on = {part.pk: answer.reviewed_on or answer.sent_on for part, answer, _ in decided}
    parts = [part for part, _, _ in decided]
    change(parts, ["state", "done_on"], by=place.clerk, on=lambda part: on[part.pk])


def _tell_progress(undone: list[Assignment], place: Place) -> None:
    """Of every other part that nobody answered it was said twice how far it is."""
    told = []
    for part in undone[::2]:
        for days, text in ((20, "Đang khảo sát, lấy ý kiến."), (40, "Đã trình, chờ thẩm định.")):
            day = part.directive.conclusion.meeting.held_on + timedelta(days=days)
            author = place.officers[part.agency_id]
            told.append(
                Answer(assignment=part, kind=AnswerKind.PROGRESS, text=text, as_of=day, sent_on=day, author=author)
            )
    keep(told, by=place.clerk, on=lambda answer: answer.sent_on)


def _answer_of(part: Assignment, place: Place, day: date) -> Answer:
    return Answer(
        assignment=part,
        kind=AnswerKind.COMPLETION,
        text="Đã hoàn thành, báo cáo Ủy ban nhân dân tỉnh.",
        done_on=day,
        sent_on=day,
        author=place.officers[part.agency_id],
    )


def _extend(given: list[Assignment], place: Place, *, days: Days, by: User) -> None:
    extensions = []
    for part in given:
        day = part.directive.conclusion.meeting.held_on + timedelta(days=4)
        longer = (part.directive.due_on or day) + timedelta(days=60)
        extensions.append(
            Extension(
                assignment=part,
                asked_due_on=longer,
                reason="Chờ ý kiến thẩm định.",
                requested_on=day,
                requested_by=place.officers[part.agency_id],
            )
        )
    keep(extensions, by=place.clerk, on=lambda extension: extension.requested_on)
    for extension in extensions:
        extension.state, extension.granted_due_on = ExtensionState.GRANTED, extension.asked_due_on
        extension.decided_by, extension.decided_on = place.clerk, extension.requested_on
    fields = ["state", "granted_due_on", "decided_by", "decided_on"]
    change(extensions, fields, by=place.clerk, on=lambda extension: extension.decided_on or extension.requested_on)
    keep_extended_days([part.pk for part in given])
