"""What meetings gave, in bulk: the board, the matrix and the league over 100,000 assignments."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings.models import (
    Answer,
    AnswerKind,
    AnswerState,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Conclusion,
    Directive,
    Extension,
    ExtensionState,
    Meeting,
    MeetingProgramme,
)
from meetings.models.due import Due, DueKind, When
from meetings.pages.directives.figures import Wanted, given, read_board
from programme.models import Agency, Programme, User
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.lib.language.text import fold

AGENCIES, CONCLUSIONS, DIRECTIVES, TOGETHER = 40, 10, 5, 4
FIRST_MEETING, AS_OF = date(2020, 1, 7), date(2023, 6, 16)
WORK = [
    "Rà soát, hoàn thiện hồ sơ thuê Trung tâm tích hợp dữ liệu, báo cáo tiến độ bằng biểu đồ chi tiết",
    "Đôn đốc các cơ quan xây dựng cơ sở dữ liệu dùng chung, kết nối về Trung tâm điều hành thông minh",
    "Thẩm định, tham mưu nguồn kinh phí và giá thuê dịch vụ, trình Ủy ban nhân dân tỉnh xem xét, quyết định",
    "Khảo sát mô hình trung tâm điều hành của các tỉnh, lựa chọn mô hình phù hợp",
    "Giải trình kiến nghị của Kiểm toán nhà nước về việc thuê hội nghị truyền hình trực tuyến",
]


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


def fill_directives(programme: Programme, *, assignments: int, author: User, office: User) -> None:
    """So many assignments of one province: each directive to four agencies, a third done, a tenth extended."""
    agencies = Agency.objects.bulk_create(
        Agency(province=programme.province, name=f"Sở số {number}") for number in range(AGENCIES)
    )
    of_a_meeting = CONCLUSIONS * DIRECTIVES * TOGETHER
    meetings = Meeting.objects.bulk_create(
        Meeting(
            province=programme.province,
            title="nghe báo cáo tiến độ thực hiện các nhiệm vụ",
            held_on=FIRST_MEETING + timedelta(days=number * 2),
            version=1,
        )
        for number in range(-(-assignments // of_a_meeting))
    )
    MeetingProgramme.objects.bulk_create(MeetingProgramme(meeting=one, programme=programme) for one in meetings)
    conclusions = Conclusion.objects.bulk_create(
        Conclusion(meeting=one, number=number, heading=f"Nội dung thứ {number}")
        for one in meetings
        for number in range(1, CONCLUSIONS + 1)
    )
    directives = []
    for place, conclusion in enumerate(conclusions):
        for position in range(1, DIRECTIVES + 1):
            number = place * DIRECTIVES + position
            text = WORK[number % len(WORK)]
            one = Directive(conclusion=conclusion, position=position, text=text, search_text=fold(text))
            one.due = due_of(number, conclusion.meeting.held_on)
            one.due_on = None if one.due_kind == DueKind.CONDITION else one.due.due_on
            directives.append(one)
    directives = Directive.objects.bulk_create(directives, batch_size=2_000)
    given_out = Assignment.objects.bulk_create(
        islice(_parts(directives, agencies), assignments),
        batch_size=5_000,
    )
    answered = [one for one in given_out if one.state != AssignmentState.OPEN]
    Answer.objects.bulk_create((_answer(one, author, office) for one in answered), batch_size=5_000)
    Extension.objects.bulk_create((_extension(one, author, office) for one in given_out[::10]), batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _parts(directives: list[Directive], agencies: list[Agency]):
    for number, directive in enumerate(directives):
        for place in range(TOGETHER):
            agency = agencies[(number * 7 + place * (1 + number % 3)) % AGENCIES]
            role = AssignmentRole.COORDINATING if place else AssignmentRole.LEAD
            part = Assignment(directive=directive, agency=agency, role=role)
            turn = (number * 5 + place * 3) % 12
            if turn < 4:
                part.state = AssignmentState.CONFIRMED
                part.done_on = directive.conclusion.meeting.held_on + timedelta(days=15 + turn * 40)
            elif turn == 4:
                part.state = AssignmentState.RETURNED
            elif turn == 5:
                part.state = AssignmentState.ANSWERED
            yield part


def _answer(part: Assignment, author: User, office: User) -> Answer:
    day = part.done_on or part.directive.conclusion.meeting.held_on + timedelta(days=9)
    states = {
        AssignmentState.CONFIRMED: AnswerState.CONFIRMED,
        AssignmentState.RETURNED: AnswerState.RETURNED,
        AssignmentState.ANSWERED: AnswerState.SENT,
    }
    state = states[AssignmentState(part.state)]
    is_reviewed = state != AnswerState.SENT
    return Answer(
        assignment=part,
        kind=AnswerKind.COMPLETION,
        text="Đã trình UBND tỉnh.",
        done_on=day,
        sent_on=day,
        author=author,
        state=state,
        reviewer=office if is_reviewed else None,
        reviewed_on=day if is_reviewed else None,
        return_reason="Chưa đủ số liệu." if state == AnswerState.RETURNED else "",
    )


def _extension(part: Assignment, author: User, office: User) -> Extension:
    day = part.directive.conclusion.meeting.held_on + timedelta(days=18)
    longer = (part.directive.due_on or day) + timedelta(days=60)
    return Extension(
        assignment=part,
        asked_due_on=longer,
        reason="Chờ ý kiến thẩm định.",
        requested_on=day,
        requested_by=author,
        state=ExtensionState.GRANTED,
        granted_due_on=longer,
        decided_on=day + timedelta(days=2),
        decided_by=office,
    )


def measure_directives(user: User, floor: float, best_ms: Callable, tell: Callable[[str], None]) -> None:
    """The pages over all assignments, and the plans of their queries."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    tell(f"assignments: {Assignment.objects.count():,}")
    for name, address in (
        ("board of directives", "/chi-dao/?ngay=16/06/2023"),
        ("board of one agency, overdue", f"/chi-dao/?ngay=16/06/2023&tinh-trang=open_overdue&co-quan={_some_agency()}"),
        ("board by words", "/chi-dao/?ngay=16/06/2023&q=kiem+toan"),
        ("matrix of directives", "/chi-dao/ma-tran/?ngay=16/06/2023"),
        ("league of agencies", "/chi-dao/xep-hang/?ngay=16/06/2023&vai-tro=tat-ca"),
    ):
        with CaptureQueriesContext(connection) as queries:
            status = client.get(address).status_code
            query_count = len(queries)
        if status != 200:
            raise ValueError(f"{address} answers {status}")
        taken = best_ms(lambda address=address: client.get(address), 3)
        tell(f"{name:<34} {taken:8.1f} ms {taken / floor:5.1f}   {query_count} queries")
    board = read_board(user, Wanted(), on=AS_OF)
    tell(f"plan of the board's first page:\n{board.rows()[:50].explain()}")
    tell(f"plan of the numbers:\n{given(user, AS_OF).order_by().values('timeliness_then').explain()}")


def _some_agency() -> int:
    return Agency.objects.filter(name="Sở số 7").values_list("pk", flat=True)[0]
