"""All that are late are reminded in two clicks after signing in, and nobody is reminded twice by mistake."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import localdate
from playwright.sync_api import expect

from programme.models import Agency, Programme
from smartcity.lib.records.history import signed_save
from tasks.models import ReportingDuty, Urging
from tests.factories import ReportingCycleFactory, officer_of
from tests.one_of_each import person

SENTENCE = "Đã gửi thư đôn đốc 1 cơ quan: "


@pytest.fixture
def late(site):
    """A cycle that was due ten days ago, of all tasks that are not complete; the police have an address."""
    programme = Programme.objects.get(code="BRVT-DTTM")
    due_on = localdate() - timedelta(days=10)
    duty = ReportingDuty.objects.get(programme=programme)
    ReportingCycleFactory(
        duty=duty, first_day=due_on - timedelta(days=36), last_day=due_on - timedelta(days=6), due_on=due_on
    )
    officer = person("chuyen-vien")
    officer.email = "camera@catinh.example.vn"
    signed_save(officer, by=officer)
    return programme


class Clicks:
    """Counts what somebody presses, with the mouse or with the key of a link or button."""

    def __init__(self, page, *, by_keyboard):
        self.page, self.by_keyboard, self.count = page, by_keyboard, 0

    def on(self, role, name):
        place = self.page.get_by_role(role, name=name, exact=False).first
        self.count += 1
        if not self.by_keyboard:
            place.click()
            return
        place.focus()
        expect(place).to_be_focused()
        self.page.keyboard.press("Enter")


@pytest.mark.parametrize("by_keyboard", [False, True], ids=["mouse", "keyboard"])
def test_all_late_ones_are_reminded_in_three_clicks_after_signing_in(late, page_of, by_keyboard):
    mail.outbox = []
    page = page_of("dau-moi")
    clicks = Clicks(page, by_keyboard=by_keyboard)

    clicks.on("link", "Đôn đốc báo cáo quá hạn")
    clicks.on("button", "Gửi đôn đốc")

    expect(page.get_by_text(SENTENCE)).to_be_visible()
    assert clicks.count <= 3
    assert [letter.to for letter in mail.outbox] == [["camera@catinh.example.vn"]]
    assert Urging.objects.get().by == person("dau-moi")


def test_one_agency_is_reminded_from_the_cycle_and_knows_of_it(late, page_of, site):
    coordinator = page_of("dau-moi")
    coordinator.goto(f"{site}/de-an/BRVT-DTTM/ky-bao-cao/")
    expect(coordinator.get_by_text("đã qua 10 ngày").first).to_be_visible()
    coordinator.get_by_role("row", name="Công an").get_by_role("link", name="Đôn đốc").first.click()
    coordinator.get_by_label("Cách đôn đốc").select_option(label="Ghi: đã nhắn tin (Zalo)")
    coordinator.get_by_role("button", name="Gửi đôn đốc").click()
    expect(coordinator.get_by_text("Đã ghi đôn đốc bằng cách khác 1 cơ quan")).to_be_visible()
    expect(coordinator.get_by_text(f"đã đôn đốc {localdate():%d/%m/%Y}, Cán bộ đầu mối").first).to_be_visible()

    officer = page_of("chuyen-vien")
    expect(officer.get_by_text(f"được đôn đốc ngày {localdate():%d/%m/%Y}").first).to_be_visible()


def test_text_to_paste_is_whole_on_a_phone(late, page_of, site):
    agency = Agency.objects.get(province__code="ba-ria-vung-tau", short_name="Công an tỉnh")
    officer_of(agency, email="khac@catinh.example.vn")
    page = page_of("dau-moi", width=320)

    page.goto(f"{site}/don-doc/?co-quan={agency.pk}")
    page.get_by_text("Nội dung, để sao gửi nơi khác").click()
    text = page.get_by_label("Nội dung gửi")

    expect(text).to_be_visible()
    assert "Kính gửi: " in text.input_value()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert text.evaluate("one => one.scrollHeight - one.clientHeight") <= 2
