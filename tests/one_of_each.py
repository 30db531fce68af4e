"""What an office at work has beside the demonstration: one record of every kind, in every state that has a page."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import get_default_timezone, localdate

from meetings.models import AssignmentRole, AssignmentState, FindingState, Meeting
from meetings.models.due import Due, DueKind
from programme.models import Agency, AgencyKind, DocumentKind, Programme, User
from smartcity.exchange.imports.models import FileState
from tasks.models import Status, Task
from tasks.operations.copying import begin_amendment
from tests.factories import (
    BudgetEntryFactory,
    DatasetFactory,
    DatasetObservationFactory,
    EvidenceFactory,
    ExplanationFactory,
    ImportedFileFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    RevisionFactory,
    RouteStepFactory,
    StoredFileFactory,
    UrgedReportFactory,
    UrgingFactory,
    adopted_revision,
    rewrite,
)
from tests.meetings.factories import (
    AnswerFactory,
    AssignmentFactory,
    AttendanceFactory,
    ConclusionFactory,
    DirectiveFactory,
    DirectiveLinkFactory,
    DirectiveUrgingFactory,
    ExtensionFactory,
    FeedAddressFactory,
    FindingEntryFactory,
    FindingFactory,
    MeetingFactory,
    MeetingVersionFactory,
    UrgedAssignmentFactory,
)

# What the meeting to come will conclude: a heading, and what it directs.
TO_BE_SAID = [
    (
        "Về dự án camera giám sát giao thông",
        "Hoàn thành hồ sơ mời thầu, trình UBND tỉnh phê duyệt",
        "Rà soát các nút giao chưa có đường truyền",
    ),
    (
        "Về dữ liệu dùng chung",
        "Kết nối dữ liệu camera với Trung tâm giám sát, điều hành",
        "Đề xuất quy chế khai thác dữ liệu camera",
    ),
]
# By these the records are found again.
PLANNED = "giao ban quý IV về tiến độ các đề án"
HELD = "rà soát các nhiệm vụ chậm tiến độ"
WAITS_FOR_ITS_DAY = "Hoàn thiện hồ sơ điều chỉnh Đề án"
EACH_MONTH = "Báo cáo tình hình vận hành hệ thống camera"
MOVED_ON = "CHIEU-SANG"
NEW = "DE-AN-MOI"
FILE = "Biên bản nghiệm thu.pdf"
KEY = "dia-chi-lich-de-thu"
URGED_AT = datetime(2026, 11, 27, 9, 30, tzinfo=get_default_timezone())


@transaction.atomic
def make() -> None:
    """Add it to the demonstration, once."""
    if Meeting.objects.filter(title=HELD).exists():
        return
    programme = Programme.objects.get(code="BRVT-DTTM")
    begin_amendment(programme, by=person("dau-moi"), reason="Bổ sung nhiệm vụ theo kết luận của UBND tỉnh")
    _meetings(programme)
    _reports(programme)
    _late_reports(programme)
    _money_and_questions(programme)
    _people(programme)
    _draft_of_an_older_plan(programme)
    ProgrammeFactory(code=NEW, province=programme.province, coordinating_agency=programme.coordinating_agency)


def person(username: str) -> User:
    return User.objects.get(username=username)


def police() -> Agency:
    return Agency.objects.get(province__code="ba-ria-vung-tau", short_name="Công an tỉnh")


def _meetings(programme: Programme) -> None:
    lead = {"agency": police()}
    planned = MeetingFactory(province=programme.province, title=PLANNED, held_on=localdate())
    AttendanceFactory(meeting=planned, chair=True, position=1)
    for number, (heading, *texts) in enumerate(TO_BE_SAID, 1):
        conclusion = ConclusionFactory(meeting=planned, number=number, heading=heading)
        for position, text in enumerate(texts, 1):
            directive = DirectiveFactory(conclusion=conclusion, position=position, text=text)
            AssignmentFactory(directive=directive, **lead)
    # One that directs nothing, so it can be taken out.
    ConclusionFactory(meeting=planned, number=3, heading="Về chế độ báo cáo")

    held = MeetingFactory(province=programme.province, title=HELD, held_on=date(2026, 3, 2), concluded=True)
    AttendanceFactory(meeting=held, chair=True, position=1)
    MeetingVersionFactory(meeting=held, on=held.held_on, text="THÔNG BÁO\nKết luận tại cuộc họp")
    conclusion = ConclusionFactory(meeting=held, number=1)
    open_part, answered, confirmed, _, late, *_, waiting = [
        _give(conclusion, position, text, due)
        for position, (text, due) in enumerate(
            [
                ("Lắp đặt bổ sung camera tại các nút giao", by(date(2026, 12, 31))),
                ("Báo cáo kết quả kết nối dữ liệu camera", by(date(2026, 10, 31))),
                ("Bàn giao hồ sơ hoàn công", by(date(2026, 6, 30))),
                (EACH_MONTH, Due(DueKind.CADENCE, cadence="monthly")),
                ("Rà soát quy chế phối hợp", by(date(2026, 9, 30))),
                (WAITS_FOR_ITS_DAY, Due(DueKind.PHRASE, words="ngay sau kỳ họp cuối năm")),
                ("Đánh giá an toàn thông tin của Trung tâm giám sát", by(date(2026, 11, 30))),
            ],
            start=1,
        )
    ]
    DirectiveLinkFactory(directive=open_part.directive, task=task("NV-10"))
    officer = person("chuyen-vien")
    _move(answered, AssignmentState.ANSWERED)
    AnswerFactory(assignment=answered, author=officer, sent_on=date(2026, 10, 30))
    _move(confirmed, AssignmentState.CONFIRMED, done_on=date(2026, 6, 25))
    for day, text in (
        (date(2026, 9, 15), "Đã khảo sát 12 nút giao."),
        (
            date(2026, 11, 20),
            "Đã lắp 7 trong 12 nút giao; 5 nút còn lại chờ bàn giao mặt bằng, dự kiến xong trong tháng 12.",
        ),
    ):
        AnswerFactory(assignment=open_part, author=officer, progress=True, sent_on=day, text=text)
    urging = DirectiveUrgingFactory(province=programme.province, agency=police(), by=person("van-phong"), at=URGED_AT)
    UrgedAssignmentFactory(urging=urging, assignment=late)
    ExtensionFactory(
        assignment=waiting,
        asked_due_on=date(2026, 12, 31),
        requested_on=date(2026, 11, 20),
        requested_by=officer,
    )
    _give(conclusion, 8, "Thuê dịch vụ đường truyền", by(date(2026, 8, 31)), withdrawn_on=date(2026, 5, 4))


def by(day: date) -> Due:
    return Due(DueKind.DAY, day=day)


def _give(conclusion, position: int, text: str, due: Due, **more):
    directive = DirectiveFactory(conclusion=conclusion, position=position, text=text, due=due, **more)
    other = Agency.objects.get(province=conclusion.meeting.province, short_name="Sở TT&TT")
    AssignmentFactory(directive=directive, agency=other, role=AssignmentRole.COORDINATING)
    return AssignmentFactory(directive=directive, agency=police())


def _move(assignment, state: AssignmentState, **fields) -> None:
    rewrite(assignment, state=state, **fields)
    assignment.refresh_from_db()


def task(code: str) -> Task:
    return Task.objects.get(programme__code="BRVT-DTTM", code=code)


def _reports(programme: Programme) -> None:
    """A draft with its file, and one that waits for the coordinator."""
    officer = person("chuyen-vien")
    said = {"status": Status.IN_PROGRESS, "percent": 40, "author": officer}
    draft = ProgressUpdateFactory(task=task("NV-10"), as_of=date(2026, 11, 25), results="Đã ký hợp đồng.", **said)
    EvidenceFactory(update=draft, file=StoredFileFactory(name="Hợp đồng.pdf", uploaded_by=officer))
    ProgressUpdateFactory(
        task=task("NV-10"), as_of=date(2026, 10, 25), results="Đã trình hồ sơ mời thầu.", submitted=True, **said
    )
    RouteStepFactory(task=task("NV-10"), name="Lập báo cáo kinh tế - kỹ thuật", done_on=date(2026, 9, 15))
    RouteStepFactory(task=task("NV-10"), name="Thẩm định", planned_due=date(2026, 12, 15))


def _late_reports(programme: Programme) -> None:
    """A report that is overdue, for which its agency was urged."""
    duty = ReportingDutyFactory(programme=programme, task=task("NV-10"), first_day=date(2026, 10, 1))
    days = {"first_day": date(2026, 9, 15), "last_day": date(2026, 10, 14), "due_on": date(2026, 10, 20)}
    cycle = ReportingCycleFactory(duty=duty, **days)
    urging = UrgingFactory(programme=programme, agency=police(), by=person("dau-moi"), at=URGED_AT)
    UrgedReportFactory(urging=urging, task=task("NV-10"), cycle=cycle)


def _money_and_questions(programme: Programme) -> None:
    coordinator = person("dau-moi")
    BudgetEntryFactory(task=task("NV-05"), decided_on=date(2021, 3, 22))
    asked = {"programme": programme, "asked_by": person("lanh-dao"), "agency": police()}
    ExplanationFactory(of_task=True, task=task("NV-10"), as_of=date(2026, 11, 20), asked_on=localdate(), **asked)
    ExplanationFactory(programme=programme, asked_by=person("lanh-dao"))
    dataset = DatasetFactory(agency=police(), name="Dữ liệu camera giám sát")
    DatasetObservationFactory(dataset=dataset, recorded_by=coordinator)
    DatasetFactory(agency=programme.coordinating_agency, name="Dữ liệu phản ánh hiện trường")
    name = "kinh-phi.csv"
    finding = {"row": 2, "told": [["Nhiệm vụ", "NV-05"], ["Số tiền", "1,2 tỷ đồng"]], "errors": [], "notes": []}
    ImportedFileFactory(
        programme=programme,
        uploaded_by=coordinator,
        name=name,
        state=FileState.CHECKED,
        checked_count=1,
        findings=[finding | {"values": {}, "key": "", "claims": {}, "confirmed": "", "skipped": ""}],
    )
    ImportedFileFactory(
        programme=programme, uploaded_by=coordinator, name="kinh-phi-quy-2.csv", state=FileState.APPLIED
    )
    LegalDocumentFactory(
        issuer=programme.coordinating_agency,
        province=programme.province,
        kind=DocumentKind.PLAN,
        symbol="KH-STTTT",
        subject="Kế hoạch triển khai năm 2027",
        unissued=True,
    )
    LegalDocumentFactory(
        issuer=programme.coordinating_agency,
        province=programme.province,
        kind=DocumentKind.REPORT,
        symbol="BC-STTTT",
        signed_on=date(2026, 10, 12),
        subject="Báo cáo nghiệm thu",
        file=StoredFileFactory(name=FILE, uploaded_by=coordinator),
    )


def _people(programme: Programme) -> None:
    """What auditors found, and the address of a calendar."""
    body = Agency.objects.filter(kind=AgencyKind.AUDIT).order_by("pk").first()
    about = {"province": programme.province, "agency": police(), "body": body}
    FindingFactory(**about)
    answered_on, answer = date(2026, 11, 2), "Đã lập hồ sơ quyết toán."
    answered = FindingFactory(
        subject="Việc chậm quyết toán hạng mục camera",
        state=FindingState.ANSWERED,
        answered_on=answered_on,
        answer=answer,
        **about,
    )
    FindingEntryFactory(finding=answered, on=answered_on, text=answer, author=person("chuyen-vien"))
    FeedAddressFactory(user=person("chuyen-vien"), key=KEY)


def _draft_of_an_older_plan(programme: Programme) -> None:
    """A programme whose second revision was adopted while a third was drafted from the first."""
    own = {"province": programme.province, "coordinating_agency": programme.coordinating_agency}
    older = ProgrammeFactory(code=MOVED_ON, **own)
    first = adopted_revision(older, effective_on=date(2024, 1, 1), tasks=2, lead=police(), name="Chiếu sáng công cộng")
    tasks = [planned.task for planned in first.planned_tasks.select_related("task")]
    adopted_revision(older, effective_on=date(2025, 1, 1), tasks=tasks, lead=police(), base=first, name=first.name)
    RevisionFactory(programme=older, base=first, name=first.name)
