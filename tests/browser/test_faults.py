"""What a person sees who sends a long form with mistakes: where they are, what is wrong, and the way there."""

import re

from playwright.sync_api import expect


def test_refused_long_form_begins_at_the_list_of_what_is_wrong(page_of, site):
    office = page_of("van-phong")
    office.goto(f"{site}/cuoc-hop/them/")
    office.get_by_label("Nội dung họp").fill("nghe báo cáo")
    office.get_by_label("Ngày họp").fill("31/02/2025")
    office.get_by_role("button", name="Lưu cuộc họp").click()

    faults = office.get_by_role("alert").filter(has_text="chỗ cần sửa")
    expect(faults).to_be_focused()
    expect(faults).to_be_in_viewport()
    expect(office).to_have_title(re.compile("^Lỗi: "))
    faults.get_by_role("link", name="Ngày họp").click()
    expect(office.get_by_label("Ngày họp")).to_be_in_viewport()
    assert office.evaluate("document.activeElement.name || location.hash") in {"held_on", "#id_held_on"}
    expect(office.get_by_label("Nội dung họp")).to_have_value("nghe báo cáo")


def test_refused_form_of_the_admin_begins_there_too(page_of, site):
    coordinator = page_of("dau-moi")
    coordinator.goto(f"{site}/quan-tri/programme/legaldocument/add/")
    coordinator.get_by_label("Trích yếu").fill("Kế hoạch")
    coordinator.get_by_role("button", name="Lưu", exact=True).first.click()

    faults = coordinator.get_by_role("alert").filter(has_text="chỗ cần sửa")
    expect(faults).to_be_focused()
    expect(faults).to_be_in_viewport()
    expect(coordinator).to_have_title(re.compile("Lỗi: "))
    expect(coordinator.get_by_label("Trích yếu")).to_have_value("Kế hoạch")


def test_text_that_no_server_takes_stays_where_it_was_typed(page_of, site):
    coordinator = page_of("dau-moi")
    coordinator.goto(f"{site}/quan-tri/programme/legaldocument/add/")
    subject = coordinator.get_by_label("Trích yếu")
    subject.evaluate("(field) => { field.value = 'Triển khai. '.repeat(400_000) }")
    coordinator.get_by_role("button", name="Lưu", exact=True).first.click()

    told = coordinator.get_by_role("alert").filter(has_text="Chưa gửi: nội dung dài 5")
    expect(told).to_be_focused()
    expect(told).to_contain_text("mỗi lần gửi tối đa 5 MB")
    assert subject.evaluate("(field) => field.value.length") == len("Triển khai. ") * 400_000
    subject.evaluate("(field) => { field.value = 'Kế hoạch' }")
    coordinator.get_by_role("button", name="Lưu", exact=True).first.click()
    expect(coordinator.get_by_role("alert").filter(has_text="chỗ cần sửa")).to_be_focused()


def test_page_that_says_how_much_may_be_sent_without_a_script(page_of, site):
    coordinator = page_of("dau-moi")
    coordinator.goto(f"{site}/quan-tri/programme/legaldocument/add/")
    subject = coordinator.get_by_label("Trích yếu")
    subject.evaluate("(field) => { field.value = 'Triển khai. '.repeat(400_000) }")
    # As a browser without scripts sends it: nobody is asked before.
    subject.evaluate("(field) => field.form.submit()")

    expect(coordinator.get_by_role("heading", name="Nội dung gửi lên quá dài")).to_be_visible()
    expect(coordinator.get_by_text("tối đa 5 MB")).to_be_visible()
