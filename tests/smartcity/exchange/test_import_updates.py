"""Reports brought in from a file: each goes the way of the form, to the coordinating agency."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from programme.models import StepKind, User
from smartcity.exchange.imports.models import FileState, ImportedFile
from smartcity.exchange.imports.operations import apply_file
from tasks.models import ProgressUpdate, Status, TaskDay, UpdateState
from tasks.operations.deciding import take_step
from tasks.operations.reviewing import accept_update
from tasks.operations.task_days import count_differences
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
)
from tests.sheets import csv_file

pytestmark = pytest.mark.django_db
ADDRESS = "/nhap-tep/bao-cao-tien-do/DO-THI/"
HEADER = ["Mã nhiệm vụ", "Số liệu đến ngày", "Trạng thái", "Tiến độ (%)", "Kết quả đã làm", "Văn bản minh chứng"]


def send(browser, *rows):
    file = SimpleUploadedFile("bao-cao.csv", csv_file([HEADER, *rows]))
    return browser.post(ADDRESS, {"file": file, "repeated": "refuse"}, follow=True)


def confirm(browser):
    return browser.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/", follow=True)


def report(task, on="16/06/2023", status="Đang thực hiện", percent="40%", results="Đã đấu thầu", document=""):
    return [task.code, on, status, percent, results, document]


@pytest.mark.both_databases
def errors():
    return [(one["row"], error[0], error[2]) for one in ImportedFile.objects.get().findings for error in one["errors"]]


def test_reports_are_sent_for_acceptance(officer, tasks):
    send(officer, *(report(task) for task in tasks))

    assert ProgressUpdate.objects.count() == 0
    confirm(officer)

    first = ProgressUpdate.objects.get(task=tasks[0])
    assert (first.state, first.as_of, first.status, first.percent) == (
        UpdateState.SUBMITTED,
        date(2023, 6, 16),
        Status.IN_PROGRESS,
        40,
    )
    assert first.author.full_name == "Lê Văn An"
    assert first.history.get().history_change_reason == "Nhập từ tệp “bao-cao.csv”, dòng 2"
    assert ProgressUpdate.objects.count() == len(tasks)


def test_task_that_another_agency_leads_is_unknown(officer, programme, tasks):
    other = adopted_revision(ProgrammeFactory(province=programme.province), tasks=1).planned_tasks.get().task
    other.code = "NV-KHAC"

    send(officer, report(other))

    assert errors()[0][:2] == (2, "Mã nhiệm vụ")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"status": "Hoàn thành", "percent": "100"}, "Văn bản minh chứng", "Hoàn thành thì chọn văn bản"),
        ({"status": "Hoàn thành", "percent": "60"}, "Tiến độ (%)", "100%"),
        ({"on": "16/06/2019"}, "Số liệu đến ngày", "không có nhiệm vụ đó"),
        ({"on": "16/06/2098"}, "Số liệu đến ngày", ""),
        ({"percent": "101"}, "Tiến độ (%)", "từ 0 đến 100"),
        ({"status": "xong"}, "Trạng thái", "Chọn: Chưa triển khai"),
    ],
)
def test_report_that_the_form_would_refuse_is_refused(officer, tasks, cells, column, words):
    send(officer, report(tasks[0], **cells))

    ((_, named, reason),) = errors()
    assert named == column
    assert words in reason
    assert ProgressUpdate.objects.count() == 0


def test_progress_that_falls_needs_its_reason(officer, tasks):
    ProgressUpdateFactory(task=tasks[0], accepted=True, as_of=date(2023, 6, 1), percent=60)

    send(officer, report(tasks[0]))

    ((_, column, reason),) = errors()
    assert column == "Lý do tiến độ giảm"
    assert "60%" in reason


@pytest.mark.both_databases
@pytest.mark.parametrize("days", [("14/06/2023", "16/06/2023"), ("16/06/2023", "14/06/2023")], ids=["on", "back"])
def test_rows_of_one_task_are_held_against_each_other(officer, tasks, days):
    percent = {"14/06/2023": "80%", "16/06/2023": "60%"}

    send(officer, *(report(tasks[0], on=day, percent=percent[day]) for day in days), report(tasks[1]))

    ((row, column, reason),) = errors()
    assert (row, column) == (3, "Lý do tiến độ giảm")
    assert "giảm từ 80% xuống 60%" in reason


@pytest.mark.both_databases
def test_what_is_seldom_meant_is_shown_and_confirmed_with_the_file(officer, tasks):
    page = send(officer, report(tasks[0], percent="100"))
    confirm(officer)

    assert "Tiến độ 100% nhưng trạng thái là" in page.content.decode()
    assert ProgressUpdate.objects.get().state == UpdateState.SUBMITTED


def test_report_of_the_same_day_that_waits_already_is_refused(officer, tasks):
    ProgressUpdateFactory(task=tasks[0], submitted=True, as_of=date(2023, 6, 16))

    send(officer, report(tasks[0]))

    assert "Đã có báo cáo số liệu đến ngày 16/06/2023, chờ tiếp nhận" in errors()[0][2]


def test_complete_task_is_reported_with_its_document(officer, programme, tasks):
    LegalDocumentFactory(province=programme.province, number=12, symbol="BB-SXD")

    send(officer, report(tasks[0], status="Hoàn thành", percent="100", document="12/BB-SXD"))
    confirm(officer)

    assert ImportedFile.objects.get().state == FileState.APPLIED
    assert ProgressUpdate.objects.get().status == Status.COMPLETE


def test_agency_without_tasks_brings_no_reports_in(client_of, programme, tasks):
    browser = client_of(officer_of(AgencyFactory(province=programme.province)))

    assert browser.get(ADDRESS).status_code == 403


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_file_read_in_while_reports_are_accepted_and_a_revision_is_adopted_leaves_what_the_sources_say(
    officer, programme, tasks, at_once
):
    today = date(2024, 4, 10)
    send(officer, *(report(task) for task in tasks))
    waiting = [ProgressUpdateFactory(task=task, submitted=True, as_of=date(2023, 5, 1)) for task in tasks]
    first = programme.revisions.get()
    draft = RevisionFactory(programme=programme, base=first)
    for planned in first.planned_tasks.all():
        PlannedTaskFactory(revision=draft, task=planned.task, lead_agency=planned.lead_agency)
    document = LegalDocumentFactory(issuer__province=programme.province, signed_on=date(2023, 4, 1))
    adoption = {"document": document, "effective_on": date(2023, 6, 1), "by": UserFactory(), "today": today}
    coordinators, sender = [coordinator_of(programme) for _ in tasks], User.objects.get(full_name="Lê Văn An")

    outcomes = at_once(
        *(partial(accept_update, one, by=by, today=today) for one, by in zip(waiting, coordinators, strict=True)),
        partial(take_step, draft, StepKind.ADOPTED, on=date(2023, 4, 1), **adoption),
        partial(apply_file, ImportedFile.objects.get(), by=sender, today=today),
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, ValidationError)] == []
    imported = ProgressUpdate.objects.filter(state=UpdateState.SUBMITTED)
    assert imported.count() == len(tasks)
    at_once(*(partial(accept_update, one, by=by, today=today) for one, by in zip(imported, coordinators, strict=True)))

    told = TaskDay.objects.covering(date(2023, 6, 16)).values_list("task", "told__percent")
    assert dict(told) == {task.pk: 40 for task in tasks}
    assert count_differences(programme.pk) == 0
