from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programme.models import Membership, Programme, Province, Role, User
from programme.operations.people import NotMoved, move_member
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    MembershipFactory,
    ProgrammeFactory,
    ProvinceFactory,
    UserFactory,
    coordinator_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

FAR = date(2999, 1, 1)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def person(programme):
    """Coordinates the programme, for its coordinating agency, since before the system."""
    return coordinator_of(programme)


def reread(user):
    return User.objects.get(pk=user.pk)


# Which agency on which day


@pytest.mark.parametrize(
    ("on", "agency"),
    [
        pytest.param(date(2019, 12, 31), None, id="before the first"),
        pytest.param(date(2020, 1, 1), "Sở TT&TT", id="first day"),
        pytest.param(date(2025, 2, 28), "Sở TT&TT", id="last day of the first"),
        pytest.param(date(2025, 3, 1), "Sở KH&CN", id="first day of the second"),
        pytest.param(FAR, "Sở KH&CN", id="long after"),
    ],
)
def test_agency_is_that_of_the_day(on, agency):
    first = MembershipFactory(agency__name="Sở TT&TT", first_day=date(2020, 1, 1), last_day=date(2025, 2, 28))
    MembershipFactory(user=first.user, agency__name="Sở KH&CN", first_day=date(2025, 3, 1))

    found = first.user.agency_on(on)

    assert (found and found.name) == agency


def test_agencies_of_many_people_are_read_at_once(django_assert_num_queries):
    person = UserFactory()

    with django_assert_num_queries(1):
        days = [person.agency_on(date(year, 1, 1)) for year in range(2020, 2026)]
        assert person.agency_id == days[0].pk
        assert person.province_id == days[0].province_id


def test_memberships_do_not_overlap():
    first = MembershipFactory(first_day=date(2020, 1, 1), last_day=date(2025, 2, 28))

    for first_day, last_day in [
        (date(2025, 2, 28), None),
        (None, date(2020, 1, 1)),
        (date(2021, 1, 1), date(2021, 1, 2)),
        (None, None),
    ]:
        with pytest.raises(ValidationError, match="Trùng ngày với quá trình công tác"):
            MembershipFactory(user=first.user, first_day=first_day, last_day=last_day)

    assert Membership.objects.get() == first


# Rights follow the membership of today


def test_person_who_moved_coordinates_for_the_new_agency_alone(programme, person):
    other = ProgrammeFactory(province=programme.province)

    move_member(person, agency=other.coordinating_agency, from_on=date(2025, 3, 1), by=UserFactory())

    person = reread(person)
    assert not programme.is_coordinated_by(person)
    assert other.is_coordinated_by(person)


def test_membership_to_come_gives_no_right_yet(programme, person):
    other = ProgrammeFactory()

    move_member(person, agency=other.coordinating_agency, from_on=FAR, by=UserFactory())

    person = reread(person)
    assert programme.is_coordinated_by(person)
    assert list(Programme.objects.visible_to(person)) == [programme]


@pytest.mark.parametrize("role", Role)
def test_person_whose_work_ended_sees_no_province(role):
    membership = MembershipFactory(user__role=role, last_day=date(2025, 2, 28))
    ProgrammeFactory(province=membership.agency.province)

    assert not Province.objects.visible_to(membership.user).exists()
    assert not Programme.objects.visible_to(membership.user).exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_auditor_whose_work_for_a_central_agency_ended_sees_no_province(role):
    membership = MembershipFactory(user__role=role, agency__province=None, last_day=date(2025, 2, 28))
    ProgrammeFactory()

    assert not Province.objects.visible_to(membership.user).exists()


def test_people_are_seen_where_they_work_or_worked_last():
    administrator = UserFactory(role=Role.ADMINISTRATOR)
    here, elsewhere = administrator.agency, AgencyFactory()
    gone = MembershipFactory(agency=here, last_day=date(2025, 2, 28)).user
    left = MembershipFactory(agency=here, last_day=date(2025, 2, 28)).user
    MembershipFactory(user=left, agency=elsewhere, first_day=date(2025, 3, 1))
    expected = MembershipFactory(agency=here, first_day=FAR).user
    leaving = MembershipFactory(agency=here, last_day=date(2998, 12, 31)).user
    MembershipFactory(user=leaving, agency=elsewhere, first_day=FAR)

    seen = User.objects.visible_to(administrator)

    assert {gone, expected, leaving} <= set(seen)
    assert left not in seen


# Provinces that were merged


@pytest.mark.parametrize(
    ("in_force_to", "sees"),
    [pytest.param(date(2025, 6, 30), True, id="merged"), pytest.param(FAR, False, id="still to be merged")],
)
def test_people_of_the_successor_province_see_the_merged_one_after_its_last_day(in_force_to, sees):
    city = ProvinceFactory()
    programme = ProgrammeFactory(province__merged_into=city, province__in_force_to=in_force_to)
    user = UserFactory(agency__province=city)

    assert (programme in Programme.objects.visible_to(user)) == sees


def test_people_of_the_merged_province_do_not_see_the_successor():
    city = ProvinceFactory()
    merged = ProvinceFactory(merged_into=city, in_force_to=date(2025, 6, 30))

    assert set(Province.objects.visible_to(UserFactory(agency__province=merged))) == {merged}


def test_province_merged_twice_is_seen_from_the_last_one():
    last = ProvinceFactory()
    middle = ProvinceFactory(merged_into=last, in_force_to=date(2025, 6, 30))
    first = ProvinceFactory(merged_into=middle, in_force_to=date(2008, 7, 31))

    assert set(Province.objects.visible_to(UserFactory(agency__province=last))) == {first, middle, last}


def test_province_is_not_merged_into_one_that_ended_before():
    ended = ProvinceFactory(in_force_to=date(2008, 7, 31))

    with pytest.raises(ValidationError, match="Chọn tỉnh còn hoạt động"):
        ProvinceFactory(merged_into=ended, in_force_to=date(2025, 6, 30))


# Moving somebody


def test_move_member_ends_the_work_before_and_begins_the_new_one(person):
    agency, document, administrator = AgencyFactory(), LegalDocumentFactory(), UserFactory()
    before = person.agency

    move_member(
        person, agency=agency, from_on=date(2025, 3, 1), by=administrator, reason="Sắp xếp sở", document=document
    )

    old, new = Membership.objects.filter(user=person).order_by("pk")
    assert (old.agency, old.first_day, old.last_day) == (before, None, date(2025, 2, 28))
    assert (new.agency, new.first_day, new.last_day) == (agency, date(2025, 3, 1), None)
    ended, begun = old.history.latest("history_id"), new.history.get()
    assert {ended.history_user, begun.history_user} == {administrator}
    assert {ended.history_document, begun.history_document} == {document}
    assert ended.history_action == begun.history_action
    assert begun.history_change_reason == "Sắp xếp sở"


def test_move_member_to_no_agency_ends_the_work(person):
    move_member(person, agency=None, from_on=date(2025, 3, 1), by=UserFactory())

    assert Membership.objects.get(user=person).last_day == date(2025, 2, 28)
    assert reread(person).agency is None


def test_move_member_begins_work_again_after_it_ended():
    ended = MembershipFactory(last_day=date(2025, 2, 28))

    move_member(ended.user, agency=ended.agency, from_on=date(2025, 6, 1), by=UserFactory())

    assert reread(ended.user).agency == ended.agency


@pytest.mark.parametrize(
    ("agency", "from_on", "told"),
    [
        pytest.param("same", date(2025, 3, 1), "đang làm việc ở", id="the same agency"),
        pytest.param("other", None, "Nhập ngày đầu tiên", id="no day"),
        pytest.param("other", date(2020, 1, 1), "ngày chuyển phải sau ngày đó", id="its first day"),
        pytest.param("other", date(2019, 1, 1), "ngày chuyển phải sau ngày đó", id="before its first day"),
    ],
)
def test_move_member_refuses(agency, from_on, told):
    current = MembershipFactory(first_day=date(2020, 1, 1))
    agency = current.agency if agency == "same" else AgencyFactory()

    with pytest.raises(NotMoved, match=told):
        move_member(current.user, agency=agency, from_on=from_on, by=UserFactory())

    assert current.history.count() == 1
    assert Membership.objects.filter(user=current.user).get() == current


def test_move_member_refuses_a_day_inside_earlier_work():
    ended = MembershipFactory(last_day=date(2025, 2, 28))

    with pytest.raises(ValidationError, match="Trùng ngày"):
        move_member(ended.user, agency=AgencyFactory(), from_on=date(2025, 2, 28), by=UserFactory())

    assert Membership.objects.filter(user=ended.user).get() == ended


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_the_second_follows_the_first(at_once):
    person, by = UserFactory(first_day=date(2020, 1, 1)), UserFactory()
    agencies = AgencyFactory.create_batch(2)

    at_once(
        *(
            lambda agency=agency: move_member(person, agency=agency, from_on=date(2025, 3, 1), by=by)
            for agency in agencies
        )
    )

    assert Membership.objects.filter(user=person).count() == 2
    assert Membership.objects.filter(user=person, last_day=None).count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}])
def test_account_of_no_agency_is_refused(role):
    with pytest.raises(ValidationError, match="Chọn cơ quan của người dùng"):
        User.objects.create_user("lan.nguyen", full_name="Nguyễn Thị Lan", role=role)

    assert not User.objects.filter(username="lan.nguyen").exists()
