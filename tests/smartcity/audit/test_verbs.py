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
from smartcity.audit.verbs import (
    BECAME,
    BEGUN,
    CORRECTING,
    CORRECTING_NOUNS,
    FILLED,
    MADE,
    NOTED,
    SAID_FOR_ALL,
    TAKEN_BACK,
    UNMADE,
    UNMADE_BY_KIND,
)
from smartcity.lib.records.history import signed_delete, signed_save, user_action
from tasks.models import LineageKind, TaskLineage
from tasks.operations.copying import begin_amendment, redraft_revision, restore_task
from tasks.operations.drafting import merge_tasks, remove_task, split_task
from tasks.operations.reporting import submit_update
from tasks.operations.reviewing import accept_update
from tasks.operations.transferring import transfer_duties
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    DatasetObservationFactory,
    LegalDocumentFactory,
    PlannedBudgetFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    StatedFigureFactory,
    TaskFactory,
    UserFactory,
    adopted_revision,
    officer_of,
    task_in_force,
)
from tests.meeting_pages import secretary_of
from tests.meetings.factories import (
    AssignmentFactory,
    AttendanceFactory,
    DirectiveFactory,
    MeetingFactory,
    MeetingProgrammeFactory,
)

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


def test_entry_and_its_correction_are_told_apart_by_what_they_are_and_their_money(said):
    entry = BudgetEntryFactory(kind="cost_estimate", source="province", year=2024, amount_vnd=16 * 10**9)
    values = {"task": entry.task, "kind": "cost_estimate", "source": "province", "year": 2024}
    BudgetEntryFactory(**values, amount_vnd=-15 * 10**9, corrects=entry)
    planned = PlannedBudgetFactory(source="province", year=2025, amount_vnd=160 * 10**6)

    correction, first = said(loai="tasks.budgetentry")
    budget = said(loai="tasks.plannedbudget")[0]

    of = f", nhiệm vụ {entry.task}"
    assert first == f"Ghi bút toán kinh phí «Dự toán, Ngân sách tỉnh, năm 2024, 16 tỷ đồng»{of}"
    assert correction == f"Đính chính bút toán kinh phí «Dự toán, Ngân sách tỉnh, năm 2024, −15 tỷ đồng»{of}"
    assert budget.startswith("Tạo kinh phí dự kiến «Ngân sách tỉnh, năm 2025, 160 triệu đồng», ")
    assert planned


def test_correction_of_a_report_is_not_another_report(said):
    programme = ProgrammeFactory()
    task = task_in_force(programme=programme, lead=AgencyFactory(province=programme.province))
    author = officer_of(task.plans.get().lead_agency)
    values = {"task": task, "author": author, "as_of": date(2023, 6, 16), "document": LegalDocumentFactory()}
    report = ProgressUpdateFactory(**values, state="accepted")
    correction = ProgressUpdateFactory(**values, corrects=report)
    submit_update(correction, by=author, today=date(2023, 6, 16))

    lines = said(loai="tasks.progressupdate")

    assert [line.partition(" «")[0] for line in lines] == [
        "Gửi bản đính chính báo cáo tiến độ",
        "Tạo bản đính chính báo cáo tiến độ",
        "Tạo báo cáo tiến độ",
    ]


def test_split_merger_and_removal_that_are_undone_are_said_so_first(said):
    person = UserFactory()
    draft = begin_amendment(adopted_revision(tasks=4).programme, by=person)
    one, two, three, four = draft.planned_tasks.order_by("position")
    split_task(one, parts=[{"name": "Hạ tầng"}, {"name": "Dữ liệu"}], by=person, today=TODAY, reason="Vốn")
    merge_tasks([two, three], name="Việc gộp", by=person, today=TODAY, reason="Cho gọn")
    remove_task(four, by=person, reason="Hết vốn")
    first = []
    for planned in (one, two, four):
        restore_task(draft, planned.task, by=person)
        first.append(said(de_an=draft.programme.code)[0].partition(" → ")[0].partition("»")[0])

    assert first == [
        f"Hủy tách nhiệm vụ «{one.task}",
        f"Hủy gộp nhiệm vụ «{two.task}",
        f"Đưa trở lại đề án nhiệm vụ «{four.task}",
    ]


def test_programme_of_a_meeting_is_neither_made_nor_removed_by_it(said):
    link = MeetingProgrammeFactory()
    person = secretary_of(link.meeting.province)
    signed_delete(link, by=person)

    gone, made = said(loai="meetings.meetingprogramme")

    assert made.startswith(f"Gắn cuộc họp với đề án «{link.programme.code}», cuộc họp")
    assert gone.startswith(f"Thôi gắn cuộc họp với đề án «{link.programme.code}», cuộc họp")


def test_kind_and_name_are_not_run_together(said):
    assignment = AssignmentFactory(agency__name="Công an tỉnh")
    answer_assignment(assignment, text="Đã xong", done_on=TODAY, by=officer_of(assignment.agency), today=TODAY)

    assert "phân công Công an tỉnh" in said(loai="meetings.answer")[0]


def test_second_sight_of_a_database_on_one_day_is_told_apart_from_the_first(said):
    seen = DatasetObservationFactory(is_built=False)
    DatasetObservationFactory(dataset=seen.dataset)

    corrected, first = said(loai="tasks.datasetobservation")

    assert first.startswith("Ghi tình trạng cơ sở dữ liệu «10/04/2024, chưa xây dựng, ")
    assert corrected.startswith("Ghi tình trạng cơ sở dữ liệu «10/04/2024, đã xây dựng, ")


def test_stated_figure_says_what_it_is_about(said):
    figure = StatedFigureFactory(wording="Đã hoàn thành 08/21 nhiệm vụ")

    line = said(loai="programme.statedfigure")[0]

    assert figure.get_measure_display() in line
    assert "Đã hoàn thành 08/21 nhiệm vụ" in line


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

    assert [line.partition(" «")[0] for line in lines] == [
        *["Chép sang dự thảo mới việc tách nhiệm vụ"] * 2,
        *["Tách nhiệm vụ"] * 2,
    ]


@pytest.mark.parametrize("role", [Role.LEADER, Role.COORDINATOR])
def test_split_that_was_undone_still_says_into_what(client_of, role):
    base, person = adopted_revision(tasks=2), UserFactory()
    draft = begin_amendment(base.programme, by=person)
    first = draft.planned_tasks.order_by("position")[0]
    split_task(first, parts=[{"name": "Một", "code": "NV-X1"}, {"name": "Hai"}], by=person, today=TODAY)
    restore_task(draft, first.task, by=person, reason="Tách nhầm")

    def said_to(province):
        reader = UserFactory(role=role, agency=AgencyFactory(province=province))
        page = client_of(reader).get("/nhat-ky/", {"loai": "tasks.tasklineage"})
        return unescape(page.text.partition('id="nhat-ky"')[2]).replace("\u00a0", " ")

    words = said_to(base.programme.province)
    assert "Hủy tách nhiệm vụ" in words
    assert f"{first.task} → NV-X1 (nay đã xóa)»" in words
    assert "NV-X1" not in said_to(AgencyFactory().province)


def test_split_that_came_with_its_revision_in_one_go_was_done_by_it(said):
    programme, person = ProgrammeFactory(), UserFactory()
    old, new = TaskFactory(programme=programme), TaskFactory(programme=programme)
    with user_action(by=person):
        revision = signed_save(RevisionFactory.build(programme=programme, document=None), by=person, reason="Nhập tệp")
        lineage = TaskLineage(from_task=old, to_task=new, revision=revision, kind=LineageKind.SPLIT)
        signed_save(lineage, by=person, reason="Nhập tệp")

    assert said(loai="tasks.tasklineage")[0].startswith("Tách nhiệm vụ «")


def test_step_of_a_revision_says_which_it_was(said):
    revision = RevisionFactory()
    for kind in (StepKind.CONSIDERED, StepKind.SUBMITTED):
        record_step(revision, kind, on=TODAY, by=UserFactory(), today=TODAY)

    lines = [line for line in said(de_an=revision.programme.code) if "bước của" in line]

    assert [line.partition(",")[0] for line in lines][:2] == [
        "Ghi bước của lần điều chỉnh «Trình HĐND»",
        "Ghi bước của lần điều chỉnh «UBND xem xét tờ trình»",
    ]
    assert said(loai="programme.revision", viec="sua")[-1].startswith("Trình lần ban hành, điều chỉnh «")


@pytest.mark.parametrize(
    ("kind", "column", "values"),
    [
        *(
            (kind, column, verbs)
            for table in (BEGUN, BECAME, UNMADE_BY_KIND)
            for kind, (column, verbs) in table.items()
        ),
        *((kind, column, ()) for kind, columns in FILLED.items() for column in columns),
        *((kind, "id", ()) for kind in sorted(MADE.keys() | NOTED | UNMADE.keys() | TAKEN_BACK | SAID_FOR_ALL)),
        *((kind, "corrects", ()) for kind in sorted(CORRECTING.keys() | CORRECTING_NOUNS.keys())),
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
