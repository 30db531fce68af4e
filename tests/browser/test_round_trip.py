"""A report on its way to being accepted, and back: how many presses each takes after signing in."""

from datetime import date

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from programme.models import User
from tasks.models import ProgressUpdate, Task, UpdateState
from tasks.operations.reporting import draft_update, submit_update
from tasks.operations.reviewing import accept_update
from tests.browser.hands import Hand, Keys
from tests.uploads import PDF

TEXTS = {"results": "Đã khảo sát", "next_steps": "Trình dự toán", "obstacles": "Chậm mặt bằng"}


@pytest.fixture
def write(site):
    """Send a report of Công an tỉnh of a day in 2024; once what waits is accepted, it counts."""
    officer = User.objects.get(username="chuyen-vien")
    task = Task.objects.reportable_by(officer, localdate()).get()

    def write(month, day, **fields):
        update = ProgressUpdate(
            task=task, as_of=date(2024, month, day), **{"status": "preparing", "percent": 20} | fields
        )
        draft_update(update, by=officer, today=localdate())
        return submit_update(update, by=officer, today=localdate())

    return write


@pytest.fixture
def accepted(write):
    coordinator = User.objects.get(username="dau-moi")
    return accept_update(write(4, 10, **TEXTS), by=coordinator, today=localdate())


@pytest.fixture
def three(accepted, write):
    return [write(5, day, percent=30) for day in (10, 11, 12)]


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "biên bản nghiệm thu.pdf"
    path.write_bytes(PDF)
    return path


def newest():
    return ProgressUpdate.objects.latest("pk")


def assert_full_report_is_sent():
    sent = newest()
    assert (sent.state, sent.status, sent.percent, sent.disbursed_vnd) == (
        UpdateState.SUBMITTED,
        "in_progress",
        45,
        1_500_000_000,
    )
    assert (sent.results, sent.next_steps) == ("Đã ký hợp đồng lắp đặt camera", "Lắp đặt tại 20 nút giao")
    assert [file.name for file in sent.files] == ["biên bản nghiệm thu.pdf"]


# A full report with evidence


def test_full_report_with_evidence_takes_four_clicks_and_no_field_twice(accepted, page_of, record):
    officer, hand = page_of("chuyen-vien"), Hand()

    hand.click(officer.get_by_role("link", name="Báo cáo").and_(officer.locator(".button")).first)
    hand.choose(officer.get_by_label("Trạng thái"), "Đang thực hiện")
    hand.fill(officer.get_by_label("Tiến độ (%)"), "45%")
    hand.fill(officer.get_by_label("Kết quả đã làm"), "Đã ký hợp đồng lắp đặt camera")
    hand.fill(officer.get_by_label("Việc tiếp theo"), "Lắp đặt tại 20 nút giao")
    hand.fill(officer.get_by_label("Giải ngân trong kỳ"), "1,5 tỷ đồng")
    hand.attach(officer.get_by_label("Tệp minh chứng"), record)
    hand.click(officer.get_by_role("button", name="Kiểm tra rồi gửi"))
    hand.click(officer.get_by_role("button", name="Gửi báo cáo tiến độ"))

    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()
    assert hand.clicks <= 4
    assert set(hand.fields.values()) == {1}
    assert_full_report_is_sent()


def test_full_report_with_evidence_takes_as_many_presses_of_keys(accepted, page_of, record):
    officer = page_of("chuyen-vien")
    officer.wait_for_load_state("networkidle")
    keys = Keys(officer)

    keys.press("Báo cáo 10.")
    officer.wait_for_url("**/add/**")
    keys.next_choice("status")
    keys.type("percent", "45")
    keys.type("results", "Đã ký hợp đồng lắp đặt camera")
    keys.type("next_steps", "Lắp đặt tại 20 nút giao")
    keys.type("disbursed_vnd", "1,5 tỷ đồng")
    keys.attach("files", record)
    keys.press("Kiểm tra rồi gửi")
    officer.wait_for_url("**/kiem-tra/")
    keys.press("Gửi báo cáo tiến độ")

    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()
    assert keys.clicks <= 4
    assert set(keys.fields.values()) == {1}
    assert_full_report_is_sent()


def test_enter_in_a_field_checks_the_report(accepted, page_of):
    officer = page_of("chuyen-vien")
    officer.get_by_role("link", name="Báo cáo").and_(officer.locator(".button")).first.click()

    officer.get_by_label("Tiến độ (%)").fill("25")
    officer.get_by_label("Tiến độ (%)").press("Enter")

    officer.wait_for_url("**/kiem-tra/")
    assert (newest().percent, newest().results) == (25, "")


# A correction


def test_one_digit_is_corrected_in_four_clicks(accepted, page_of):
    officer, hand = page_of("chuyen-vien"), Hand()

    hand.click(officer.locator("#da-gui").get_by_role("link").first)
    hand.click(officer.get_by_role("link", name="Đính chính"))
    hand.fill(officer.get_by_label("Tiến độ (%)"), "25")
    hand.click(officer.get_by_role("button", name="Kiểm tra rồi gửi"))
    hand.click(officer.get_by_role("button", name="Gửi báo cáo tiến độ"))

    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()
    assert hand.clicks <= 4
    sent = newest()
    assert (sent.corrects, sent.state, sent.percent, sent.results) == (
        accepted,
        UpdateState.SUBMITTED,
        25,
        "Đã khảo sát",
    )


def test_one_digit_is_corrected_in_as_many_presses_of_keys(accepted, page_of):
    officer = page_of("chuyen-vien")
    officer.wait_for_load_state("networkidle")
    keys = Keys(officer)

    keys.press("Báo cáo 10.")
    officer.wait_for_url("**/add/**")
    keys.press("10/04/2024")
    officer.wait_for_url("**dinh-chinh**")
    keys.type("percent", "25")
    keys.press("Kiểm tra rồi gửi")
    officer.wait_for_url("**/kiem-tra/")
    keys.press("Gửi báo cáo tiến độ")

    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()
    assert keys.clicks <= 4
    assert (newest().corrects, newest().percent) == (accepted, 25)


# Taken back


def test_sent_report_is_taken_back_and_gone_on_with(write, page_of):
    write(5, 10, results="Đã ký hợp đồng")
    officer, hand = page_of("chuyen-vien"), Hand()

    hand.click(officer.locator("#da-gui").get_by_role("link").first)
    hand.click(officer.get_by_role("link", name="Thu hồi"))
    hand.click(officer.get_by_role("button", name="Thu hồi báo cáo"))

    expect(officer.get_by_text("Báo cáo là bản nháp: sửa rồi gửi lại.")).to_be_visible()
    expect(officer.get_by_label("Kết quả đã làm")).to_have_value("Đã ký hợp đồng")
    assert hand.clicks <= 3
    assert newest().state == UpdateState.DRAFT


# The reviewer


def test_three_are_accepted_in_five_clicks(three, page_of):
    coordinator, hand = page_of("dau-moi"), Hand()

    hand.click(coordinator.get_by_role("link", name="Xem xét").first)
    for _ in three:
        hand.click(coordinator.get_by_role("button", name="Tiếp nhận", exact=True))

    expect(coordinator.get_by_text("Đã tiếp nhận báo cáo của")).to_be_visible()
    coordinator.wait_for_url("**/quan-tri/")
    assert hand.clicks <= 5
    assert not ProgressUpdate.objects.waiting().exists()


def test_three_are_accepted_in_as_many_presses_of_keys(three, page_of):
    coordinator = page_of("dau-moi")
    coordinator.wait_for_load_state("networkidle")
    keys = Keys(coordinator)

    keys.press("Xem xét")
    for update in three:
        coordinator.wait_for_url(f"**/{update.pk}/xem-xet/")
        keys.press("Tiếp nhận")

    coordinator.wait_for_url("**/quan-tri/")
    assert keys.clicks <= 5
    assert not ProgressUpdate.objects.waiting().exists()


def test_reviewer_decides_without_scrolling(write, accepted, page_of):
    line = "Đã lắp đặt camera tại các nút giao theo hợp đồng đã ký"
    write(5, 10, **dict.fromkeys(TEXTS, f"{line}.\n" * 12))
    coordinator = page_of("dau-moi")
    coordinator.get_by_role("link", name="Xem xét").first.click()
    parts = [
        coordinator.get_by_role("button", name="Tiếp nhận", exact=True),
        coordinator.get_by_label("Lý do trả lại"),
        coordinator.get_by_role("button", name="Trả lại", exact=True),
    ]

    for scrolled in (0, 600):
        coordinator.mouse.wheel(0, scrolled)
        coordinator.wait_for_timeout(0)
        for part in parts:
            expect(part).to_be_in_viewport(ratio=1)

    coordinator.get_by_label("Lý do trả lại").fill("Gộp các dòng trùng")
    coordinator.get_by_role("button", name="Trả lại", exact=True).click()
    expect(coordinator.get_by_text("Đã trả lại báo cáo cho Chuyên viên Công an tỉnh")).to_be_visible()


# What the form does for its author


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_words_of_the_last_report_are_taken_over_and_the_rest_stays(accepted, site, browser, script):
    context = browser.new_context(java_script_enabled=script, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    officer = context.new_page()
    officer.goto(f"{site}/quan-tri/tasks/progressupdate/add/?task={accepted.task_id}")
    officer.get_by_label("Tên đăng nhập").fill("chuyen-vien")
    officer.get_by_label("Mật khẩu").fill("demo-2026")
    officer.get_by_role("button", name="Đăng nhập").click()
    officer.get_by_label("Kết quả đã làm").fill("Đã lập dự toán")

    officer.get_by_role("button", name="Chép lần trước vào việc tiếp theo").press("Enter")

    expect(officer.get_by_label("Việc tiếp theo")).to_have_value("Trình dự toán")
    expect(officer.get_by_label("Việc tiếp theo")).to_be_focused()
    expect(officer.get_by_label("Kết quả đã làm")).to_have_value("Đã lập dự toán")
    expect(officer.get_by_label("Khó khăn, vướng mắc")).to_have_value("")
    context.close()


def test_complete_fills_in_the_percentage_and_takes_it_back(accepted, page_of):
    officer = page_of("chuyen-vien")
    officer.get_by_role("link", name="Báo cáo").and_(officer.locator(".button")).first.click()
    status, percent = officer.get_by_label("Trạng thái"), officer.get_by_label("Tiến độ (%)")

    status.select_option(label="Hoàn thành")
    expect(percent).to_have_value("100")
    expect(officer.get_by_role("status").get_by_text("nên tiến độ được ghi 100%")).to_be_visible()

    status.select_option(label="Đang thực hiện")
    expect(percent).to_have_value("20")
