"""What is typed survives a tab that dies, and is forgotten when it is saved or its author signs out."""

import pytest
from playwright.sync_api import expect

from programme.models import LegalDocument

OFFER = "Khôi phục nội dung chưa lưu"
ADMIN = "/quan-tri/programme/legaldocument/add/"
PAGE = "/de-an/BRVT-DTTM/soan-dieu-chinh/"


@pytest.mark.parametrize(
    ("address", "field"), [(ADMIN, "Trích yếu"), (PAGE, "Lý do điều chỉnh")], ids=["admin", "page"]
)
def test_text_is_offered_again_after_a_crash(site, page_of, address, field):
    person = page_of("dau-moi")
    person.on("dialog", lambda dialog: dialog.accept())
    person.goto(site + address)
    person.get_by_label(field).fill("Nhập dở thì mất điện")

    person.goto(site + address)
    expect(person.get_by_label(field)).to_have_value("")
    person.get_by_role("button", name=OFFER).click()

    expect(person.get_by_label(field)).to_have_value("Nhập dở thì mất điện")
    expect(person.get_by_role("button", name=OFFER)).to_have_count(0)


def test_rows_below_a_record_are_offered_again_too(site, page_of):
    person = page_of("dau-moi")
    person.on("dialog", lambda dialog: dialog.accept())
    person.goto(site + ADMIN)
    rows = person.locator("input[name$='relations-TOTAL_FORMS']").first
    group = rows.get_attribute("name").removesuffix("-TOTAL_FORMS")
    for _ in range(2):
        person.locator(".formset-wrapper", has=rows).locator(".add-row").click()
    person.locator(f"input[name='{group}-1-pinpoint']").fill("Điều 2")

    person.goto(site + ADMIN)
    person.get_by_role("button", name=OFFER).click()

    expect(person.locator(f"input[name='{group}-1-pinpoint']")).to_have_value("Điều 2")
    expect(person.locator(f"input[name='{group}-TOTAL_FORMS']")).to_have_value("2")


def test_question_that_a_refused_page_adds_is_no_unsaved_text(site, page_of):
    person = page_of("dau-moi")
    person.goto(f"{site}/quan-tri/tasks/reportingduty/add/")
    person.locator("#id_programme").select_option(label="BRVT-DTTM")
    person.locator("#id_cadence").select_option("weekly")
    person.get_by_label("Áp dụng từ ngày").fill("01/01/2021")
    person.get_by_label("Số ngày để nộp").fill("6")

    person.get_by_role("button", name="Lưu", exact=True).click()

    expect(person.get_by_label("Đã kiểm tra, số liệu đúng")).to_be_visible()
    expect(person.get_by_label("Áp dụng từ ngày")).to_have_value("01/01/2021")
    expect(person.get_by_role("button", name=OFFER)).to_have_count(0)


def test_leaving_unsaved_text_is_asked_about_once(site, page_of):
    person = page_of("dau-moi")
    asked = []
    person.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    for address, field in [(ADMIN, "Trích yếu"), (PAGE, "Lý do điều chỉnh")]:
        person.goto(site + address)
        person.get_by_label(field).press_sequentially("Nhập dở")
        person.goto(site + "/")

    assert asked == ["beforeunload", "beforeunload"]


def test_text_that_was_saved_is_not_offered_and_back_saves_nothing_more(site, page_of):
    person = page_of("dau-moi")
    person.goto(site + PAGE)
    person.get_by_label("Lý do điều chỉnh").fill("Theo kết luận mới")
    person.get_by_role("button", name="Bắt đầu soạn").dblclick()
    expect(person.get_by_role("link", name="Bổ sung nhiệm vụ")).to_be_visible()
    draft = person.url

    person.go_back()
    person.get_by_label("Lý do điều chỉnh").fill("Theo kết luận mới")
    person.get_by_role("button", name="Bắt đầu soạn").click()

    expect(person.get_by_text("lần gửi sau không ghi thêm")).to_be_visible()
    assert person.url == draft
    person.goto(site + PAGE)
    expect(person.get_by_label("Lý do điều chỉnh")).to_have_value("")
    expect(person.get_by_role("button", name=OFFER)).to_have_count(0)


def test_signing_out_forgets_what_was_typed(site, page_of):
    person = page_of("dau-moi")
    person.goto(site + PAGE)
    person.get_by_label("Lý do điều chỉnh").fill("Nhập dở")

    person.get_by_role("button", name="Cán bộ").click()
    person.get_by_role("button", name="Đăng xuất").click()
    person.wait_for_url("**/dang-nhap/**")

    assert person.evaluate("Object.keys(sessionStorage)") == []


def test_expired_session_brings_the_text_back(site, page_of):
    person = page_of("dau-moi")
    person.goto(site + ADMIN)
    person.get_by_label("Trích yếu").fill("Nhập lâu quá")
    person.context.clear_cookies(name="sessionid")
    person.get_by_role("button", name="Lưu", exact=True).click()
    expect(person.get_by_text("Nội dung bạn nhập vẫn được giữ")).to_be_visible()

    person.get_by_label("Tên đăng nhập").fill("dau-moi")
    person.get_by_label("Mật khẩu").fill("demo-2026")
    person.get_by_role("button", name="Đăng nhập").click()

    expect(person.get_by_label("Trích yếu")).to_have_value("Nhập lâu quá")
    expect(person.get_by_role("button", name=OFFER)).to_have_count(0)
    assert not LegalDocument.objects.filter(subject="Nhập lâu quá").exists()
