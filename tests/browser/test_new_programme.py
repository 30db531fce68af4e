"""A programme that is begun: how many presses there are from signing in to its empty draft."""

from playwright.sync_api import expect

from programme.models import Revision
from tests.browser.hands import Hand, Keys

CODE, NAME = "BRVT-CDS", "Đề án chuyển đổi số"


def assert_draft_is_there():
    revision = Revision.objects.get(programme__code=CODE)
    assert (revision.number, revision.name, revision.planned_tasks.count()) == (1, NAME, 0)


def test_draft_of_a_new_programme_takes_three_clicks(page_of):
    coordinator, hand = page_of("dau-moi"), Hand()

    hand.click(coordinator.get_by_role("link", name="Lập đề án mới"))
    hand.fill(coordinator.get_by_label("Mã đề án"), CODE)
    hand.fill(coordinator.get_by_label("Lý do thay đổi"), "Lập đề án theo chỉ đạo")
    hand.click(coordinator.get_by_role("button", name="Lưu", exact=True))
    hand.fill(coordinator.locator("[name=name]"), NAME)
    hand.click(coordinator.get_by_role("button", name="Lập dự thảo"))

    expect(coordinator.get_by_text("Đã lập dự thảo")).to_be_visible()
    assert hand.clicks <= 3
    assert_draft_is_there()


def test_draft_of_a_new_programme_takes_as_many_presses_of_keys(page_of):
    coordinator = page_of("dau-moi")
    coordinator.wait_for_load_state("networkidle")
    keys = Keys(coordinator)

    keys.press("Lập đề án mới")
    coordinator.wait_for_url("**/add/**")
    keys.type("code", CODE)
    keys.type("change_reason", "Lập đề án theo chỉ đạo")
    keys.press("Lưu")
    coordinator.wait_for_url("**/ban-hanh-lan-dau/")
    keys.type("name", NAME)
    keys.press("Lập dự thảo")

    expect(coordinator.get_by_text("Đã lập dự thảo")).to_be_visible()
    assert keys.clicks <= 3
    assert_draft_is_there()


def test_one_s_work_is_one_click_from_any_page(site, page_of):
    officer, hand = page_of("chuyen-vien"), Hand()
    officer.goto(f"{site}/de-an/BRVT-DTTM/?ngay=16/06/2023")

    hand.click(officer.get_by_role("link", name="Việc của tôi"))

    officer.wait_for_url("**/quan-tri/")
    assert hand.clicks == 1
