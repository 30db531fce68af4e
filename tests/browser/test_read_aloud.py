"""How money and days are read, told beside the field while somebody types."""

from playwright.sync_api import expect


def test_amount_and_day_are_read_back_in_the_admin_as_one_types(site, page_of):
    page = page_of("dau-moi")
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

    page.locator("#id_decided_on").fill("3/4/2024")
    page.locator("#id_decided_on").blur()
    expect(page.locator("#id_decided_on_echo")).to_have_text("Đọc là: 03/04/2024 (thứ Tư)")


def test_what_is_half_typed_is_not_complained_of(site, page_of):
    page = page_of("dau-moi")
    page.goto(f"{site}/quan-tri/tasks/budgetentry/add/")
    asked = []
    page.on("response", lambda response: "/doc-lai/" in response.url and asked.append(response.url))

    with page.expect_response(lambda response: "/doc-lai/" in response.url):
        page.locator("#id_decided_on").press_sequentially("16/6")

    expect(page.locator("#id_decided_on_echo")).to_have_text("")
    assert len(asked) == 1


def test_day_is_read_back_on_a_page_under_the_strict_policy(site, page_of):
    page = page_of("dau-moi")
    page.goto(f"{site}/de-an/BRVT-DTTM/soan-dieu-chinh/")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    page.goto(f"{page.url}nhiem-vu/them/")
    due = page.locator("#id_due_on")

    due.fill("tháng 4/2024")
    due.blur()

    expect(page.locator("#id_due_on_echo")).to_contain_text("là một tháng, chưa phải một ngày")
    assert "id_due_on_echo" in due.get_attribute("aria-describedby")
