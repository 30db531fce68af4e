"""Which cycle the page opens on, how one gets to the others, and how what is late is urged from there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Role
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    UrgedReportFactory,
    UrgingFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def programme():
    return ProgrammeFactory(code="BRVT-DTTM")


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province, name="Sở Y tế")


@pytest.fixture
def task(programme, lead):
    return task_in_force(programme, lead=lead, name="Bệnh án điện tử", position=3)


@pytest.fixture
def duty(programme, task):
    return ReportingDutyFactory(programme=programme)


@pytest.fixture
def officer(lead):
    return officer_of(lead)


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme)


def cycle_due(duty, days):
    """A month that was due so many days ago, or will be."""
    due_on = TODAY - timedelta(days=days)
    last_day = due_on - timedelta(days=6)
    return ReportingCycleFactory(duty=duty, first_day=last_day - timedelta(days=29), last_day=last_day, due_on=due_on)


def page(client, programme, **query):
    return client.get(reverse("cycle_detail", args=[programme.code]), query).content.decode()


def title_of(html):
    return html.split("<title>")[1].split(" ·")[0]


@pytest.mark.parametrize(
    ("days", "opened"),
    [
        pytest.param([70, 40, 10, -20], 2, id="the last that was due, not the coming one"),
        pytest.param([30, 0], 1, id="the one that is due today"),
        pytest.param([-5, -35], 0, id="the first, where none is due yet"),
    ],
)
def test_page_opens_on_the_last_cycle_that_is_due(days, opened, client_of, officer, programme, duty):
    cycles = [cycle_due(duty, one) for one in days]

    assert title_of(page(client_of(officer), programme)) == str(cycles[opened])


def test_page_leads_to_the_cycles_before_and_after(client_of, officer, programme, duty):
    first, second, third = (cycle_due(duty, days) for days in (70, 40, 10))
    client = client_of(officer)

    middle, last = page(client, programme, ky=second.pk), page(client, programme, ky=third.pk)

    assert f'<a href="?ky={first.pk}">‹ {first}</a>' in middle
    assert f'<a href="?ky={third.pk}">{third} ›</a>' in middle
    assert f'<a href="?ky={second.pk}">‹ {second}</a>' in last
    assert "›</a>" not in last
    assert f"hạn nộp {third.due_on:%d/%m/%Y}, đã qua 10 ngày" in text_of(middle)


def test_cycle_that_is_not_due_says_how_long_there_is(client_of, officer, programme, duty):
    cycle_due(duty, -5)

    assert "còn 5 ngày" in text_of(page(client_of(officer), programme))


@pytest.mark.parametrize("loc", ["", "chua-nop"])
def test_late_list_says_who_was_urged_how_often_and_by_whom(loc, client_of, officer, programme, lead, task, duty):
    cycle, by = cycle_due(duty, 10), UserFactory(full_name="Lê Thị Hoa")
    for _ in range(2):
        urging = UrgingFactory(programme=programme, agency=lead, by=by)
        UrgedReportFactory(urging=urging, task=task, cycle=cycle)

    assert "đã đôn đốc 23/06/2023, Lê Thị Hoa, 2 lần" in text_of(page(client_of(officer), programme, loc=loc))


def test_who_coordinates_urges_all_or_one(client_of, coordinator, officer, programme, lead, duty):
    cycle = cycle_due(duty, 10)

    html = page(client_of(coordinator), programme)

    assert f'href="/don-doc/?de-an=BRVT-DTTM&amp;ky={cycle.pk}">Đôn đốc tất cả (1 báo cáo)' in html
    assert f'href="/don-doc/?de-an=BRVT-DTTM&amp;ky={cycle.pk}&amp;co-quan={lead.pk}">Đôn đốc' in html
    assert "/don-doc/" not in page(client_of(officer), programme)


def test_leader_of_an_agency_urges_it_alone(client_of, programme, lead, duty):
    cycle_due(duty, 10)
    leader = UserFactory(role=Role.LEADER, agency=lead)
    another = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=programme.province))

    html = page(client_of(leader), programme)

    assert "Đôn đốc tất cả" not in html
    assert f"co-quan={lead.pk}" in html
    assert "/don-doc/" not in page(client_of(another), programme)


def test_task_without_a_lead_is_urged_of_who_coordinates(client_of, coordinator, programme):
    task_in_force(programme, lead=None)
    cycle_due(ReportingDutyFactory(programme=programme), 10)

    assert f"co-quan={programme.coordinating_agency.pk}" in page(client_of(coordinator), programme)


def test_nobody_is_urged_before_it_is_late(client_of, coordinator, programme, duty):
    cycle_due(duty, 0)

    assert "/don-doc/" not in page(client_of(coordinator), programme)


@pytest.mark.parametrize("count", [1, 8])
def test_page_asks_as_often_for_many_as_for_one(
    count, client_of, coordinator, programme, lead, task, duty, django_assert_num_queries
):
    cycle = cycle_due(duty, 10)
    for number in range(1, count + 1):
        urging = UrgingFactory(programme=programme, agency=lead)
        UrgedReportFactory(urging=urging, task=task, cycle=cycle)
        cycle_due(duty, 10 + 30 * number)
    client = client_of(coordinator)

    with django_assert_num_queries(16):
        assert "đã đôn đốc 23/06/2023" in page(client, programme)
