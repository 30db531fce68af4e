"""What a meeting assigns, as people do it: recorded, concluded, answered, sent back, answered again, confirmed."""

from playwright.sync_api import expect

BRVT = "Bà Rịa - Vũng Tàu"
TEXT = "Công an tỉnh, Sở Tài chính chủ trì, phối hợp với Sở Y tế rà soát hệ thống camera giám sát."


def record_and_conclude(secretary, site):
    """A meeting with one conclusion, and one directive to three agencies; its due was first typed a year too early."""
    secretary.goto(f"{site}/cuoc-hop/")
    secretary.get_by_role("link", name="Lên lịch, ghi cuộc họp").click()
    secretary.get_by_label("Nội dung họp").fill("nghe báo cáo về hệ thống camera giám sát")
    secretary.get_by_label("Ngày họp").fill("02/06/2025")
    secretary.get_by_role("heading", name="Thành phần dự họp").click()
    first = secretary.get_by_role("group", name="Người dự, cơ quan dự 1")
    first.get_by_label("Tư cách").select_option(label="Chủ trì")
    first.get_by_label("Họ và tên").fill("Đặng Minh Thông")
    first.get_by_label("Chức vụ, thành phần").fill("Phó Chủ tịch UBND tỉnh")
    secretary.get_by_role("button", name="Lưu cuộc họp").click()
    secretary.get_by_role("link", name="Thêm kết luận").click()
    secretary.get_by_label("Tiêu đề").fill("Về hệ thống camera giám sát")
    secretary.get_by_role("button", name="Thêm kết luận").click()
    secretary.get_by_role("link", name="Thêm ý kiến chỉ đạo").click()
    secretary.get_by_label("Nội dung giao").fill(TEXT)
    leads = secretary.get_by_role("group", name="Cơ quan chủ trì")
    for name in ("Công an tỉnh", "Sở Tài chính tỉnh"):
        leads.get_by_label(f"{name} {BRVT}").check()
    secretary.get_by_role("group", name="Cơ quan phối hợp").get_by_label(f"Sở Y tế tỉnh {BRVT}").check()
    secretary.get_by_label("Loại hạn").select_option(label="Một ngày")
    secretary.get_by_label("Ngày", exact=True).fill("12/06/2024")
    secretary.get_by_role("button", name="Thêm ý kiến chỉ đạo").click()
    expect(secretary.get_by_text("Kiểm tra lại năm của hạn").first).to_be_visible()
    secretary.get_by_label("Ngày", exact=True).fill("12/06/2025")
    secretary.get_by_role("button", name="Thêm ý kiến chỉ đạo").click()
    secretary.get_by_role("link", name="Chốt kết luận").click()
    expect(secretary.get_by_text(TEXT)).to_be_visible()
    secretary.get_by_role("button", name="Chốt kết luận").click()
    expect(secretary.get_by_text("Đã chốt kết luận")).to_be_visible()


def answer(officer, text):
    officer.get_by_role("link", name="Việc của tôi").click()
    officer.get_by_role("link", name="Trả lời").first.click()
    officer.get_by_label("Hoàn thành ngày").fill("05/06/2025")
    officer.get_by_label("Kết quả").fill(text)
    officer.get_by_role("button", name="Gửi báo cáo hoàn thành").click()
    expect(officer.get_by_text(text)).to_be_visible()


def open_waiting_answer(secretary):
    secretary.get_by_role("link", name="Việc của tôi").click()
    secretary.get_by_role("link", name="Xem xét").first.click()


def test_a_directive_goes_from_the_meeting_to_its_confirmation(site, page_of):
    secretary, officer, leader = page_of("van-phong"), page_of("chuyen-vien"), page_of("lanh-dao")
    record_and_conclude(secretary, site)

    answer(officer, "Đã rà soát 120 điểm camera.")
    open_waiting_answer(secretary)
    secretary.get_by_role("link", name="Trả lại").click()
    secretary.get_by_label("Lý do trả lại").fill("Bổ sung danh sách điểm hỏng.")
    secretary.get_by_role("button", name="Trả lại").click()
    expect(secretary.get_by_text("Bổ sung danh sách điểm hỏng.")).to_be_visible()
    leader.goto(f"{site}/chi-dao/ma-tran/")
    row = leader.get_by_role("row").filter(has_text="rà soát hệ thống camera")
    expect(row).to_contain_text("Bị trả lại")

    answer(officer, "Đã bổ sung danh sách 7 điểm hỏng.")
    open_waiting_answer(secretary)
    secretary.get_by_role("button", name="Xác nhận hoàn thành").click()
    expect(secretary.get_by_text("Đã xác nhận hoàn thành").first).to_be_visible()

    leader.goto(f"{site}/chi-dao/ma-tran/")
    expect(row.get_by_role("link", name="Đúng hạn")).to_have_count(1)
    expect(row.get_by_role("link", name="Quá hạn")).to_have_count(2)
    leader.goto(f"{site}/chi-dao/xep-hang/")
    police = leader.get_by_role("row").filter(has_text="Công an tỉnh")
    expect(police).to_contain_text("1/1")
    police.get_by_role("link", name="1", exact=True).first.click()
    expect(leader.get_by_role("row").filter(has_text="rà soát hệ thống camera")).to_have_count(1)
