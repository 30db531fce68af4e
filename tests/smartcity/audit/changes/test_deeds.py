"""What was done is said in the office's own verbs, and first: who was not there understands the line."""

import re
from datetime import date
from html import unescape

import pytest

from meetings.models import ExtensionState
from meetings.operations.directing import resume_directive, withdraw_directive
from meetings.operations.extending import decide_extension, request_extension
from meetings.operations.removing import remove_meeting
from programme.models import AgencySuccession, Role
from smartcity.lib.records.history import signed_save
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import merge_tasks, remove_task, split_task
from tasks.operations.reporting import submit_update
from tasks.operations.reviewing import accept_update
from tasks.operations.transferring import transfer_duties
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    adopted_revision,
    officer_of,
    task_in_force,
)
from tests.meeting_pages import secretary_of
from tests.meetings.factories import AssignmentFactory, AttendanceFactory, DirectiveFactory, MeetingFactory

pytestmark = [pytest.mark.django_db]
TODAY = date(2024, 4, 25)


@pytest.fixture
def said(client_of):
    """What each line says was done, of what is asked; the last act first."""

    def said(**asked):
        auditor = UserFactory(role=Role.AUDITOR, agency=None)
        page = client_of(auditor).get("/nhat-ky/", {name.replace("_", "-"): value for name, value in asked.items()})
        lines = page.text.partition('id="nhat-ky"')[2].partition("</main>")[0]
        found = re.findall("<summary>(?!Xem trang này)(.*?)</summary>", lines)
        return [unescape(text).replace("\u00a0", " ") for text in found]

    return said


def test_extensions_are_asked_for_granted_and_refused(said):
    assignment = AssignmentFactory(
        directive=DirectiveFactory(due_kind="day", due_day=date(2024, 4, 30)), agency__name="Sở Y tế"
    )
    officer, office = officer_of(assignment.agency), secretary_of(assignment.agency.province)
    asked = {"asked_due_on": date(2024, 5, 31), "reason": "Chờ vốn", "by": officer, "today": TODAY}

    refused = request_extension(assignment, **asked)
    decide_extension(refused, grant=False, note="Việc gấp", by=office, today=TODAY)
    granted = request_extension(assignment, **asked)
    decide_extension(granted, grant=True, by=office, today=TODAY)

    assert granted.assignment.extensions.get(state=ExtensionState.GRANTED)
    assert [line.partition(",")[0] for line in said(loai="meetings.extension")] == [
        "Chấp thuận đề nghị gia hạn «31/05/2024»",
        "Gửi đề nghị gia hạn «31/05/2024»",
        "Không chấp thuận đề nghị gia hạn «31/05/2024»",
        "Gửi đề nghị gia hạn «31/05/2024»",
    ]


def test_withdrawn_directive_is_no_longer_followed_and_followed_again(said):
    directive = DirectiveFactory(text="Trình đề cương", conclusion__meeting__held_on=date(2024, 4, 10))
    AssignmentFactory(directive=directive)
    person = secretary_of(directive.conclusion.meeting.province)
    withdraw_directive(directive, on=TODAY, reason="Đã giao việc khác", by=person, today=TODAY)
    resume_directive(directive, reason="Rút nhầm", by=person)

    again, withdrawn, *_ = said(loai="meetings.directive")

    assert again.startswith("Theo dõi lại ý kiến chỉ đạo «Trình đề cương»")
    assert withdrawn.startswith("Thôi theo dõi ý kiến chỉ đạo «Trình đề cương»")


def test_duty_that_passed_on_says_from_whom_to_whom(said):
    old = AgencyFactory(name="Sở Thông tin và Truyền thông", in_force_to=date(2025, 2, 28))
    new = AgencyFactory(province=old.province, name="Sở Khoa học và Công nghệ")
    task = task_in_force(programme=ProgrammeFactory(province=old.province), lead=old)
    document, administrator = LegalDocumentFactory(), UserFactory(role=Role.ADMINISTRATOR)
    on = date(2025, 3, 1)
    signed_save(AgencySuccession(predecessor=old, successor=new, effective_on=on, document=document), by=administrator)
    transfer_duties(from_agency=old, to_agency=new, on=on, document=document, by=administrator, today=on, tasks=[task])

    assert said(loai="tasks.leadtransfer") == [
        f"Ghi chuyển giao chủ trì «Sở Thông tin và Truyền thông → Sở Khoa học và Công nghệ», nhiệm vụ {task}"
    ]
    assert said(loai="programme.agencysuccession") == [
        "Ghi kế thừa cơ quan «Sở Thông tin và Truyền thông → Sở Khoa học và Công nghệ»"
    ]


def test_split_merged_and_removed_tasks_are_said_before_what_became_of_their_rows(said):
    person = UserFactory()
    draft = begin_amendment(adopted_revision(tasks=4).programme, by=person)
    one, two, three, four = draft.planned_tasks.order_by("position")
    parts = split_task(
        one, parts=[{"name": "Hạ tầng"}, {"name": "Dữ liệu"}], by=person, today=TODAY, reason="Nguồn vốn"
    )
    merged = merge_tasks([two, three], name="Việc gộp", by=person, today=TODAY, reason="Cho gọn")
    remove_task(four, by=person, reason="Hết vốn")

    lines = [line.partition(",")[0] for line in said(de_an=draft.programme.code)]

    assert lines[0] == f"Đưa ra khỏi đề án nhiệm vụ «{four.task}»"
    splits = [f"Tách nhiệm vụ «{one.task} → {part.task}»" for part in parts]
    merges = [f"Gộp nhiệm vụ «{old.task} → {merged.task}»" for old in (two, three)]
    first_of_split, first_of_merge = lines.index(splits[0]), lines.index(merges[0])
    assert lines[first_of_split : first_of_split + 2] == splits
    assert lines[first_of_merge : first_of_merge + 2] == merges
    assert not any(line.startswith("Sửa") for line in lines[first_of_split : first_of_split + 4])


def test_removed_meeting_stands_before_its_parts_which_call_it_by_its_name(said):
    meeting = MeetingFactory(title="nghe báo cáo kho dữ liệu", source=LegalDocumentFactory())
    AttendanceFactory(meeting=meeting, agency=AgencyFactory(name="Sở Y tế"))
    remove_meeting(meeting, reason="Hoãn họp", by=secretary_of(meeting.province), today=date(2024, 1, 1))

    whole, part, *_ = said(viec="xoa")

    assert whole.startswith("Xóa cuộc họp «nghe báo cáo kho dữ liệu, ")
    assert part.startswith("Xóa thành phần dự họp «Sở Y tế")
    assert "cuộc họp nghe báo cáo kho dữ liệu, " in part
    assert "không còn, mã" not in part


def test_report_is_sent_and_accepted(said):
    programme = ProgrammeFactory()
    task = task_in_force(programme=programme, lead=AgencyFactory(province=programme.province))
    author = officer_of(task.plans.get().lead_agency)
    report = ProgressUpdateFactory(task=task, author=author, as_of=date(2023, 6, 16), document=LegalDocumentFactory())
    submit_update(report, by=author, today=date(2023, 6, 16))
    accept_update(
        report, by=UserFactory(role=Role.COORDINATOR, agency=programme.coordinating_agency), today=date(2023, 6, 17)
    )

    assert [line.partition(" «")[0] for line in said(loai="tasks.progressupdate")] == [
        "Tiếp nhận báo cáo tiến độ",
        "Gửi báo cáo tiến độ",
        "Tạo báo cáo tiến độ",
    ]
