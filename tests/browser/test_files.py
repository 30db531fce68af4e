"""Files are attached as people do it, in every form that takes one: choosing writes nothing anywhere else."""

import pytest
from playwright.sync_api import expect

from programme.models import LegalDocument, User
from tasks.models import ProgressUpdate, Task
from tests.meetings.factories import AssignmentFactory, DirectiveFactory
from tests.uploads import PDF

CHOSEN = {"name": "Biên bản nghiệm thu.pdf", "mimeType": "application/pdf", "buffer": PDF}
SAID = "document.querySelectorAll('form[method=post] :is(input[type=text], input[type=date], textarea)[name]')"


def values(page):
    """What the fields for text say, by their names."""
    return page.evaluate(f"Object.fromEntries([...{SAID}].map(field => [field.name, field.value]))")


def report_of(person):
    task = Task.objects.reportable_by(User.objects.get(username=person), "2024-01-01").order_by("pk").first()
    return f"/quan-tri/tasks/progressupdate/add/?task={task.pk}"


def answer_of(person):
    user = User.objects.get(username=person)
    directive = DirectiveFactory(
        due_kind="month", due_year=2024, due_month=4, conclusion__meeting__province=user.agency.province
    )
    return f"/phan-cong/{AssignmentFactory(directive=directive, agency=user.agency).pk}/tra-loi/"


def a_document(person):
    document = LegalDocument.objects.filter(province__isnull=False).order_by("pk").first()
    return f"/quan-tri/programme/legaldocument/{document.pk}/change/"


PLACES = {
    "a report's evidence": ("chuyen-vien", report_of),
    "a new document": ("dau-moi", lambda person: "/quan-tri/programme/legaldocument/add/"),
    "a document that is there": ("dau-moi", a_document),
    "an answer to a directive": ("chuyen-vien", answer_of),
    "a file of reports": ("chuyen-vien", lambda person: "/nhap-tep/bao-cao-tien-do/BRVT-DTTM/"),
}


@pytest.mark.parametrize(("person", "address_of"), PLACES.values(), ids=PLACES)
def test_choosing_a_file_touches_no_other_field(site, page_of, person, address_of):
    page = page_of(person)
    page.goto(site + address_of(person))
    before = values(page)

    page.locator("input[type=file]").set_input_files(CHOSEN)

    assert values(page) == before
    assert page.locator("input[type=file]").evaluate("field => field.files[0].name") == CHOSEN["name"]


def test_file_chosen_for_a_refused_report_is_attached_when_the_report_is_mended(site, page_of):
    officer = page_of("chuyen-vien")
    officer.goto(site + report_of("chuyen-vien"))
    day = officer.get_by_label("Số liệu đến ngày").input_value()
    officer.get_by_label("Trạng thái").select_option(label="Đang thực hiện")
    officer.get_by_label("Tiến độ (%)").fill("nhiều")
    officer.get_by_label("Tệp minh chứng").set_input_files(CHOSEN)
    officer.get_by_role("button", name="Kiểm tra rồi gửi").click()

    expect(officer.get_by_label("Số liệu đến ngày")).to_have_value(day)
    expect(officer.get_by_label("Biên bản nghiệm thu.pdf")).to_be_checked()
    expect(officer.get_by_role("button", name="Khôi phục nội dung chưa lưu")).to_have_count(0)
    officer.get_by_label("Tiến độ (%)").fill("60")
    officer.get_by_role("button", name="Kiểm tra rồi gửi").click()
    officer.get_by_role("button", name="Gửi báo cáo tiến độ").click()
    expect(officer.get_by_text("Đã gửi báo cáo số liệu đến ngày")).to_be_visible()

    [update] = ProgressUpdate.objects.waiting()
    assert [stored.name for stored in update.files] == [CHOSEN["name"]]
