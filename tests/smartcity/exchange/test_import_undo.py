"""All that a file wrote is undone at once, while nothing stands on it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from programme.models import StepKind, User
from smartcity.exchange.imports.models import FileState, ImportedFile
from smartcity.exchange.imports.undoing import NotUndoable, undo_file
from tasks.figures.reading import read_programmes
from tasks.models import BudgetEntry, PlannedTask, ProgressUpdate, Task, TaskRemoval, UpdateState
from tasks.operations.deciding import take_step
from tasks.operations.drafting import change_planned_task, plan_task, remove_task
from tasks.operations.ledger import enter_budget
from tasks.operations.reviewing import accept_update, return_update
from tasks.operations.task_days import count_differences
from tasks.operations.withdrawing import withdraw_update
from tests.factories import (
    AgencyFactory,
    LeadTransferFactory,
    RevisionFactory,
    coordinator_of,
    officer_of,
)
from tests.sheets import LEDGER_HEADER, TASK_HEADER, csv_file

pytestmark = pytest.mark.django_db
REPORT_HEADER = ["Mã nhiệm vụ", "Số liệu đến ngày", "Trạng thái", "Tiến độ (%)"]
REASON = "Nhầm tệp của tháng trước"


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme, full_name="Trần Thị Bình")


def bring_in(browser, place, header, *rows):
    content = csv_file([header, *rows])
    browser.post(f"/nhap-tep/{place}", {"file": SimpleUploadedFile("tep.csv", content), "repeated": "refuse"})
    file = ImportedFile.objects.latest("pk")
    if file.state != FileState.CHECKED:
        browser.get(file.get_absolute_url())
    browser.post(f"/nhap-tep/{file.pk}/nhap/")
    file.refresh_from_db()
    assert file.state == FileState.APPLIED, (file.refusal, [one["errors"] for one in file.findings])
    return file


@pytest.fixture
def reports(client_of, reporter, tasks, cycle):
    """A file of two reports, and what sends it."""
    rows = [[task.code, "10/06/2023", "Đang thực hiện", "40%"] for task in tasks]
    return bring_in(client_of(reporter), "bao-cao-tien-do/DO-THI/", REPORT_HEADER, *rows)


@pytest.fixture
def lines(client_of, coordinator, tasks):
    rows = [
        [tasks[0].code, "Giải ngân", "160 triệu đồng", "2021", "22/03/2021", ""],
        [tasks[1].code, "Giải ngân", "40 triệu đồng", "2021", "22/04/2021", ""],
    ]
    return bring_in(client_of(coordinator), "kinh-phi/DO-THI/", LEDGER_HEADER, *rows)


@pytest.fixture
def draft(programme):
    return RevisionFactory(programme=programme, number=1)


@pytest.fixture
def plans(client_of, coordinator, draft):
    plan_task(draft, name="Có sẵn", by=coordinator)
    rows = [
        ["", "", "Xây dựng trung tâm điều hành", "", "", "160 triệu đồng"],
        ["", "", "Số hóa hồ sơ", "", "", ""],
    ]
    return bring_in(client_of(coordinator), "noi-dung-nhiem-vu/DO-THI/1/", TASK_HEADER, *rows)


def undo(browser, file, reason=REASON):
    return browser.post(f"/nhap-tep/{file.pk}/hoan-tac/", {"reason": reason}, follow=True)


@pytest.mark.both_databases
def state_of(file):
    return ImportedFile.objects.get(pk=file.pk).state


@pytest.mark.both_databases
def test_reports_are_drafts_again_under_one_action(client_of, reporter, reports):
    browser = client_of(reporter)
    assert "Hoàn tác lần nhập" in browser.get(reports.get_absolute_url()).content.decode()

    page = undo(browser, reports).content.decode()

    assert "Đã hoàn tác lần nhập tệp “tep.csv”." in page
    assert f"Lê Văn An đã hoàn tác lần nhập: {REASON}" in page
    assert set(ProgressUpdate.objects.values_list("state", flat=True)) == {UpdateState.DRAFT}
    signed = {row.history_action for row in ProgressUpdate.history.order_by("-history_id")[:2]}
    signed.add(reports.history.latest("history_id").history_action)
    assert len(signed) == 1
    reason = ProgressUpdate.history.latest("history_id").history_change_reason
    assert reason == f"Hoàn tác lần nhập tệp “tep.csv”: {REASON}"


def test_reports_of_the_mended_file_take_the_places_of_the_drafts(client_of, reporter, tasks, cycle, reports):
    browser = client_of(reporter)
    undo(browser, reports)

    rows = [[task.code, "12/06/2023", "Đang thực hiện", "45%"] for task in tasks]
    bring_in(browser, "bao-cao-tien-do/DO-THI/", REPORT_HEADER, *rows)

    told = ProgressUpdate.objects.values_list("state", "percent", "as_of", "cycle")
    assert list(told) == [(UpdateState.SUBMITTED, 45, date(2023, 6, 12), cycle.pk)] * len(tasks)


def test_the_same_file_may_come_in_again(client_of, reporter, tasks, reports):
    browser = client_of(reporter)
    undo(browser, reports)

    rows = [[task.code, "10/06/2023", "Đang thực hiện", "40%"] for task in tasks]
    again = bring_in(browser, "bao-cao-tien-do/DO-THI/", REPORT_HEADER, *rows)
    undo(browser, again)

    assert (state_of(reports), state_of(again)) == (FileState.UNDONE, FileState.UNDONE)
    assert ProgressUpdate.objects.count() == len(tasks)


def test_drafts_left_by_undoing_are_filled_in_again(client_of, reporter, reports):
    browser = client_of(reporter)
    undo(browser, reports)

    response = browser.get("/nhap-tep/bao-cao-tien-do/DO-THI/bieu-mau-da-dien/")
    assert b"".join(response.streaming_content).startswith(b"PK")


def accept(report, reporter, coordinator):
    accept_update(report, by=coordinator, today=localdate())


def send_back(report, reporter, coordinator):
    return_update(report, by=coordinator, today=localdate(), reason="Thiếu số liệu")


def take_back(report, reporter, coordinator):
    withdraw_update(report, by=reporter, today=localdate())


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("act", "words"), [(accept, "đã tiếp nhận"), (send_back, "trả lại"), (take_back, "đã thu hồi để sửa")]
)
def test_decided_report_keeps_the_whole_file(client_of, reporter, coordinator, reports, act, words):
    report = ProgressUpdate.objects.order_by("pk").first()
    act(report, reporter, coordinator)
    before = list(ProgressUpdate.objects.order_by("pk").values_list("pk", "state"))
    browser = client_of(reporter)

    shown = browser.get(f"/nhap-tep/{reports.pk}/hoan-tac/")
    sent = undo(browser, reports)

    for page in (shown, sent):
        assert page.status_code == 409
        text = page.content.decode()
        assert f"Báo cáo BC-{report.pk}" in text
        assert words in text
        assert "Không hoàn tác được cả tệp" in text
    assert REASON in sent.content.decode()
    assert list(ProgressUpdate.objects.order_by("pk").values_list("pk", "state")) == before
    assert state_of(reports) == FileState.APPLIED


def test_lines_get_opposite_ones_and_may_be_written_again(client_of, coordinator, programme, tasks, lines):
    browser = client_of(coordinator)

    undo(browser, lines)

    told = BudgetEntry.objects.order_by("pk").values_list("amount_vnd", "decided_on", "corrects")
    first, second = BudgetEntry.objects.order_by("pk").values_list("pk", flat=True)[:2]
    assert list(told) == [
        (160_000_000, date(2021, 3, 22), None),
        (40_000_000, date(2021, 4, 22), None),
        (-160_000_000, date(2021, 3, 22), first),
        (-40_000_000, date(2021, 4, 22), second),
    ]
    assert not read_programmes([programme], as_of=date(2021, 12, 31))[0].disbursed_vnd
    assert count_differences(programme.pk) == 0
    row = [tasks[0].code, "Giải ngân", "160 triệu đồng", "2021", "22/03/2021", ""]
    bring_in(browser, "kinh-phi/DO-THI/", LEDGER_HEADER, row)
    assert read_programmes([programme], as_of=date(2021, 12, 31))[0].disbursed_vnd == 160_000_000


@pytest.mark.both_databases
def test_corrected_line_keeps_the_whole_file(client_of, coordinator, lines):
    mistake = BudgetEntry.objects.order_by("pk").first()
    opposite = {name: getattr(mistake, name) for name in ("task", "kind", "source", "year", "decided_on")}
    correction = BudgetEntry(**opposite, amount_vnd=-10_000_000, corrects=mistake)
    enter_budget(correction, by=coordinator, today=localdate())

    page = undo(client_of(coordinator), lines)

    assert page.status_code == 409
    assert "160\u00a0triệu đồng ngày 22/03/2021" in page.content.decode()
    assert "đã được đính chính. Người ghi: chính bạn" in page.content.decode()
    assert BudgetEntry.objects.count() == 3


def test_tasks_leave_the_draft_and_their_codes_are_free(client_of, coordinator, draft, plans):
    behind = plan_task(draft, name="Thêm sau", by=coordinator)

    undo(client_of(coordinator), plans)

    told = PlannedTask.objects.order_by("position").values_list("name", "position")
    assert list(told) == [("Có sẵn", 1), ("Thêm sau", 2)]
    assert set(Task.objects.values_list("pk", flat=True)) == {
        behind.task_id,
        draft.planned_tasks.get(position=1).task_id,
    }
    assert not TaskRemoval.objects.exists()
    gone = PlannedTask.history.filter(history_type="-")
    assert {row.history_change_reason for row in gone} == {f"Hoàn tác lần nhập tệp “tep.csv”: {REASON}"}
    assert gone.count() == 2


def reword(planned, by):
    change_planned_task(planned, name="Tên khác", by=by)


def pay_more(planned, by):
    change_planned_task(planned, budgets=[{"amount_vnd": 5_000_000}], by=by)


def help_with(planned, by):
    helper = AgencyFactory(province=planned.task.programme.province)
    change_planned_task(planned, coordinating=[helper], by=by)


def leave_out(planned, by):
    remove_task(planned, reason="Trùng", by=by)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (reword, "«Tên khác» đã được sửa"),
        (pay_more, "đã được sửa kinh phí"),
        (help_with, "đã được sửa cơ quan phối hợp"),
        (leave_out, "đã được đưa ra khỏi dự thảo"),
    ],
)
def test_changed_task_keeps_the_whole_file(client_of, coordinator, plans, act, words):
    act(PlannedTask.objects.get(name="Số hóa hồ sơ"), coordinator)
    count = PlannedTask.objects.count()

    page = undo(client_of(coordinator), plans)

    assert page.status_code == 409
    assert f"{words}. Người ghi: Trần Thị Bình." in page.content.decode()
    assert PlannedTask.objects.count() == count


def test_draft_that_was_submitted_keeps_its_tasks(client_of, coordinator, draft, plans):
    take_step(draft, StepKind.SUBMITTED, on=date(2023, 6, 1), by=coordinator, today=localdate())

    page = undo(client_of(coordinator), plans)

    assert page.status_code == 409
    assert "không" in page.content.decode()
    assert PlannedTask.objects.count() == 3


def test_undoing_asks_for_the_reason(client_of, reporter, reports):
    page = undo(client_of(reporter), reports, reason=" \n ")

    assert page.status_code == 400
    assert "Ghi lý do hoàn tác." in page.content.decode()
    assert state_of(reports) == FileState.APPLIED


@pytest.mark.both_databases
def test_reason_that_is_too_long_is_kept_and_refused(client_of, reporter, reports):
    page = undo(client_of(reporter), reports, reason="dài " * 3000)

    assert page.status_code == 400
    assert state_of(reports) == FileState.APPLIED


def test_second_one_is_told_who_was_first(client_of, agency, reporter, reports):
    undo(client_of(reporter), reports)
    colleague = officer_of(agency, full_name="Phạm Chi")

    page = undo(client_of(colleague), reports)

    assert page.status_code == 409
    assert "Tệp này đã hoàn tác. Người ghi: Lê Văn An" in page.content.decode()
    assert reports.history.filter(state=FileState.UNDONE).count() == 1
    assert "Hoàn tác lần nhập</a>" not in client_of(reporter).get(reports.get_absolute_url()).content.decode()


def test_who_may_not_write_such_rows_may_not_undo_them(client_of, coordinator, agency, programme, lines, reports):
    other = officer_of(AgencyFactory(province=programme.province))

    for person, file in ((officer_of(agency), lines), (other, reports), (coordinator, reports)):
        browser = client_of(person)
        assert undo(browser, file).status_code == 403
        assert "Hoàn tác lần nhập" not in browser.get(file.get_absolute_url()).content.decode()
    assert {state_of(lines), state_of(reports)} == {FileState.APPLIED}


@pytest.mark.both_databases
def test_file_that_wrote_nothing_is_not_undone(client_of, reporter, tasks, cycle):
    browser = client_of(reporter)
    row = [tasks[0].code, "10/06/2023", "Đang thực hiện", "40%"]
    content = csv_file([REPORT_HEADER, row])
    browser.post(
        "/nhap-tep/bao-cao-tien-do/DO-THI/", {"file": SimpleUploadedFile("t.csv", content), "repeated": "refuse"}
    )
    file = ImportedFile.objects.get()
    browser.get(file.get_absolute_url())

    assert "Tệp này chờ xác nhận." in browser.get(f"/nhap-tep/{file.pk}/hoan-tac/", follow=True).content.decode()
    with pytest.raises(NotUndoable):
        undo_file(file, by=User.objects.get(full_name="Lê Văn An"), today=localdate(), reason="thử")


def test_nothing_is_undone_when_one_of_the_records_cannot_be(reporter, agency, tasks, reports):
    """Since the reports were sent one of the tasks has passed to another agency."""
    LeadTransferFactory(task=tasks[1], from_agency=agency, effective_on=date(2024, 1, 1))

    with pytest.raises(ValidationError):
        undo_file(reports, by=reporter, today=localdate(), reason=REASON)

    assert set(ProgressUpdate.objects.values_list("state", flat=True)) == {UpdateState.SUBMITTED}
    assert state_of(reports) == FileState.APPLIED
