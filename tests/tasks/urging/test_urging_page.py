"""The page on which late reports are urged for, and where it is told afterwards."""

import smtplib
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from programme.models import AgencyKind, Role
from tasks.models import Urging, UrgingWay
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    UrgedReportFactory,
    UrgingFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page
from tests.reading import text_of
from tests.refused_pages import places

pytestmark = pytest.mark.django_db

URGE = "/don-doc/"
LETTER, NOTHING = "email", ""


@pytest.fixture
def programme():
    return ProgrammeFactory(code="BRVT-DTTM")


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province, name="Sở Y tế")


@pytest.fixture
def officer(lead):
    return officer_of(lead, full_name="Trần Văn Nam", email="nam@syt.example.vn")


@pytest.fixture
def task(programme, lead, officer):
    return task_in_force(programme, lead=lead, name="Bệnh án điện tử", position=3)


@pytest.fixture
def cycle(task, programme):
    """June 2023, due on 20/06/2023."""
    return ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme, full_name="Lê Thị Hoa")


def field(programme, agency):
    return f"cach-{programme.pk}-{agency.pk}"


def one_more_late(programme, cycle, number=1, **person):
    """A programme of the same coordinator, in which an agency is late too."""
    lead = AgencyFactory(province=programme.province, name=f"Sở thứ {number}")
    if person:
        officer_of(lead, **person)
    other = ProgrammeFactory(province=programme.province, coordinating_agency=programme.coordinating_agency)
    task_in_force(other, lead=lead)
    ReportingCycleFactory(duty=ReportingDutyFactory(programme=other))
    return other, lead


def told(response):
    return text_of(unescape(response.content.decode()))


def test_page_has_each_letter_ready_and_sends_them_with_one_button(
    client_of, coordinator, programme, lead, cycle, mailoutbox
):
    other, silent = one_more_late(programme, cycle, email="")
    client = client_of(coordinator)

    page = client.get(URGE)
    values = Page(page.content.decode()).values
    answer = client.post(URGE, values, follow=True)

    late = (localdate() - date(2023, 6, 20)).days
    assert "Đôn đốc 2 cơ quan, 2 báo cáo quá hạn" in told(page)
    assert f"quá hạn {late} ngày" in told(page)
    assert "Thư gửi: nam@syt.example.vn." in told(page)
    assert "Sao nội dung dưới đây gửi cách khác, rồi chọn cách đã dùng." in told(page)
    assert (values[field(programme, lead)], values[field(other, silent)]) == (LETTER, NOTHING)
    assert "Đã gửi thư đôn đốc 1 cơ quan: Sở Y tế." in told(answer)
    assert [letter.to for letter in mailoutbox] == [["nam@syt.example.vn"]]
    assert mailoutbox[0].body in unescape(page.content.decode())
    assert Urging.objects.get().agency == lead


def test_other_ways_are_noted(client_of, coordinator, programme, lead, cycle, mailoutbox):
    answer = client_of(coordinator).post(URGE, {field(programme, lead): "document"}, follow=True)

    assert "Đã ghi đôn đốc bằng cách khác 1 cơ quan: Sở Y tế." in told(answer)
    assert "đã đôn đốc" in told(answer)
    assert Urging.objects.get().way == UrgingWay.DOCUMENT
    assert mailoutbox == []


def test_address_narrows_to_one_cycle_and_agency(client_of, coordinator, programme, lead, cycle):
    one_more_late(programme, cycle)
    client = client_of(coordinator)

    assert "Đôn đốc 1 cơ quan, 1 báo cáo quá hạn" in told(client.get(f"{URGE}?de-an=BRVT-DTTM&ky={cycle.pk}"))
    assert "Đôn đốc 1 cơ quan" in told(client.get(f"{URGE}?co-quan={lead.pk}"))
    assert "Không có báo cáo quá hạn" in told(client.get(f"{URGE}?co-quan={programme.coordinating_agency.pk}"))


@pytest.mark.parametrize(
    "query",
    ["de-an=KHONG-CO", "ky=abc", "ky=-1", "ky=999999", "ky=" + "9" * 40, "co-quan=x", "co-quan=999999", "ky=%D9%A3"],
)
def test_address_that_names_nothing_is_not_found(query, client_of, coordinator, cycle):
    assert client_of(coordinator).get(f"{URGE}?{query}").status_code == 404


def test_another_province_does_not_exist_here(client_of, coordinator, cycle):
    elsewhere = ReportingCycleFactory()

    client = client_of(coordinator)

    assert client.get(f"{URGE}?ky={elsewhere.pk}").status_code == 404
    assert client.get(f"{URGE}?de-an={elsewhere.duty.programme.code}").status_code == 404


def test_agency_of_another_programme_is_not_urged_whatever_is_sent(client_of, coordinator, programme, lead, cycle):
    other = ProgrammeFactory(province=programme.province)
    task_in_force(other, lead=lead)
    ReportingCycleFactory(duty=ReportingDutyFactory(programme=other))

    answer = client_of(coordinator).post(URGE, {field(other, lead): "phone"})

    assert answer.status_code == 400
    assert not Urging.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OFFICE, Role.AUDITOR])
def test_roles_that_urge_nobody_are_refused(role, client_of, programme, cycle):
    person = UserFactory(role=role, agency=programme.coordinating_agency)

    assert client_of(person).get(URGE).status_code == 403
    assert client_of(person).post(URGE, {"cach-1-1": "phone"}).status_code == 403


def test_nothing_chosen_is_told(client_of, coordinator, programme, lead, cycle):
    answer = client_of(coordinator).post(URGE, {field(programme, lead): NOTHING})

    assert answer.status_code == 400
    assert "Chọn cách đôn đốc cho ít nhất một cơ quan." in told(answer)


@pytest.mark.parametrize("way", ["pigeon", "'; DROP TABLE", "email\0"])
def test_way_that_is_none_is_told_beside_its_field(way, client_of, coordinator, programme, lead, cycle):
    answer = client_of(coordinator).post(URGE, {field(programme, lead): way})

    assert answer.status_code == 400
    assert f"id_{field(programme, lead)}" in places(answer)
    assert not Urging.objects.exists()


def test_letter_cannot_be_chosen_where_there_is_no_address(client_of, coordinator, programme, lead, officer, cycle):
    officer.memberships.get()
    other, silent = one_more_late(programme, cycle, email="")

    answer = client_of(coordinator).post(URGE, {field(other, silent): LETTER})

    assert answer.status_code == 400
    assert not Urging.objects.exists()


def test_second_within_a_minute_is_told_who_was_first(client_of, coordinator, programme, lead, cycle, mailoutbox):
    colleague = coordinator_of(programme)
    client_of(coordinator).post(URGE, {field(programme, lead): LETTER})

    answer = client_of(colleague).post(URGE, {field(programme, lead): LETTER})

    assert answer.status_code == 409
    [sentence] = places(answer).values()
    assert sentence.startswith("Lê Thị Hoa vừa đôn đốc Sở Y tế lúc ")
    assert (Urging.objects.count(), len(mailoutbox)) == (1, 1)


def test_form_that_arrives_twice_sends_one_letter(client_of, coordinator, programme, lead, cycle, mailoutbox):
    client = client_of(coordinator)
    values = Page(client.get(URGE).content.decode()).values

    client.post(URGE, values)
    again = client.post(URGE, values, follow=True)

    assert "lần gửi sau không ghi thêm" in told(again)
    assert len(mailoutbox) == 1


def test_who_was_urged_today_is_not_urged_again_unasked(client_of, coordinator, programme, lead, cycle):
    at = localtime().replace(hour=0, minute=0)
    urging = UrgingFactory(programme=programme, agency=lead, by=coordinator, at=at)

    page = client_of(coordinator).get(URGE)

    assert Page(page.content.decode()).values[field(programme, lead)] == NOTHING
    assert f"đã đôn đốc {urging.day:%d/%m/%Y}, Lê Thị Hoa" in told(page)


def test_letter_that_is_not_taken_leaves_the_form_and_says_so(
    client_of, coordinator, programme, lead, cycle, monkeypatch
):
    def refuse(backend, letters):
        raise smtplib.SMTPServerDisconnected("away")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)

    answer = client_of(coordinator).post(URGE, {field(programme, lead): LETTER})

    assert answer.status_code == 400
    assert "Máy chủ thư không nhận thư gửi Sở Y tế, nên chưa ghi là đã đôn đốc." in told(answer)
    assert not Urging.objects.exists()


def test_what_was_done_is_told_beside_what_was_not(
    client_of, coordinator, programme, lead, cycle, mailoutbox, monkeypatch
):
    def refuse(backend, letters):
        raise smtplib.SMTPServerDisconnected("away")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    other, second = one_more_late(programme, cycle, email="")

    answer = client_of(coordinator).post(
        URGE, {field(programme, lead): LETTER, field(other, second): "phone"}, follow=True
    )

    assert "Đã ghi đôn đốc bằng cách khác 1 cơ quan: Sở thứ 1." in told(answer)
    assert "Máy chủ thư không nhận thư gửi Sở Y tế" in told(answer)
    assert [urging.agency for urging in Urging.objects.all()] == [second]


def test_who_reported_meanwhile_is_named_and_not_urged(
    client_of, coordinator, programme, lead, task, cycle, mailoutbox
):
    client = client_of(coordinator)
    values = Page(client.get(URGE).content.decode()).values
    ProgressUpdateFactory(task=task, cycle=cycle, as_of=cycle.last_day, submitted=True)

    answer = client.post(URGE, values, follow=True)

    assert "Không còn báo cáo quá hạn, nên không đôn đốc nữa: Sở Y tế." in told(answer)
    assert "Mọi báo cáo bạn đôn đốc được đã nộp hoặc chưa đến hạn." in told(answer)
    assert mailoutbox == []


def test_leader_of_an_agency_urges_their_own_alone(client_of, programme, lead, cycle):
    one_more_late(programme, cycle)
    leader = UserFactory(role=Role.LEADER, agency=lead)
    of_all = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=programme.province, kind=AgencyKind.COMMITTEE))

    assert "Đôn đốc 1 cơ quan, 1 báo cáo quá hạn" in told(client_of(leader).get(URGE))
    assert "Đôn đốc 2 cơ quan, 2 báo cáo quá hạn" in told(client_of(of_all).get(URGE))


@pytest.mark.parametrize("count", [1, 6])
def test_page_asks_as_often_for_many_as_for_one(
    count, client_of, coordinator, programme, lead, task, cycle, django_assert_num_queries
):
    urged = [(programme, lead), *(one_more_late(programme, cycle, number) for number in range(1, count))]
    for of, agency in urged:
        UrgingFactory(programme=of, agency=agency, by=coordinator)
    client = client_of(coordinator)

    with django_assert_num_queries(11):
        assert f"Đôn đốc {count} cơ quan" in told(client.get(URGE))


# Where it is told afterwards


def test_first_page_of_who_was_urged_says_so(client_of, officer, programme, lead, task, cycle):
    urging = UrgingFactory(programme=programme, agency=lead)
    UrgedReportFactory(urging=urging, task=task, cycle=cycle)

    html = told(client_of(officer).get(reverse("admin:index")))

    assert "BRVT-DTTM · được đôn đốc ngày 23/06/2023" in html


def test_record_tells_the_letter_and_its_history(client_of, officer, programme, lead, task, cycle):
    urging = UrgingFactory(programme=programme, agency=lead, text="Đề nghị nộp ngay.")
    UrgedReportFactory(urging=urging, task=task, cycle=cycle)
    client = client_of(officer)

    assert "Đề nghị nộp ngay." in told(client.get(urging.get_absolute_url()))
    assert client.get(reverse("admin:tasks_urging_history", args=[urging.pk])).status_code == 200
    elsewhere = UrgingFactory()
    assert client.get(elsewhere.get_absolute_url()).status_code in {302, 404}
