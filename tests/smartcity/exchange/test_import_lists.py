"""A list that went out as a file goes back in by its codes: what was changed is reported, what was left is not."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from openpyxl import load_workbook

from programme.models import SIMULATED, Role
from smartcity.exchange.imports.models import FileState, ImportedFile
from tasks.models import ProgressUpdate, UpdateState
from tests.factories import (
    AgencyFactory,
    LeadTransferFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    TaskFactory,
    UserFactory,
    adopted_revision,
    officer_of,
    rewrite,
)
from tests.sheets import csv_file

pytestmark = pytest.mark.django_db
PLACE = "/nhap-tep/bao-cao-tien-do/DO-THI/"
LISTS = {
    "admin": "/quan-tri/tasks/task/danh-sach.{}",
    "programme": "/de-an/DO-THI/nhiem-vu.{}",
    "reports": "/quan-tri/tasks/progressupdate/danh-sach.{}",
    "cycle": "/de-an/DO-THI/ky-bao-cao/bao-cao.{}",
}
WORDS = {
    "percent": 40,
    "results": "Đã duyệt dự toán",
    "obstacles": "Thiếu đất\nThiếu điện; -1 trạm",
    "next_steps": "=Đấu thầu",
    "proposals": "- Bố trí vốn\n- Giao đất",
}


@pytest.fixture
def last(tasks, cycle):
    return ProgressUpdateFactory(task=tasks[0], cycle=cycle, accepted=True, as_of=date(2023, 6, 10), **WORDS)


def content_of(browser, address):
    response = browser.get(address)
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def listed(browser, name="admin"):
    """The list, as rows by their titles; and its titles in order."""
    text = content_of(browser, LISTS[name].format("csv")).decode("utf-8-sig")
    reader = csv.DictReader(StringIO(text, newline=""))
    return list(reader), list(reader.fieldnames)


def upload(browser, content, name="danh-sach.csv", repeated="refuse", **more):
    sent = {"file": SimpleUploadedFile(name, content), "repeated": repeated, **more}
    return browser.post(PLACE, sent, follow=True).content.decode()


def upload_rows(browser, rows, titles, **more):
    return upload(browser, csv_file([titles, *([row[title] for title in titles] for row in rows)]), **more)


def row_of(rows, task):
    return next(row for row in rows if row["Mã nhiệm vụ"] == task.code)


def confirm(browser):
    return browser.post(f"/nhap-tep/{ImportedFile.objects.latest('pk').pk}/nhap/", follow=True).content.decode()


def errors():
    found = ImportedFile.objects.latest("pk").findings
    return [(error[0], error[2]) for one in found for error in one["errors"]]


@pytest.mark.parametrize("name", LISTS)
def test_list_has_the_texts_of_the_last_report(officer, tasks, last, name):
    rows, _ = listed(officer, name)

    row = row_of(rows, tasks[0])
    assert {
        title: row[title] for title in ("Đề án", "Mã báo cáo", "Số liệu đến ngày", "Trạng thái", "Tiến độ (%)")
    } == {
        "Đề án": "DO-THI",
        "Mã báo cáo": f"BC-{last.pk}",
        "Số liệu đến ngày": "10/06/2023",
        "Trạng thái": "Đang thực hiện",
        "Tiến độ (%)": "40",
    }
    assert row["Kết quả đã làm"] == last.results
    assert row["Khó khăn, vướng mắc"] == "Thiếu đất\nThiếu điện; -1 trạm"
    assert row["Việc tiếp theo"] == "'=Đấu thầu"


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_list_of_a_simulated_province_says_so_above_and_comes_back(
    client_of, programme, tasks, last, reporter, extension
):
    rewrite(programme.province, is_simulated=True)
    rewrite(reporter, is_simulated=True)
    browser = client_of(reporter)
    content = content_of(browser, LISTS["admin"].format(extension))

    if extension == "csv":
        assert content.decode("utf-8-sig").splitlines()[0] == f'"{SIMULATED}"'
    else:
        book = load_workbook(BytesIO(content))
        assert book.worksheets[0]["A1"].value == SIMULATED == book.worksheets[0].oddHeader.center.text
        assert ("Lưu ý", SIMULATED) in list(book["Thông tin"].values)
    assert "không có gì để nhập" in upload(browser, content, f"danh-sach.{extension}")
    form = load_workbook(BytesIO(content_of(browser, f"{PLACE}bieu-mau/")))
    assert form.worksheets[0]["A1"].value == SIMULATED


@pytest.mark.both_databases
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("name", LISTS)
def test_list_that_comes_back_as_it_went_sends_nothing(officer, tasks, last, name, extension):
    page = upload(officer, content_of(officer, LISTS[name].format(extension)), f"danh-sach.{extension}")

    assert errors() == []
    assert ImportedFile.objects.get().state == FileState.REFUSED
    assert "Các dòng của tệp đều giữ nguyên như khi tải về; không có gì để nhập." in page
    assert "Giữ nguyên như báo cáo số liệu đến ngày 10/06/2023 nên không gửi" in page


@pytest.mark.both_databases
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_edited_cell_of_a_list_is_a_report_of_today(officer, programme, tasks, last, extension):
    content = content_of(officer, LISTS["admin"].format(extension))
    if extension == "csv":
        rows, titles = listed(officer)
        row_of(rows, tasks[0])["Tiến độ (%)"] = "55 %"
        content = csv_file([titles, *([row[title] for title in titles] for row in rows)])
    else:
        book = load_workbook(BytesIO(content))
        sheet = book.worksheets[0]
        places = {cell.value: cell.column for cell in sheet[1]}
        row = next(row for row in sheet.iter_rows(min_row=2) if row[places["Mã nhiệm vụ"] - 1].value == tasks[0].code)
        # As a number that is text.
        row[places["Tiến độ (%)"] - 1].value = "55"
        content = BytesIO()
        book.save(content)
        content = content.getvalue()

    page = upload(officer, content, f"danh-sach.{extension}")
    confirm(officer)

    today = localdate()
    assert f"1 báo cáo sẽ được gửi để tiếp nhận đến {programme.coordinating_agency}; 2 dòng giữ nguyên" in page
    assert "Cột không có trong biểu mẫu nên không đọc: «STT», «Nhiệm vụ»" in page
    assert f"Số liệu đến ngày: lấy {today:%d/%m/%Y}, vì dòng còn ghi ngày của báo cáo trước." in page
    sent = ProgressUpdate.objects.exclude(pk=last.pk).get()
    assert (sent.task, sent.state, sent.as_of, sent.percent) == (tasks[0], UpdateState.SUBMITTED, today, 55)
    assert [getattr(sent, name) for name in WORDS if name != "percent"] == [*WORDS.values()][1:]


def test_day_that_the_officer_wrote_is_that_of_the_report(officer, tasks, last):
    rows, titles = listed(officer, "programme")
    row_of(rows, tasks[0]).update({"Khó khăn, vướng mắc": "", "Số liệu đến ngày": "20/06/2023"})

    upload_rows(officer, rows, titles)
    confirm(officer)

    sent = ProgressUpdate.objects.exclude(pk=last.pk).get()
    assert (sent.as_of, sent.obstacles, sent.next_steps) == (date(2023, 6, 20), "", last.next_steps)


def test_column_that_was_taken_out_leaves_what_stood_there(officer, tasks, last):
    rows, titles = listed(officer)
    row_of(rows, tasks[0])["Tiến độ (%)"] = "50"
    kept = [
        title for title in titles if title not in {"Khó khăn, vướng mắc", "Việc tiếp theo", "STT", "Kiến nghị, đề xuất"}
    ]

    page = upload_rows(officer, rows, kept)
    confirm(officer)

    assert "2 dòng giữ nguyên" in page
    sent = ProgressUpdate.objects.exclude(pk=last.pk).get()
    assert (sent.obstacles, sent.next_steps) == (last.obstacles, last.next_steps)


def test_titles_above_and_columns_beside_are_told_and_left(officer, tasks, last):
    rows, titles = listed(officer)
    row_of(rows, tasks[0])["Việc tiếp theo"] = "Thi công"
    table = [[*(row[title] for title in titles), "xem lại"] for row in rows]
    content = csv_file([["BÁO CÁO QUÝ II"], ["Kèm theo công văn"], [*titles, "Ghi chú riêng"], *table])

    page = upload(officer, content)

    assert errors() == []
    assert "Tiêu đề của bảng ở dòng 3" in page
    assert "«Ghi chú riêng»" in page


def test_first_report_is_written_into_the_list_for_the_cycle_that_asks(officer, tasks, cycle, last):
    rows, titles = listed(officer)
    row_of(rows, tasks[1]).update({"Trạng thái": "Đang thực hiện", "Kết quả đã làm": "Đã khởi công"})

    upload_rows(officer, rows, titles)
    confirm(officer)

    sent = ProgressUpdate.objects.exclude(pk=last.pk).get()
    assert (sent.task, sent.results, sent.as_of) == (tasks[1], "Đã khởi công", cycle.last_day)


def test_first_report_without_a_status_is_asked_for_it(officer, tasks, last):
    rows, titles = listed(officer)
    row_of(rows, tasks[1])["Kết quả đã làm"] = "Đã khởi công"

    upload_rows(officer, rows, titles)

    assert errors() == [("Trạng thái", "Cột «Trạng thái» bắt buộc ghi.")]


@pytest.fixture
def elsewhere(programme, agency, tasks):
    """A task of another programme with a code that this one has too; nobody has reported on it."""
    other = ProgrammeFactory(code="NONG-THON", province=programme.province)
    same = TaskFactory(programme=other, code=tasks[0].code)
    return adopted_revision(other, tasks=[same], lead=agency).planned_tasks.get().task


def test_rows_of_others_stand_in_the_file_while_nobody_changes_them(officer, programme, tasks, last, elsewhere):
    theirs = adopted_revision(
        ProgrammeFactory(code="Y-TE", province=programme.province), tasks=1, lead=AgencyFactory()
    ).planned_tasks.get()
    ProgressUpdateFactory(task=theirs.task, accepted=True, as_of=date(2023, 6, 1), percent=70, results="Của họ")
    rows, titles = listed(officer)
    row_of(rows, tasks[2]).update({"Trạng thái": "Đang thực hiện", "Kết quả đã làm": "Đã khởi công"})
    assert {row["Đề án"] for row in rows} == {"DO-THI", "NONG-THON", "Y-TE"}

    page = upload_rows(officer, rows, titles)

    assert errors() == []
    assert "1 báo cáo sẽ được gửi" in page
    assert "4 dòng giữ nguyên" in page


def test_changed_row_of_another_programme_is_sent_to_its_page(officer, tasks, elsewhere):
    assert elsewhere.code == tasks[0].code
    rows, titles = listed(officer)
    row = next(row for row in rows if row["Đề án"] == "NONG-THON")
    row.update({"Trạng thái": "Đang thực hiện", "Kết quả đã làm": "Đã khởi công"})

    upload_rows(officer, rows, titles)

    ((column, sentence),) = errors()
    assert column == "Đề án"
    assert "Dòng này của đề án NONG-THON và đã sửa. Nhập ở trang của đề án đó" in sentence


def test_changed_row_of_another_agency_is_refused(officer, programme, agency, tasks):
    other = TaskFactory(programme=programme, code="NV-KHAC")
    adopted_revision(programme, tasks=[*tasks, other], lead=agency, effective_on=date(2021, 6, 1))
    LeadTransferFactory(task=other, from_agency=agency, to_agency=AgencyFactory(province=programme.province))
    report = ProgressUpdateFactory(task=other, accepted=True, as_of=date(2023, 6, 1), percent=70)
    titles = ["Mã nhiệm vụ", "Số liệu đến ngày", "Trạng thái", "Tiến độ (%)", "Mã báo cáo"]
    row = ["NV-KHAC", "01/06/2023", "Đang thực hiện", "80", f"BC-{report.pk}"]

    upload(officer, csv_file([titles, row]))

    ((column, sentence),) = errors()
    assert column == "Mã nhiệm vụ"
    assert "không phải mã hay tên nhiệm vụ được nhập ở đây" in sentence


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"Mã nhiệm vụ": "NV-99"}, "Mã nhiệm vụ", "không phải mã hay tên nhiệm vụ được nhập ở đây"),
        ({"Mã nhiệm vụ": ""}, "Mã nhiệm vụ", "bắt buộc ghi"),
        (
            {"Mã báo cáo": "BC-999999", "Tiến độ (%)": "55"},
            "Điền theo báo cáo",
            "không điền theo báo cáo được tiếp nhận",
        ),
        ({"Mã báo cáo": "mười hai"}, "Điền theo báo cáo", "Giữ nguyên, hoặc để trống"),
        ({"Mã báo cáo": "", "Số liệu đến ngày": "10/06/2023"}, "Cả dòng", "Đã có báo cáo số liệu đến ngày 10/06/2023"),
        ({"Tiến độ (%)": "bốn mươi"}, "Tiến độ (%)", "từ 0 đến 100"),
        ({"Trạng thái": "Quá hạn"}, "Trạng thái", "Chọn: Chưa triển khai"),
        ({"Trạng thái": ""}, "Trạng thái", "bắt buộc ghi"),
        ({"Tiến độ (%)": "30"}, "Lý do tiến độ giảm", "Tiến độ giảm từ 40% xuống 30%"),
    ],
)
def test_what_was_spoilt_is_said_beside_its_cell(officer, tasks, last, change, column, words):
    rows, titles = listed(officer)
    row_of(rows, tasks[0]).update(change)

    upload_rows(officer, rows, titles)

    ((named, sentence),) = errors()
    assert (named, words in sentence) == (column, True), sentence


def test_code_that_stands_twice_is_refused(officer, tasks, last):
    rows, titles = listed(officer)
    row_of(rows, tasks[0])["Tiến độ (%)"] = "50"
    again = row_of(rows, tasks[0]) | {"Tiến độ (%)": "60"}

    upload_rows(officer, [*rows, again], titles)

    ((_, sentence),) = errors()
    assert "Tệp đã có một báo cáo khác" in sentence or "Trùng với dòng 2" in sentence


def test_name_that_was_changed_changes_nothing(officer, tasks, last):
    rows, titles = listed(officer)
    row_of(rows, tasks[0])["Nhiệm vụ"] = "Tên khác"

    page = upload_rows(officer, rows, titles)

    assert "Các dòng của tệp đều giữ nguyên" in page


def test_formula_in_a_list_is_read_as_what_it_shows_or_refused(officer, tasks, last):
    book = load_workbook(BytesIO(content_of(officer, LISTS["admin"].format("xlsx"))))
    sheet = book.worksheets[0]
    sheet.cell(2, {cell.value: cell.column for cell in sheet[1]}["Tiến độ (%)"]).value = "=40+15"
    content = BytesIO()
    book.save(content)

    upload(officer, content.getvalue(), "danh-sach.xlsx")

    ((column, sentence),) = errors()
    assert column == "Tiến độ (%)"
    assert "công thức" in sentence


def test_same_file_a_second_time_is_asked_about_and_then_known(officer, tasks, last):
    rows, titles = listed(officer)
    row_of(rows, tasks[0])["Tiến độ (%)"] = "50"
    upload_rows(officer, rows, titles)
    confirm(officer)

    asked = upload_rows(officer, rows, titles)
    upload_rows(officer, rows, titles, again="on")

    assert "Tệp này đã nhập lúc" in asked
    ((_, sentence),) = errors()
    assert "Đã có báo cáo số liệu đến ngày" in sentence
    assert ProgressUpdate.objects.count() == 2


def test_row_older_than_the_last_report_is_refused_once_changed(officer, tasks, last):
    rows, titles = listed(officer)
    newer = ProgressUpdateFactory(task=tasks[0], accepted=True, as_of=date(2023, 6, 20), percent=50)

    left = upload_rows(officer, rows, titles)
    row_of(rows, tasks[0])["Việc tiếp theo"] = "Thi công"
    upload_rows(officer, rows, titles)

    assert "Các dòng của tệp đều giữ nguyên" in left
    ((column, sentence),) = errors()
    assert column == "Điền theo báo cáo"
    assert f"BC-{newer.pk}" in sentence


def test_report_of_another_is_no_key_to_its_words(officer, tasks):
    """A name of a report that the person may not read is the name of none."""
    hidden = ProgressUpdateFactory(accepted=True, as_of=date(2023, 6, 1), percent=70)
    titles = ["Mã nhiệm vụ", "Số liệu đến ngày", "Trạng thái", "Tiến độ (%)", "Mã báo cáo"]

    page = upload(
        officer, csv_file([titles, [hidden.task.code, "01/06/2023", "Đang thực hiện", "70", f"BC-{hidden.pk}"]])
    )

    assert "Giữ nguyên như báo cáo" not in page
    assert errors()


def test_draft_of_somebody_is_in_no_list_of_others(client_of, programme, agency, tasks, cycle):
    ProgressUpdateFactory(
        task=tasks[0], cycle=cycle, as_of=date(2023, 6, 10), results="Viết dở", author=officer_of(agency)
    )
    reader = client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))

    for name, address in LISTS.items():
        assert "Viết dở" not in content_of(reader, address.format("csv")).decode(), name


def test_five_hundred_rows_ask_no_more_than_fifty_for_what_was_left(officer, tasks, last):
    rows, titles = listed(officer)
    left, changed = row_of(rows, tasks[0]), row_of(rows, tasks[1])
    changed.update({"Trạng thái": "Đang thực hiện", "Kết quả đã làm": "Đã khởi công"})
    counts = []

    for more in (49, 499):
        with CaptureQueriesContext(connection) as queries:
            page = upload_rows(officer, [changed, *[left] * more], titles)
        counts.append(len(queries))

        assert "1 báo cáo sẽ được gửi" in page
        assert f"{more} dòng giữ nguyên, không gửi" in page
    assert counts[1] - counts[0] < 10


@pytest.mark.parametrize("name", ["admin", "programme", "reports"])
def test_texts_come_with_the_rows(officer, programme, agency, name):
    counts = []
    for day, tasks in ((1, 1), (2, 6)):
        revision = adopted_revision(programme, tasks=tasks, lead=agency, effective_on=date(2021, 1, day))
        for planned in revision.planned_tasks.select_related("task"):
            ProgressUpdateFactory(task=planned.task, accepted=True, as_of=date(2023, 6, 10), results="Đã làm")
        with CaptureQueriesContext(connection) as queries:
            content_of(officer, LISTS[name].format("csv"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_place_of_a_file_says_that_lists_go_in(officer, tasks):
    page = officer.get(PLACE).content.decode()

    assert "danh sách nhiệm vụ" in page
    assert 'href="/quan-tri/tasks/task/?' in page
