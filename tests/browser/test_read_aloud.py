"""How money and days are read, told beside the field while somebody types: in the admin and on the strict pages."""

from playwright.sync_api import expect


def test_amounts_and_days_are_read_back_as_one_types(site, page_of):
    page = page_of("dau-moi-hd")
    page.goto(f"{site}/quan-tri/tasks/budgetentry/add/")
    amount, heard = page.locator("#id_amount"), page.locator("#id_amount_echo")

    amount.press_sequentially("3470 tỷ")
    expect(heard).to_have_text("Đọc là: 3.470 tỷ đồng (3.470.000.000.000 đồng)")

    amount.fill("3,470")
    amount.blur()
    expect(heard).to_contain_text("Viết 3.470 nếu là hàng nghìn; viết 3,47 nếu là số thập phân.")

    amount.fill("")
    amount.blur()
    expect(heard).to_have_text("")

    # What is half typed is asked for, and not complained of.
    day = page.locator("#id_decided_on")
    with page.expect_response(lambda response: "/doc-lai/" in response.url):
        day.press_sequentially("3/4")
    expect(page.locator("#id_decided_on_echo")).to_have_text("")
    day.press_sequentially("/2024")
    expect(page.locator("#id_decided_on_echo")).to_have_text("Đọc là: 03/04/2024 (thứ Tư)")

    page.goto(f"{site}/de-an/HD-CQDT/soan-dieu-chinh/")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    page.goto(f"{page.url}nhiem-vu/them/")
    due = page.locator("#id_due_on")
    due.fill("tháng 4/2024")
    due.blur()
    expect(page.locator("#id_due_on_echo")).to_contain_text("là một tháng, chưa phải một ngày")
    assert "id_due_on_echo" in due.get_attribute("aria-describedby")
