"""The page of an agency beside an earlier day: what moved of the tasks that it leads, or led then."""

from datetime import date

import pytest

from programme.models import Role
from tasks.models import Status
from tests.factories import (
    AgencyFactory,
    LeadTransferFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    adopted_revision,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

DAYS = {"ngay": "30/06/2023", "so-voi": "31/01/2023"}


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Y tế")


@pytest.fixture
def tasks(programme, agency):
    """Three of the agency, due on 31/05/2023: the first is done, the second passed on; and one of another agency."""
    plans = adopted_revision(programme, tasks=3, lead=agency, due_on=date(2023, 5, 31)).planned_tasks
    done, passed_on, late = (plan.task for plan in plans.order_by("position"))
    ProgressUpdateFactory(task=done, accepted=True, as_of=date(2023, 5, 1), status=Status.COMPLETE)
    other = AgencyFactory(province=programme.province, name="Sở Tài chính")
    LeadTransferFactory(task=passed_on, from_agency=agency, to_agency=other, effective_on=date(2023, 3, 1))
    adopted_revision(ProgrammeFactory(province=programme.province), tasks=1, lead=other, due_on=date(2023, 5, 31))
    return done, passed_on, late


@pytest.fixture
def reader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def page_of(reader, agency, days=DAYS):
    return text_of(reader.get(agency.get_absolute_url(), days).text)


def test_what_moved_of_its_tasks_is_told(reader, agency, tasks):
    page = page_of(reader, agency)

    assert "Thay đổi từ 31/01/2023: 3 nhiệm vụ" in page
    assert "Hoàn thành, trước đó chưa có báo cáo" in page
    assert "Chủ trì Sở Y tế → Sở Tài chính" in page
    assert page.count("Quá hạn 30 ngày, hạn 31/05/2023") == 2


def test_what_did_not_move_says_so(reader, agency, tasks):
    assert "Không nhiệm vụ nào do cơ quan này chủ trì thay đổi." in page_of(
        reader, agency, DAYS | {"so-voi": "29/06/2023"}
    )


def test_without_an_earlier_day_nothing_is_told(reader, agency, tasks):
    assert "Thay đổi từ" not in page_of(reader, agency, {"ngay": "30/06/2023"})


def test_agency_without_tasks_has_nothing_that_moved(reader, programme):
    idle = AgencyFactory(province=programme.province)

    assert "Thay đổi từ 31/01/2023: 0 nhiệm vụ" in page_of(reader, idle)


def test_wrong_earlier_day_is_refused_beside_the_field(reader, agency, tasks):
    response = reader.get(agency.get_absolute_url(), DAYS | {"so-voi": "30/06/2023"})

    assert response.status_code == 400
    assert 'id="so-voi-loi"' in response.text


@pytest.mark.parametrize("count", [1, 10])
def test_comparing_costs_the_same_queries_however_much_moved(
    reader, programme, agency, count, django_assert_max_num_queries
):
    adopted_revision(programme, tasks=count, lead=agency, due_on=date(2023, 5, 31))

    # What the page asks without; the meetings, what it led, whose lead moved, what else did.
    with django_assert_max_num_queries(12 + 4):
        page = page_of(reader, agency)

    assert f"Thay đổi từ 31/01/2023: {count} nhiệm vụ" in page
