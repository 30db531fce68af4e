"""An agency says how far its part in a directive is, by the keyboard alone, and the leader's board tells it."""

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from meetings.models import Answer
from programme.models import User
from smartcity.lib.language.dates import say_day
from tests.meetings.factories import AssignmentFactory, DirectiveFactory

SAID = "Đã khảo sát 40 trong 120 điểm; 5 điểm chờ bàn giao mặt bằng."
WORK = "Rà soát toàn bộ camera giám sát giao thông"


@pytest.fixture
def given(site):
    """A directive without a day to the agency of the officer."""
    agency = User.objects.get(username="chuyen-vien").agency
    directive = DirectiveFactory(text=WORK, conclusion__meeting__province=agency.province)
    return AssignmentFactory(directive=directive, agency=agency)


def tab_to(page, target):
    expect(target).to_be_visible()
    for _ in range(200):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the Tab key never reaches it")


def test_progress_is_told_by_keyboard_and_read_on_the_board(given, site, page_of):
    officer, leader = page_of("chuyen-vien"), page_of("lanh-dao")

    tab_to(officer, officer.get_by_role("link", name=f"Cập nhật tiến độ {WORK}"))
    officer.keyboard.press("Enter")
    expect(officer.get_by_label("Tiến độ đến ngày")).to_have_value(say_day(localdate()))
    tab_to(officer, officer.get_by_label("Nội dung"))
    officer.keyboard.type(SAID)
    tab_to(officer, officer.get_by_role("button", name="Gửi cập nhật tiến độ"))
    officer.keyboard.press("Enter")

    expect(officer.get_by_text("Đã cập nhật tiến độ.")).to_be_visible()
    expect(officer.get_by_text(SAID)).to_be_visible()
    assert Answer.objects.get(assignment=given).text == SAID
    leader.goto(f"{site}/chi-dao/")
    row = leader.get_by_role("row").filter(has_text=WORK)
    expect(row).to_contain_text(f"Tiến độ đến {say_day(localdate())}: {SAID}")
    expect(row).to_contain_text("Chưa báo hoàn thành")
