"""What was done is said in the office's own verbs, and first: who was not there understands the line."""

import re
from datetime import date
from html import unescape

import pytest
from django.apps import apps
from django.db.models import BooleanField

from meetings.models import ExtensionState
from meetings.operations.answering import answer_assignment, confirm_answer, reopen_assignment
from meetings.operations.directing import resume_directive, withdraw_directive
from meetings.operations.extending import decide_extension, request_extension
from meetings.operations.removing import remove_meeting
from programme.models import AgencySuccession, Role, StepKind
from programme.operations.deciding import record_step
from smartcity.audit.verbs import BECAME, BEGUN, FILLED, MADE, NOTED
from smartcity.lib.records.history import signed_save
from tasks.operations.copying import begin_amendment, redraft_revision
from tasks.operations.drafting import merge_tasks, remove_task, split_task
from tasks.operations.reporting import submit_update
from tasks.operations.reviewing import accept_update
from tasks.operations.transferring import transfer_duties
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
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


def test_reopened_assignment_is_not_one_that_was_sent_back(said):
    assignment = AssignmentFactory(agency__name="Sở Y tế")
    officer, office = officer_of(assignment.agency), secretary_of(assignment.agency.province)
    answer = answer_assignment(assignment, text="Đã xong", done_on=TODAY, by=officer, today=TODAY)
    confirm_answer(answer, by=office, today=TODAY)
    reopen_assignment(assignment, reason="Xác nhận nhầm", by=office, today=TODAY)

    assert [line.partition(" «")[0] for line in said(loai="meetings.assignment")][:3] == [
        "Mở lại phân công",
        "Xác nhận hoàn thành phân công",
        "Báo hoàn thành phân công",
    ]


def test_what_an_act_of_very_many_rows_was_about_stands_first(said):
    person = UserFactory()
    draft = begin_amendment(adopted_revision(tasks=104).programme, by=person)
    first = draft.planned_tasks.order_by("position")[0]
    remove_task(first, by=person, reason="Hết vốn")

    assert said(de_an=draft.programme.code)[0].startswith(f"Đưa ra khỏi đề án nhiệm vụ «{first.task}»")


def test_what_was_copied_into_a_new_draft_was_not_done_by_it(said):
    person = UserFactory()
    base = adopted_revision(tasks=2)
    draft = begin_amendment(base.programme, by=person)
    split_task(
        draft.planned_tasks.order_by("position")[0], parts=[{"name": "Một"}, {"name": "Hai"}], by=person, today=TODAY
    )
    record_step(draft, StepKind.WITHDRAWN, on=TODAY, by=person, today=TODAY)
    draft.refresh_from_db()
    redraft_revision(draft, by=person)

    lines = said(loai="tasks.tasklineage")

    assert [line.partition(" «")[0] for line in lines] == ["Ghi tách, gộp nhiệm vụ"] * 2 + ["Tách nhiệm vụ"] * 2


def test_step_of_a_revision_says_which_it_was(said):
    revision = RevisionFactory()
    for kind in (StepKind.CONSIDERED, StepKind.SUBMITTED):
        record_step(revision, kind, on=TODAY, by=UserFactory(), today=TODAY)

    lines = [line for line in said(de_an=revision.programme.code) if "bước của" in line or "Trình" in line]

    assert [line.partition(",")[0] for line in lines][:2] == [
        "Ghi bước của lần điều chỉnh «Trình HĐND»",
        "Ghi bước của lần điều chỉnh «UBND xem xét tờ trình»",
    ]


@pytest.mark.parametrize(
    ("kind", "column", "values"),
    [
        *((kind, column, verbs) for table in (BEGUN, BECAME) for kind, (column, verbs) in table.items()),
        *((kind, column, ()) for kind, columns in FILLED.items() for column in columns),
        *((kind, "id", ()) for kind in sorted(MADE.keys() | NOTED)),
    ],
)
def test_what_has_a_verb_is_there(kind, column, values):
    field = apps.get_model(kind)._meta.get_field(column)
    known = {True, False} if isinstance(field, BooleanField) else {key for key, _ in field.flatchoices or ()}

    assert {one for value in values for one in (value if isinstance(value, tuple) else (value,))} <= known


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
