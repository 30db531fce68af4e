"""The next step is on the page where one stands: nothing is a dead end, and no list is empty without a reason."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Revision, Role
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    RevisionFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import send, url
from tests.meeting_pages import secretary_of
from tests.meetings.factories import AttendanceFactory, ConclusionFactory, MeetingFactory
from tests.reading import text_of as words_of

pytestmark = pytest.mark.django_db

TODAY = localdate()
ENDED = date(2025, 2, 28)
ACCEPT_MANY = "/quan-tri/tasks/progressupdate/tiep-nhan/"
BEGIN_PROGRAMME = "/quan-tri/programme/programme/add/"


@pytest.fixture
def province():
    return ProvinceFactory(name="Tỉnh Mẫu")


@pytest.fixture
def former(province):
    return AgencyFactory(province=province, name="Sở Thông tin và Truyền thông", in_force_to=ENDED)


@pytest.fixture
def successor(former):
    agency = AgencyFactory(province=former.province, name="Sở Khoa học và Công nghệ")
    AgencySuccessionFactory(predecessor=former, successor=agency, effective_on=date(2025, 3, 1))
    return agency


@pytest.fixture
def left_programme(former):
    """Decided while the agency lived, and never transferred: two tasks, one of them led by the agency."""
    programme = ProgrammeFactory(code="DE-AN-CU", coordinating_agency=former, province=former.province)
    adopted_revision(programme, tasks=2)
    return programme


def text_of(page):
    assert page.status_code == 200
    return words_of(page.text)


def links_of(page):
    assert page.status_code == 200
    return [unescape(address) for address in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', page.text)]


# Accepting several


def test_office_is_led_to_accept_several_reports_at_once(client_of):
    programme = ProgrammeFactory()
    office = secretary_of(programme.province)
    task = task_in_force(programme, lead=programme.coordinating_agency)
    ProgressUpdateFactory(task=task, submitted=True, author=coordinator_of(programme))

    page = client_of(office).get("/quan-tri/")

    assert "Báo cáo chờ tiếp nhận (1)" in text_of(page)
    assert ACCEPT_MANY in links_of(page)
    assert client_of(office).get(ACCEPT_MANY).status_code == 200


def test_who_has_nothing_to_accept_is_not_led_there(client_of):
    programme = ProgrammeFactory()

    assert ACCEPT_MANY not in links_of(client_of(coordinator_of(programme)).get("/quan-tri/"))


# A new programme


@pytest.mark.parametrize("address", ["/", "/quan-tri/"])
def test_new_coordinator_is_led_to_begin_a_programme(client_of, province, address):
    person = UserFactory(role=Role.COORDINATOR, agency=AgencyFactory(province=province))

    assert BEGIN_PROGRAMME in links_of(client_of(person).get(address))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.OFFICE])
@pytest.mark.parametrize("address", ["/", "/quan-tri/"])
def test_who_may_not_begin_a_programme_is_not_led_there(client_of, province, role, address):
    person = UserFactory(role=role, agency=AgencyFactory(province=province))

    assert BEGIN_PROGRAMME not in links_of(client_of(person).get(address))


def test_coordinator_goes_from_a_new_programme_to_its_draft(client_of, province):
    agency = AgencyFactory(province=province)
    browser = client_of(UserFactory(role=Role.COORDINATOR, agency=agency))

    made = send(browser, BEGIN_PROGRAMME, code="DE-AN-MOI", change_reason="Lập đề án")
    drafted = send(browser, made.url, name="Đề án đô thị thông minh")

    revision = Revision.objects.get(programme__code="DE-AN-MOI")
    assert made.url == "/de-an/DE-AN-MOI/ban-hanh-lan-dau/"
    assert drafted.url == revision.get_absolute_url()
    assert "Chưa có nhiệm vụ nào" in text_of(browser.get(drafted.url))


def test_page_of_a_programme_without_a_draft_leads_to_its_first_one(client_of, province):
    programme = ProgrammeFactory(province=province)

    page = client_of(coordinator_of(programme)).get(programme.get_absolute_url())

    assert f"{programme.get_absolute_url()}ban-hanh-lan-dau/" in links_of(page)


def test_programme_page_leads_to_the_draft_that_there_is(client_of):
    draft = RevisionFactory()
    begun = client_of(coordinator_of(draft.programme)).get(draft.programme.get_absolute_url())

    assert draft.get_absolute_url() in links_of(begun)
    assert not [link for link in links_of(begun) if "ban-hanh-lan-dau" in link]


def test_reader_of_a_new_programme_is_told_that_nothing_is_decided(client_of):
    programme = ProgrammeFactory()
    leader = UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)

    page = client_of(leader).get(programme.get_absolute_url())

    assert "Đề án chưa có lần ban hành nào" in text_of(page)
    assert not [link for link in links_of(page) if "ban-hanh-lan-dau" in link]


def test_day_before_the_programme_asks_for_a_later_day(client_of):
    revision = adopted_revision(effective_on=date(2020, 1, 1))
    leader = UserFactory(role=Role.LEADER, agency=revision.programme.coordinating_agency)

    page = client_of(leader).get(f"{revision.programme.get_absolute_url()}?ngay=01/01/2019")

    assert "Chọn một ngày từ khi đề án có hiệu lực" in text_of(page)


# Duties of agencies that have ended


@pytest.mark.parametrize(
    "address",
    [
        "/quan-tri/",
        "/nhap-tep/",
        ACCEPT_MANY,
        "/quan-tri/tasks/progressupdate/add/",
        "/quan-tri/programme/revision/add/",
        "/quan-tri/tasks/reportingduty/add/",
        "/quan-tri/tasks/budgetentry/add/",
    ],
)
def test_successor_reads_why_the_programme_is_not_among_their_own(client_of, left_programme, successor, address):
    person = UserFactory(role=Role.COORDINATOR, agency=successor)

    page = client_of(person).get(address, follow=True)

    assert "Việc chưa chuyển giao (1)" in text_of(page)
    assert "đầu mối đề án DE-AN-CU" in text_of(page)
    assert left_programme.coordinating_agency.get_absolute_url() in links_of(page)


def test_officer_of_the_successor_reads_of_the_tasks(client_of, left_programme, former, successor):
    revision = RevisionFactory(programme=left_programme, base=left_programme.revisions.get())
    PlannedTaskFactory(revision=revision, lead_agency=former)
    task_in_force(ProgrammeFactory(province=former.province), lead=former)

    page = client_of(officer_of(successor)).get("/quan-tri/tasks/progressupdate/add/")

    assert "chủ trì 1 nhiệm vụ" in text_of(page)


def test_agency_without_recorded_successor_is_told_to_every_coordinator(client_of, left_programme):
    person = UserFactory(role=Role.COORDINATOR, agency=AgencyFactory(province=left_programme.province))

    assert "chưa xác định cơ quan kế thừa" in text_of(client_of(person).get("/quan-tri/"))


def test_nothing_is_told_of_agencies_that_live_or_of_other_provinces(client_of, left_programme, successor):
    elsewhere = UserFactory(role=Role.COORDINATOR, agency=AgencyFactory())
    other_officer = officer_of(AgencyFactory(province=left_programme.province))

    for person in (elsewhere, other_officer):
        assert "Việc chưa chuyển giao" not in text_of(client_of(person).get("/quan-tri/"))


# Meetings after the agencies have ended


@pytest.fixture
def conclusion(province):
    meeting = MeetingFactory(province=province, held_on=TODAY)
    AttendanceFactory(meeting=meeting, chair=True, position=1)
    return ConclusionFactory(meeting=meeting, number=1)


def test_directive_of_today_tells_which_agencies_have_ended(client_of, conclusion, former, successor):
    gone = AgencyFactory(province=former.province, name="Sở Giao thông vận tải", in_force_to=ENDED)

    page = client_of(secretary_of(former.province)).get(reverse("directive_add", args=[conclusion.pk]))

    text = text_of(page)
    assert "2 cơ quan của Tỉnh Mẫu đã kết thúc hoạt động trước ngày họp" in text
    assert f"{former}: hoạt động đến hết 28/02/2025, nay là Sở Khoa học và Công nghệ" in text
    assert f"{gone}: hoạt động đến hết 28/02/2025, chưa ghi cơ quan kế thừa" in text
    assert "cơ quan kế thừa do quản trị hệ thống ghi" in text
    assert url("programme.agencysuccession", "add") not in links_of(page)


def test_directive_of_a_day_on_which_all_lived_tells_nothing(client_of, province, former):
    meeting = MeetingFactory(province=province, held_on=date(2024, 4, 10))
    conclusion = ConclusionFactory(meeting=meeting, number=1)

    page = client_of(secretary_of(province)).get(reverse("directive_add", args=[conclusion.pk]))

    assert "đã kết thúc hoạt động trước ngày họp" not in text_of(page)
