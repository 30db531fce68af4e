"""A directive's form asks for what the chosen kind of due needs, by keyboard too."""

import pytest
from playwright.sync_api import expect

from meetings.models import Conclusion, Directive
from meetings.models.due import DueKind

ASKED = {
    "Một ngày": {"Ngày", "Báo cáo định kỳ"},
    "Một tháng": {"Tháng", "Báo cáo định kỳ"},
    "Lời văn chưa rõ ngày": {"Nguyên văn thời hạn, điều kiện, văn bản định hạn", "Ngày", "Báo cáo định kỳ"},
    "Không nêu thời hạn": set(),
}
FIELDS = ["Ngày", "Tháng", "Khi nào", "Nguyên văn thời hạn, điều kiện, văn bản định hạn", "Báo cáo định kỳ"]


@pytest.fixture
def form(site, page_of):
    """The form of a new directive of the last meeting that was recorded."""
    office = page_of("van-phong")
    conclusion = Conclusion.objects.order_by("-meeting__held_on", "number").first()
    office.goto(f"{site}/cuoc-hop/ket-luan/{conclusion.pk}/chi-dao/them/")
    office.get_by_label("Lý do đính chính").fill("Ghi sót một ý.")
    return office


def seen(page):
    return {name for name in FIELDS if page.get_by_label(name, exact=True).is_visible()}


def test_each_kind_shows_its_own_fields(form):
    kinds = form.get_by_label("Loại hạn")
    before = seen(form)

    shown = {}
    for kind in ASKED:
        kinds.select_option(label=kind)
        shown[kind] = seen(form)

    assert before == set()
    assert shown == ASKED


def test_kind_and_its_fields_are_reached_by_keyboard_and_a_mistake_stays_in_sight(form):
    before = set(Directive.objects.values_list("pk", flat=True))
    form.get_by_label("Nội dung giao").fill("Trình hồ sơ nâng cấp.")
    form.get_by_role("group", name="Cơ quan chủ trì").get_by_role("checkbox").first.check()
    kinds = form.get_by_label("Loại hạn")
    kinds.focus()

    form.keyboard.press("ArrowDown")
    form.keyboard.press("Tab")
    form.keyboard.type("31/04/2030")
    kinds.press("ArrowDown")
    form.keyboard.press("Tab")
    form.keyboard.type("13/2030")
    form.keyboard.press("Enter")

    month = form.get_by_label("Tháng", exact=True)
    expect(month).to_have_value("13/2030")
    expect(month).to_be_visible()
    expect(form.get_by_label("Ngày", exact=True)).to_be_hidden()
    month.fill("05/2030")
    month.press("Enter")
    expect(form.get_by_text("Không lưu ô «Ngày» (31/04/2030): «Một tháng» không dùng ô này.")).to_be_visible()
    directive = Directive.objects.exclude(pk__in=before).get()
    assert (directive.due_kind, directive.due_month) == (DueKind.MONTH, 5)


def test_document_shows_an_issuer_and_a_report_of_the_press_a_publisher(site, page_of):
    page = page_of("van-phong")
    page.goto(f"{site}/quan-tri/programme/legaldocument/add/")
    issuer, publisher = page.get_by_label("Cơ quan ban hành"), page.get_by_label("Nơi đăng")
    expect(issuer).to_be_visible()
    expect(publisher).to_be_hidden()

    page.get_by_label("Loại văn bản").select_option(label="Tin, bài công bố")

    expect(publisher).to_be_visible()
    expect(issuer).to_be_hidden()
    expect(page.get_by_role("textbox", name="Trích yếu")).to_be_visible()
