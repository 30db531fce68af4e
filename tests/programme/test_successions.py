from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programme.models import AgencySuccession, Programme
from smartcity.lib.records.history import signed_save
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    CoordinationTransferFactory,
    ProgrammeFactory,
    UserFactory,
    coordinator_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_agency_has_several_successors_by_function():
    first = AgencySuccessionFactory(function="chuyển đổi số")

    AgencySuccessionFactory(predecessor=first.predecessor, function="an toàn thông tin mạng")

    assert first.predecessor.successions.count() == 2


@pytest.mark.parametrize(
    ("effective_on", "told"),
    [
        pytest.param(date(2025, 2, 28), "ngày kế thừa phải sau ngày đó", id="before the predecessor ended"),
        pytest.param(date(2025, 7, 1), "đã kết thúc hoạt động trước ngày kế thừa", id="after the successor ended"),
    ],
)
def test_succession_is_refused(effective_on, told):
    predecessor = AgencyFactory(in_force_to=date(2025, 2, 28))
    successor = AgencyFactory(province=predecessor.province, in_force_to=date(2025, 6, 30))

    with pytest.raises(ValidationError, match=told):
        AgencySuccessionFactory(predecessor=predecessor, successor=successor, effective_on=effective_on)

    assert not AgencySuccession.objects.exists()


def test_succession_does_not_come_back_to_where_it_began():
    first = AgencySuccessionFactory()
    second = AgencySuccessionFactory(predecessor=first.successor)

    with pytest.raises(ValidationError, match="đã được ghi là kế thừa"):
        AgencySuccessionFactory(predecessor=second.successor, successor=first.predecessor)


@pytest.mark.parametrize(
    ("on", "is_known"), [(date(2025, 2, 28), False), (date(2025, 3, 1), True)], ids=["day before", "first day"]
)
def test_succession_is_known_from_its_day(on, is_known):
    AgencySuccessionFactory(effective_on=date(2025, 3, 1))

    assert AgencySuccession.objects.known(on).exists() == is_known


def test_succession_is_seen_from_both_ends_and_nowhere_else():
    succession = AgencySuccessionFactory(successor=AgencyFactory())
    ends = [UserFactory(agency=succession.predecessor), UserFactory(agency=succession.successor)]

    assert [AgencySuccession.objects.visible_to(user).count() for user in [*ends, UserFactory()]] == [1, 1, 0]


# Who coordinates on a day


@pytest.mark.parametrize(
    ("on", "coordinator"),
    [
        pytest.param(date(2020, 1, 1), 0, id="at first"),
        pytest.param(date(2025, 3, 9), 0, id="day before the transfer"),
        pytest.param(date(2025, 3, 10), 1, id="first day"),
        pytest.param(date(2025, 6, 30), 1, id="day before the next"),
        pytest.param(date(2025, 7, 1), 2, id="after the next"),
    ],
)
def test_coordinator_is_that_of_the_day(on, coordinator):
    first = CoordinationTransferFactory(effective_on=date(2025, 3, 10))
    programme = first.programme
    second = CoordinationTransferFactory(
        programme=programme, from_agency=first.to_agency, effective_on=date(2025, 7, 1)
    )
    agency = [programme.coordinating_agency, first.to_agency, second.to_agency][coordinator]

    assert programme.coordinator_on(on) == agency
    assert Programme.objects.with_coordinator(on).get().coordinator_id == agency.pk
    user = UserFactory(role="coordinator", agency=agency)
    assert list(Programme.objects.coordinated_by(user, on)) == [programme]


def test_who_coordinates_today_is_known_alike_from_the_programme_and_of_a_question_of_its_own():
    transfer = CoordinationTransferFactory(effective_on=date(2025, 3, 10))
    people = [UserFactory(role="coordinator", agency=agency) for agency in (transfer.from_agency, transfer.to_agency)]
    people.append(UserFactory(agency=transfer.to_agency))
    read = [
        Programme.objects.get(),
        Programme.objects.with_coordinator(date(2020, 1, 1)).with_coordinator_today().get(),
    ]

    assert [[programme.is_coordinated_by(person) for person in people] for programme in read] == [
        [False, True, False],
        [False, True, False],
    ]


def test_first_coordinator_does_not_change_after_a_transfer():
    transfer = CoordinationTransferFactory()
    programme = transfer.programme
    programme.coordinating_agency = AgencyFactory(province=programme.province)

    with pytest.raises(ValidationError, match="cơ quan ban đầu giữ nguyên"):
        signed_save(programme, by=UserFactory())


def test_programmes_are_coordinated_by_people_of_that_role_alone():
    programme, _ = ProgrammeFactory(), ProgrammeFactory()
    officer = UserFactory(agency=programme.coordinating_agency)

    assert list(Programme.objects.coordinated_by(coordinator_of(programme), date(2025, 1, 1))) == [programme]
    assert not Programme.objects.coordinated_by(officer, date(2025, 1, 1)).exists()
