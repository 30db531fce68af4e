"""What an officer owes is had as a sheet, filled in, brought back, sent, and taken back whole, without a mouse."""

from datetime import date

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from programme.models import User
from tasks.models import ProgressUpdate, ReportingDuty, UpdateState
from tests.browser.hands import Keys
from tests.factories import ReportingCycleFactory


@pytest.fixture
def owed(site):
    duty = ReportingDuty.objects.get(programme__code="BRVT-DTTM")
    return ReportingCycleFactory(
        duty=duty, first_day=date(2024, 4, 1), last_day=date(2024, 4, 30), due_on=date(2024, 5, 5)
    )


def test_sheet_is_filled_in_sent_and_undone_by_keyboard(owed, page_of, tmp_path):
    page = page_of("chuyen-vien")
    keys = Keys(page)
    with page.expect_download() as loading:
        keys.press(f"Tải biểu mẫu đã điền {owed}")
    path = tmp_path / "phai-nop.xlsx"
    loading.value.save_as(path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == "Mã nhiệm vụ *")
    places = {cell.value.removesuffix(" *"): cell.column for cell in head}
    row = head[0].row + 1
    sheet.cell(row, places["Trạng thái"], "Đang thực hiện")
    sheet.cell(row, places["Tiến độ (%)"], 35)
    sheet.cell(row, places["Kết quả đã làm"], "Đã lắp 12 camera")
    book.save(path)

    keys.press("Nhập từ tệp")
    expect(page.get_by_role("heading", name="Nhập báo cáo tiến độ từ tệp")).to_be_visible()
    keys.attach("file", path)
    keys.press("Tải lên và kiểm tra")
    expect(page.get_by_text("1 báo cáo sẽ được gửi để tiếp nhận đến")).to_be_visible()
    keys.press("Gửi 1 báo cáo")

    expect(page.get_by_text("Đã nhập 1 báo cáo từ tệp")).to_be_visible()
    sent = ProgressUpdate.objects.latest("pk")
    assert (sent.state, sent.percent, sent.results) == (UpdateState.SUBMITTED, 35, "Đã lắp 12 camera")
    assert sent.author == User.objects.get(username="chuyen-vien")

    keys.press("Hoàn tác lần nhập")
    expect(page.get_by_role("heading", name="Hoàn tác lần nhập 1 báo cáo")).to_be_visible()
    keys.type("reason", "Gửi nhầm tệp")
    keys.press("Hoàn tác lần nhập")

    expect(page.get_by_text("Đã hoàn tác lần nhập tệp")).to_be_visible()
    assert ProgressUpdate.objects.get(pk=sent.pk).state == UpdateState.DRAFT
