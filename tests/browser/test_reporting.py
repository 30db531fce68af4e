"""The main job, as people do it: an officer reports, the coordinating agency accepts, the figure moves."""

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

BEFORE = "4/12 nhiệm vụ hoàn thành; 8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024"
AFTER = "5/12 nhiệm vụ hoàn thành; 7 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024"


def test_an_officer_reports_and_the_programme_shows_it_after_acceptance(site, page_of):
    officer = page_of("chuyen-vien")
    officer.get_by_role("link", name="Báo cáo một nhiệm vụ ngoài kỳ").click()
    officer.get_by_role("link", name="Báo cáo Xây dựng").click()
    officer.get_by_label("Số liệu đến ngày").fill("31/02/2024")
    officer.get_by_label("Trạng thái").select_option(label="Hoàn thành")
    officer.get_by_label("Tiến độ (%)").fill("100%")
    officer.get_by_label("Kết quả đã làm").fill("Đã nghiệm thu hệ thống camera")
    officer.get_by_label("Văn bản minh chứng").select_option(index=1)
    officer.get_by_role("button", name="Kiểm tra rồi gửi").click()
    expect(officer.get_by_text("Ngày 31/02/2024 không có trong lịch").first).to_be_visible()
    expect(officer.get_by_label("Kết quả đã làm")).to_have_value("Đã nghiệm thu hệ thống camera")
    officer.get_by_label("Số liệu đến ngày").fill(f"{localdate():%d/%m/%Y}")
    officer.get_by_role("button", name="Kiểm tra rồi gửi").click()
    officer.get_by_role("button", name="Gửi báo cáo tiến độ").click()
    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()

    coordinator = page_of("dau-moi")
    coordinator.goto(f"{site}/de-an/BRVT-DTTM/")
    expect(coordinator.get_by_role("heading", level=1)).to_contain_text(BEFORE)
    coordinator.get_by_role("link", name="Việc của tôi").click()
    coordinator.get_by_role("link", name="Xem xét").click()
    expect(coordinator.get_by_role("row", name="Trạng thái")).to_contain_text("Đang làm thủ tục")
    coordinator.get_by_role("button", name="Tiếp nhận").click()
    expect(coordinator.get_by_text("Đã tiếp nhận báo cáo")).to_be_visible()

    coordinator.goto(f"{site}/de-an/BRVT-DTTM/")
    expect(coordinator.get_by_role("heading", level=1)).to_contain_text(AFTER)
    coordinator.goto(f"{site}/de-an/BRVT-DTTM/?ngay=16/06/2023")
    expect(coordinator.get_by_role("heading", level=1)).to_contain_text(BEFORE)


PATHS = ["/", "/de-an/BRVT-DTTM/?ngay=16/06/2023", "/quan-tri/", "/quan-tri/tasks/task/"]


@pytest.mark.parametrize("width", [1366, 768, 320])
def test_nothing_scrolls_sideways(site, page_of, width):
    reader = page_of("dau-moi", width=width)

    for path in PATHS:
        reader.goto(site + path)

        assert reader.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
        assert reader.evaluate("document.documentElement.lang") == "vi", path


def test_pages_can_be_read_without_javascript(site, browser):
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{site}/de-an/BRVT-DTTM/")
    page.get_by_label("Tên đăng nhập").fill("lanh-dao")
    page.get_by_label("Mật khẩu").fill("demo-2026")
    page.get_by_role("button", name="Đăng nhập").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(BEFORE)
    page.get_by_label("Số liệu đến ngày").fill("01/01/2020")
    page.get_by_role("button", name="Xem").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("12 nhiệm vụ, chưa có báo cáo tiến độ")
    context.close()
