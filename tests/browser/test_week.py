"""The officer's week in a real browser: how many clicks it takes, with the mouse and with the keyboard alone."""

from datetime import date

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from programme.models import User
from tasks.models import ProgressUpdate, Task, UpdateState
from tasks.operations.reporting import draft_update, submit_update
from tasks.operations.reviewing import accept_update
from tests.browser.hands import Hand, tab_to


@pytest.fixture
def reported(site):
    """Last month's report was accepted, so that there is something not to change."""
    officer, coordinator = (User.objects.get(username=name) for name in ("chuyen-vien", "dau-moi"))
    task = Task.objects.reportable_by(officer, localdate()).get()
    update = ProgressUpdate(task=task, as_of=date(2024, 4, 10), status="preparing", percent=20, results="Đã khảo sát")
    draft_update(update, by=officer, today=localdate())
    submit_update(update, by=officer, today=localdate())
    return accept_update(update, by=coordinator, today=localdate())


def test_no_change_is_reported_in_three_clicks_after_signing_in(reported, page_of):
    officer, hand = page_of("chuyen-vien"), Hand()

    hand.click(officer.get_by_role("link", name="Báo cáo").and_(officer.locator(".button")).first)
    hand.click(officer.get_by_role("button", name="Không có thay đổi"))
    hand.click(officer.get_by_role("button", name="Gửi báo cáo tiến độ"))

    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()
    assert hand.clicks <= 3
    sent = ProgressUpdate.objects.get(state=UpdateState.SUBMITTED)
    assert (sent.percent, sent.results) == (20, "Không thay đổi so với số liệu đến ngày 10/04/2024.")


def test_full_report_takes_ten_interactions_at_most(reported, page_of):
    officer, hand = page_of("chuyen-vien"), Hand()

    hand.click(officer.get_by_role("link", name="Báo cáo").and_(officer.locator(".button")).first)
    hand.choose(officer.get_by_label("Trạng thái"), "Đang thực hiện")
    hand.fill(officer.get_by_label("Tiến độ (%)"), "45%")
    hand.fill(officer.get_by_label("Kết quả đã làm"), "Đã ký hợp đồng lắp đặt camera")
    hand.fill(officer.get_by_label("Việc tiếp theo"), "Lắp đặt tại 20 nút giao")
    hand.fill(officer.get_by_label("Khó khăn, vướng mắc"), "Chậm bàn giao mặt bằng")
    hand.choose(officer.get_by_label("Nguyên nhân", exact=True), "Khách quan")
    hand.fill(officer.get_by_label("Giải ngân trong kỳ"), "1,5 tỷ đồng")
    hand.click(officer.get_by_role("button", name="Kiểm tra rồi gửi"))
    expect(officer.get_by_role("row", name="Giải ngân trong kỳ")).to_contain_text("1,5 tỷ đồng")
    hand.click(officer.get_by_role("button", name="Gửi báo cáo tiến độ"))

    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()
    assert hand.clicks + hand.typed <= 10
    sent = ProgressUpdate.objects.get(state=UpdateState.SUBMITTED)
    assert (sent.percent, sent.disbursed_vnd, sent.causes) == (45, 1_500_000_000, "objective")


def test_report_is_written_and_sent_with_the_keyboard_alone(reported, page_of):
    officer = page_of("chuyen-vien")
    officer.wait_for_load_state("networkidle")

    tab_to(officer, "Báo cáo 10.")
    officer.keyboard.press("Enter")
    officer.wait_for_url("**/add/**")
    tab_to(officer, "percent")
    officer.keyboard.press("ControlOrMeta+a")
    officer.keyboard.type("40")
    tab_to(officer, "results")
    officer.keyboard.type("Đã chọn nhà thầu")
    tab_to(officer, "Kiểm tra rồi gửi")
    officer.keyboard.press("Enter")
    officer.wait_for_url("**/kiem-tra/")
    tab_to(officer, "Gửi báo cáo tiến độ")
    officer.keyboard.press("Enter")

    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()
    sent = ProgressUpdate.objects.get(state=UpdateState.SUBMITTED)
    assert (sent.percent, sent.results) == (40, "Đã chọn nhà thầu")


def test_report_sent_back_is_mended_and_accepted_with_others_in_one_go(reported, site, page_of):
    officer = page_of("chuyen-vien")
    officer.get_by_role("link", name="Báo cáo").and_(officer.locator(".button")).first.click()
    officer.get_by_role("button", name="Không có thay đổi").click()
    officer.get_by_role("button", name="Gửi báo cáo tiến độ").click()

    coordinator = page_of("dau-moi")
    coordinator.get_by_role("link", name="Xem xét").first.click()
    coordinator.get_by_label("Lý do trả lại").fill("Nêu rõ gói thầu")
    coordinator.get_by_role("button", name="Trả lại").click()
    expect(coordinator.get_by_text("Đã trả lại báo cáo cho Chuyên viên Công an tỉnh")).to_be_visible()

    officer.goto(f"{site}/quan-tri/")
    expect(officer.get_by_text("trả lại: Nêu rõ gói thầu")).to_be_visible()
    officer.get_by_role("link", name="Sửa và gửi lại").click()
    officer.get_by_label("Kết quả đã làm").fill("Đã chọn nhà thầu gói 01")
    officer.get_by_role("button", name="Kiểm tra rồi gửi").click()
    officer.get_by_role("button", name="Gửi báo cáo tiến độ").click()

    coordinator.goto(f"{site}/quan-tri/")
    coordinator.get_by_role("link", name="Tiếp nhận nhiều báo cáo cùng lúc").click()
    coordinator.get_by_label("Đã đọc, tiếp nhận").check()
    coordinator.get_by_role("button", name="Tiếp nhận các báo cáo đã đánh dấu").click()
    expect(coordinator.get_by_text("Đã tiếp nhận 1 báo cáo.")).to_be_visible()


@pytest.mark.parametrize("width", [1366, 320])
def test_report_form_fits_the_screen(width, reported, page_of):
    officer = page_of("chuyen-vien", width=width)
    officer.get_by_role("link", name="Báo cáo").and_(officer.locator(".button")).first.click()

    expect(officer.get_by_label("Kết quả đã làm")).to_be_visible()
    assert officer.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    if width == 1366:
        officer.set_viewport_size({"width": 1366, "height": 768})
        assert officer.get_by_role("button", name="Kiểm tra rồi gửi").is_visible()
        bottom = officer.get_by_role("button", name="Kiểm tra rồi gửi").bounding_box()
        assert bottom["y"] + bottom["height"] <= 768
