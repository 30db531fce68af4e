"""What an auditor looks for in the log of changes, with the mouse and with the keyboard: three steps at most."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from meetings.models import Meeting
from meetings.operations.removing import remove_meeting
from programme.models import Agency, User
from smartcity.lib.records.history import signed_save
from tasks.models import PlannedTask, Task
from tests.browser.hands import Hand, Keys
from tests.meetings.factories import MeetingFactory

# A page that has nothing to do with it.
ANYWHERE = "/kinh-phi/"


@pytest.fixture
def task():
    return Task.objects.get(programme__code="BRVT-DTTM", code="NV-05")


@pytest.fixture
def done(site, task):
    """A week of one officer; a meeting that was taken away; an agency that was renamed."""
    person, office = (User.objects.get(username=name) for name in ("chuyen-vien", "van-phong"))
    person.title = "Phó Trưởng phòng"
    signed_save(person, by=person, reason="Được bổ nhiệm")
    agency = Agency.objects.get(short_name="Công an tỉnh", province=task.programme.province)
    agency.short_name = "CA tỉnh"
    signed_save(agency, by=User.objects.get(username="quan-tri"), reason="Viết tắt lại")
    meeting = MeetingFactory(province=task.programme.province, title="nghe báo cáo kho dữ liệu")
    remove_meeting(meeting, reason="Hoãn họp", by=office, today=localdate())
    assert not Meeting.objects.filter(title="nghe báo cáo kho dữ liệu").exists()
    return agency


@pytest.fixture
def auditor(done, site, page_of):
    page = page_of("kiem-toan")
    page.goto(f"{site}{ANYWHERE}")
    return page


@pytest.fixture
def log(auditor):
    hand = Hand()
    hand.click(auditor.get_by_role("link", name="Nhật ký thay đổi"))
    return auditor, hand


def test_what_one_person_did_in_one_week(log):
    page, hand = log
    today = localdate()

    page.get_by_label("Người thực hiện", exact=True).fill("Chuyên viên Công an tỉnh")
    page.get_by_label("Từ ngày").fill(f"{today - timedelta(days=6):%d/%m/%Y}")
    page.get_by_label("Đến ngày").fill(f"{today:%d/%m/%Y}")
    hand.click(page.get_by_role("button", name="Lọc"))

    [line] = page.locator("article").all()
    expect(line).to_contain_text("Được bổ nhiệm")
    expect(line).to_contain_text("Phó Trưởng phòng")
    assert hand.clicks <= 3


def test_one_field_of_one_task(auditor, site, task):
    plan = PlannedTask.objects.filter(task=task).order_by("pk").first()
    hand = Hand()
    auditor.goto(f"{site}{task.get_absolute_url()}")

    hand.click(auditor.get_by_role("link", name="Lịch sử", exact=True))
    auditor.locator("details").first.wait_for()
    auditor.locator("summary", has_text=plan.name[:40]).first.click()
    hand.click(auditor.get_by_role("link", name="Tên nhiệm vụ", exact=True).first)

    expect(auditor.get_by_label("Nội dung đã đổi")).to_have_value("tasks.plannedtask.name")
    assert f"ban-ghi=tasks.task-{task.pk}" in auditor.url
    expect(auditor.locator("article").first).to_contain_text(plan.name[:40])
    assert hand.clicks <= 3


def test_all_of_one_agency(log, done):
    page, hand = log

    page.get_by_label("Cơ quan mà bản ghi nói đến").fill("CA tỉnh")
    page.get_by_label("Loại bản ghi").select_option(label="Cơ quan")
    hand.click(page.get_by_role("button", name="Lọc"))

    expect(page.locator("article").first).to_contain_text("Viết tắt lại")
    expect(page.locator("article").first).to_contain_text("CA tỉnh")
    assert hand.clicks <= 3


def test_removed_meeting_with_the_keyboard_alone(auditor):
    keys = Keys(auditor)

    keys.press("Nhật ký thay đổi")
    auditor.wait_for_url("**/nhat-ky/")
    auditor.get_by_label("Loại bản ghi").focus()
    auditor.keyboard.type("Cuộc họp")
    auditor.get_by_label("Việc", exact=True).focus()
    auditor.keyboard.type("Xóa")
    keys.press("Lọc")

    line = auditor.locator("article")
    expect(line).to_contain_text("Xóa cuộc họp")
    expect(line).to_contain_text("nghe báo cáo kho dữ liệu")
    expect(line).to_contain_text("Hoãn họp")
    assert keys.clicks <= 3
