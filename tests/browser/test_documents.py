"""A document is searched for and entered from the form that needs it, by keyboard, with all that was typed kept."""

from datetime import date, timedelta

from django.utils.timezone import localdate
from playwright.sync_api import expect

from meetings.models import Meeting
from programme.document_choice import OFFERED
from programme.models import User
from tasks.models import Task
from tests.factories import LegalDocumentFactory

LABEL = "Tìm theo số, ký hiệu, trích yếu"


def many_documents():
    issuer = User.objects.get(username="van-phong").agency
    for place in range(OFFERED + 5):
        signed_on = date(2023, 1, 1) + timedelta(days=place)
        LegalDocumentFactory(issuer=issuer, number=700 + place, symbol="BC-VP", kind="report", signed_on=signed_on)


def test_document_is_found_by_its_citation_and_a_new_one_comes_back(site, page_of):
    many_documents()
    office = page_of("van-phong")
    office.goto(f"{site}/cuoc-hop/them/")
    office.get_by_label("Nội dung họp").fill("giao ban công nghệ số")
    office.get_by_label("Ngày họp").fill("02/06/2025")
    summary = office.locator("summary", has_text="Đề án, báo cáo đã nghe, văn bản")
    summary.focus()
    office.keyboard.press("Enter")

    office.get_by_label(LABEL).first.fill("700/BC-VP")
    office.keyboard.press("Enter")

    source = office.get_by_label("Nguồn", exact=True)
    expect(source).to_be_focused()
    expect(source.locator("option:checked")).to_contain_text("700/BC-VP")
    expect(office.get_by_label("Nội dung họp")).to_have_value("giao ban công nghệ số")
    expect(office.get_by_text("mà chưa lưu")).to_have_count(0)

    office.get_by_label(LABEL).first.fill("45/BC-STC")
    office.keyboard.press("Tab")
    office.keyboard.press("Tab")
    expect(office.get_by_role("button", name="Nhập văn bản mới").first).to_be_focused()
    office.keyboard.press("Enter")
    expect(office.get_by_label("Số, ký hiệu", exact=True)).to_have_value("45/BC-STC")
    office.get_by_label("Loại văn bản").select_option(label="Báo cáo")
    office.get_by_label("Cơ quan ban hành").select_option(index=1)
    office.get_by_label("Ngày ban hành").fill("01/04/2024")
    office.get_by_role("textbox", name="Trích yếu").fill("Báo cáo tiến độ")
    office.get_by_role("button", name="Lưu", exact=True).click()

    expect(office.get_by_label("Nguồn", exact=True).locator("option:checked")).to_contain_text("45/BC-STC")
    expect(office.get_by_label("Ngày họp")).to_have_value("02/06/2025")
    office.get_by_role("button", name="Lưu cuộc họp").click()
    expect(office.get_by_text("Đã ghi cuộc họp ngày 02/06/2025")).to_be_visible()
    assert Meeting.objects.latest("pk").source.number == 45


def test_enter_finds_a_document_for_a_row_that_was_just_added(site, page_of):
    many_documents()
    office = page_of("van-phong")
    newest = LegalDocumentFactory(issuer=User.objects.get(username="van-phong").agency, signed_on=date(2024, 1, 1))
    office.goto(f"{site}/quan-tri/programme/legaldocument/{newest.pk}/change/")
    office.get_by_role("link", name="Thêm quan hệ văn bản").click()
    row = office.locator("#relations-data")
    row.get_by_label("Quan hệ").first.select_option(label="Căn cứ")

    row.get_by_label(LABEL).first.fill("700/BC-VP")
    office.keyboard.press("Enter")

    expect(row.get_by_label("Văn bản liên quan").first.locator("option:checked")).to_contain_text("700/BC-VP")
    expect(row.get_by_label("Quan hệ").first.locator("option:checked")).to_have_text("Căn cứ")


def test_enter_in_the_line_of_words_of_a_report_searches(site, page_of):
    many_documents()
    officer = page_of("chuyen-vien")
    task = Task.objects.reportable_by(User.objects.get(username="chuyen-vien"), localdate()).first()
    officer.goto(f"{site}/quan-tri/tasks/progressupdate/add/?task={task.pk}")
    officer.get_by_label("Kết quả").first.fill("Đã bàn giao thiết bị.")

    officer.get_by_label(LABEL).fill("700/BC-VP")
    officer.keyboard.press("Enter")

    expect(officer.get_by_label("Văn bản minh chứng").locator("option:checked")).to_contain_text("700/BC-VP")
    expect(officer.get_by_label("Kết quả").first).to_have_value("Đã bàn giao thiết bị.")
