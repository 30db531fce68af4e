"""What is asked of an officer as a sheet that is filled already: it goes back in as it came."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate
from openpyxl import load_workbook

from smartcity.exchange.imports.models import FileState, ImportedFile
from tasks.models import ProgressUpdate, UpdateState
from tests.factories import (
    AgencyFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    officer_of,
)

pytestmark = pytest.mark.django_db
PLACE = "/nhap-tep/bao-cao-tien-do/DO-THI/"
FILLED = f"{PLACE}bieu-mau-da-dien/"
HEAD = 3


@pytest.fixture
def last(tasks):
    return ProgressUpdateFactory(
        task=tasks[0],
        accepted=True,
        as_of=date(2023, 5, 20),
        percent=40,
        results="Đã duyệt dự toán",
        obstacles="Thiếu đất\nThiếu điện",
        next_steps="=Đấu thầu",
    )


def download(browser, address=FILLED):
    response = browser.get(address)
    assert response.status_code == 200, response
    return load_workbook(BytesIO(b"".join(response.streaming_content)))


def places(book):
    return {cell.value.removesuffix(" *"): cell.column for cell in book.worksheets[0][HEAD]}


def write(book, row, **cells):
    where = places(book)
    titles = {"percent": "Tiến độ (%)", "unchanged": "Không có thay đổi", "results": "Kết quả đã làm"}
    titles |= {"status": "Trạng thái", "obstacles": "Khó khăn, vướng mắc", "as_of": "Số liệu đến ngày"}
    for name, value in cells.items():
        book.worksheets[0].cell(HEAD + row, where[titles[name]], value)


def upload(browser, book):
    content = BytesIO()
    book.save(content)
    file = SimpleUploadedFile("phai-nop.xlsx", content.getvalue())
    return browser.post(PLACE, {"file": file, "repeated": "refuse"}, follow=True).content.decode()


def confirm(browser):
    return browser.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/", follow=True).content.decode()


def errors():
    return [(error[0], error[2]) for one in ImportedFile.objects.get().findings for error in one["errors"]]


def test_my_work_leads_to_the_filled_form(officer, tasks, cycle):
    page = officer.get("/quan-tri/").content.decode()

    assert f'href="{FILLED}?ky={cycle.pk}"' in page
    assert f'href="{PLACE}"' in page
    assert "Tải biểu mẫu đã điền" in officer.get(PLACE).content.decode()


@pytest.mark.both_databases
def test_form_has_what_is_asked_with_the_last_words(officer, tasks, cycle, last):
    sheet = download(officer, f"{FILLED}?ky={cycle.pk}").worksheets[0]

    where = {cell.value.removesuffix(" *"): cell.column - 1 for cell in sheet[HEAD]}
    first = [cell.value for cell in sheet[HEAD + 1]]
    told = {title: first[place] for title, place in where.items() if first[place] is not None}
    told["Số liệu đến ngày"] = told["Số liệu đến ngày"].date()
    assert told == {
        "Mã nhiệm vụ": tasks[0].code,
        "Tên nhiệm vụ": tasks[0].plans.get().name,
        "Kỳ báo cáo": str(cycle),
        "Hạn nộp": "20/06/2023",
        "Kết quả lần trước": "Đã duyệt dự toán",
        "Số liệu đến ngày": date(2023, 6, 14),
        "Trạng thái": "Đang thực hiện",
        "Tiến độ (%)": 40,
        "Khó khăn, vướng mắc": "Thiếu đất\nThiếu điện",
        "Việc tiếp theo": "=Đấu thầu",
        "Điền theo báo cáo": f"BC-{last.pk}",
    }
    assert sheet.max_row == HEAD + 3


def test_one_edited_cell_is_sent_and_what_was_left_is_told(officer, programme, tasks, cycle, last):
    book = download(officer)
    write(book, 1, percent=55)

    page = upload(officer, book)
    told = confirm(officer)

    assert f"1 báo cáo sẽ được gửi để tiếp nhận đến {programme.coordinating_agency}; 2 dòng giữ nguyên" in page
    assert "Gửi 1 báo cáo" in page
    assert "Cột không có trong biểu mẫu nên không đọc: «Tên nhiệm vụ», «Kỳ báo cáo», «Hạn nộp»" in page
    assert "Tiêu đề của bảng ở dòng 3" in page
    assert f"Điền theo báo cáo:</span> BC-{last.pk}" in page
    assert "Đã nhập 1 báo cáo" in told
    sent = ProgressUpdate.objects.exclude(pk=last.pk).get()
    assert (sent.task, sent.cycle, sent.state, sent.percent) == (tasks[0], cycle, UpdateState.SUBMITTED, 55)
    assert (sent.obstacles, sent.next_steps) == (last.obstacles, last.next_steps)


def test_form_that_comes_back_as_it_went_sends_nothing(officer, tasks, cycle, last):
    page = upload(officer, download(officer))

    assert ImportedFile.objects.get().state == FileState.REFUSED
    assert "Các dòng của tệp đều giữ nguyên như khi tải về; không có gì để nhập." in page
    assert "Giữ nguyên như báo cáo số liệu đến ngày 20/05/2023 nên không gửi" in page
    assert "Chưa điền gì nên không gửi" in page


def test_no_change_is_sent_where_the_officer_says_so(officer, tasks, cycle, last):
    book = download(officer)
    write(book, 1, unchanged="Có")

    upload(officer, book)
    confirm(officer)

    sent = ProgressUpdate.objects.exclude(pk=last.pk).get()
    assert sent.results == "Không thay đổi so với số liệu đến ngày 20/05/2023."
    assert (sent.percent, sent.obstacles, sent.as_of) == (40, last.obstacles, date(2023, 6, 14))


def test_no_change_needs_nothing_else_in_the_row(officer, tasks, cycle, last):
    book = download(officer)
    write(book, 1, unchanged="Có", status="", percent="", obstacles="")

    upload(officer, book)

    assert errors() == []
    assert [one["values"]["percent"] for one in ImportedFile.objects.get().findings if one["values"]] == [40]


@pytest.mark.parametrize(
    ("row", "cells", "words"),
    [
        (1, {"unchanged": "Có", "percent": 60}, "ghi khác ở cột «Tiến độ (%)»"),
        (1, {"unchanged": "Có", "results": "Đã xong móng"}, "ghi khác ở cột «Kết quả đã làm»"),
        (2, {"unchanged": "Có", "status": "Đang thực hiện"}, "chưa có báo cáo nào được tiếp nhận để so"),
    ],
)
def test_no_change_beside_a_change_is_refused(officer, tasks, cycle, last, row, cells, words):
    book = download(officer)
    write(book, row, **cells)

    upload(officer, book)

    ((column, sentence),) = errors()
    assert column == "Không có thay đổi"
    assert words in sentence


def test_words_that_were_taken_out_are_a_change(officer, tasks, cycle, last):
    book = download(officer)
    write(book, 1, obstacles="")

    upload(officer, book)
    confirm(officer)

    assert ProgressUpdate.objects.exclude(pk=last.pk).get().obstacles == ""


@pytest.mark.both_databases
def test_form_older_than_the_last_report_is_refused(officer, tasks, cycle, last):
    book = download(officer)
    write(book, 1, percent=55)
    newer = ProgressUpdateFactory(task=tasks[0], accepted=True, as_of=date(2023, 6, 1), percent=50)

    upload(officer, book)

    ((column, sentence),) = errors()
    assert column == "Điền theo báo cáo"
    assert f"BC-{newer.pk}, số liệu đến ngày 01/06/2023" in sentence


def test_form_for_which_a_colleague_has_reported_is_refused(officer, agency, tasks, cycle, last):
    book = download(officer)
    write(book, 1, percent=55)
    colleague = officer_of(agency)
    sent = ProgressUpdateFactory(
        task=tasks[0], cycle=cycle, submitted=True, as_of=date(2023, 6, 10), percent=45, author=colleague
    )

    upload(officer, book)

    assert any(f"Kỳ này đã có báo cáo BC-{sent.pk}" in sentence for _, sentence in errors())


def test_what_was_begun_is_not_filled_in(officer, agency, tasks, cycle):
    ProgressUpdateFactory(task=tasks[0], cycle=cycle, as_of=date(2023, 6, 14), author=officer_of(agency))

    rows = list(download(officer).worksheets[0].values)

    assert "1 báo cáo đã viết dở hoặc bị trả lại không có ở đây" in rows[2][0]
    assert tasks[0].code not in [row[0] for row in rows]


def test_nothing_asked_is_said(officer, tasks):
    page = officer.get(FILLED, follow=True)

    assert page.redirect_chain[-1][0] == PLACE
    assert "Không còn báo cáo nào phải nộp" in page.content.decode()


@pytest.mark.parametrize("key", ["abc", "0", "9" * 40, "²", "-1"])
def test_cycle_that_is_none_is_not_found(officer, tasks, cycle, key):
    assert officer.get(FILLED, {"ky": key}).status_code == 404


def test_who_reports_on_nothing_is_refused(client_of, programme, tasks, cycle):
    other = officer_of(AgencyFactory(province=programme.province))

    assert client_of(other).get(FILLED).status_code == 403


@pytest.mark.parametrize("base", ["BC 12 13", "mười hai", "12"])
def test_name_of_the_report_that_was_spoilt_is_refused(officer, tasks, cycle, last, base):
    book = download(officer)
    write(book, 1, percent=55)
    book.worksheets[0].cell(HEAD + 1, places(book)["Điền theo báo cáo"], base)

    upload(officer, book)

    assert [column for column, _ in errors()] == ["Điền theo báo cáo"]


def test_filled_day_is_not_in_the_future(officer, programme, tasks):
    today = localdate()
    ReportingCycleFactory(
        duty__programme=programme, first_day=today, last_day=date(2098, 1, 1), due_on=date(2098, 1, 5)
    )

    book = download(officer)

    day = book.worksheets[0].cell(HEAD + 1, places(book)["Số liệu đến ngày"]).value.date()
    assert day == today
