"""The list of people in the admin: found, ordered and filtered as whoever keeps accounts looks for them."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import now

from programme.models import LastSignIn, Role
from smartcity.lib.records.history import user_action
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.forms_read import url
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def keeper():
    return UserFactory(role=Role.ADMINISTRATOR, agency=None, full_name="Quản trị Zz", username="zz-keeper")


@pytest.fixture
def visitor(client_of, keeper):
    return client_of(keeper)


def listed(visitor, **query):
    return [person.full_name for person in rows(visitor, **query) if person.username not in {"he-thong", "zz-keeper"}]


def rows(visitor, **query):
    return visitor.get(url("programme.user", "changelist", **query)).context["cl"].result_list


def people(*names, **fields):
    agency = AgencyFactory()
    return [UserFactory(full_name=name, agency=agency, **fields) for name in names]


@pytest.mark.parametrize(
    "typed",
    ["Trần Thị Ánh", "tran thi anh", "ANH TRAN", "anh.tt", "anh.tt@syt.example.vn", "sở y tế", "so y te", "anh y te"],
)
def test_person_is_found_by_name_account_letter_and_agency(visitor, typed):
    agency = AgencyFactory(name="Sở Y tế tỉnh Hải Dương", short_name="SYT")
    UserFactory(full_name="Trần Thị Ánh", username="anh.tt", email="anh.tt@syt.example.vn", agency=agency)
    UserFactory(full_name="Lê Văn Bình", username="binh", email="binh@example.vn", agency=AgencyFactory(name="Sở Khác"))

    assert listed(visitor, q=typed) == ["Trần Thị Ánh"]


def test_changed_name_is_found_and_the_former_is_not(visitor, keeper):
    [person] = people("Trần Thị Ánh")
    person.full_name = "Trần Thị Nguyệt"
    with user_action(by=keeper):
        person.save()

    assert (listed(visitor, q="nguyet"), listed(visitor, q="anh")) == (["Trần Thị Nguyệt"], [])


def test_people_stand_by_their_given_name_in_the_order_of_the_alphabet(visitor):
    people("Nguyễn Văn Ứng", "Trần Đức", "Lê Dung", "Vũ Ân", "Bùi Anh", "Đỗ Văn Ánh", "Cao Anh", "Ánh")

    expected = ["Bùi Anh", "Cao Anh", "Ánh", "Đỗ Văn Ánh", "Vũ Ân", "Lê Dung", "Trần Đức", "Nguyễn Văn Ứng"]
    assert listed(visitor) == expected
    assert [name.rpartition(" ")[2] for name in listed(visitor, o="-0")] == [
        name.rpartition(" ")[2] for name in expected[::-1]
    ]


def test_roles_stand_in_the_order_of_their_words(visitor):
    agency = AgencyFactory()
    for role in Role:
        UserFactory(role=role, agency=agency)

    told = [person.get_role_display() for person in rows(visitor, o="4")]

    assert list(dict.fromkeys(told)) == [
        "Chuyên viên",
        "Cơ quan đầu mối",
        "Kiểm toán, thanh tra",
        "Lãnh đạo",
        "Quản trị",
        "Văn phòng",
    ]


def test_agency_is_the_one_of_today(visitor):
    old, new = AgencyFactory(name="Sở Cũ"), AgencyFactory(name="Sở Mới")
    moved, left = UserFactory(agency=None), UserFactory(agency=None)
    for person in (moved, left):
        MembershipFactory(user=person, agency=old, last_day=date(2025, 2, 28))
    MembershipFactory(user=moved, agency=new, first_day=date(2025, 3, 1))

    told = {person: person.agency_name for person in rows(visitor)}

    assert (told[moved], told[left]) == ("Sở Mới", None)


def test_who_never_signed_in_is_told_and_found(visitor):
    never, long_ago, lately = people("Trần Chưa", "Lê Lâu", "Vũ Vừa")
    LastSignIn.objects.note(long_ago, now() - timedelta(days=91))
    LastSignIn.objects.note(lately, now() - timedelta(days=89))

    page = text_of(visitor.get(url("programme.user", "changelist")).text)

    assert "Đăng nhập gần nhất" in page
    assert "chưa từng" in page
    assert listed(visitor, **{"dang-nhap": "chua"}) == [never.full_name]
    assert listed(visitor, **{"dang-nhap": "lau"}) == [long_ago.full_name]
    assert listed(visitor, o="5")[-2:] == [long_ago.full_name, lately.full_name]
    assert listed(visitor, o="-5")[:2] == [lately.full_name, long_ago.full_name]


@pytest.mark.parametrize("made_up", [{"dang-nhap": "x"}, {"can-sua": "'"}, {"q": "x" * 10_000}, {"o": "99"}])
def test_address_that_somebody_made_up_breaks_nothing(visitor, made_up):
    people("Trần Thị Ánh")

    assert visitor.get(url("programme.user", "changelist", **made_up), follow=True).status_code == 200


@pytest.mark.parametrize("number", [1, 12])
def test_list_asks_as_often_whatever_it_shows(visitor, django_assert_num_queries, number):
    """Session, user, how many, which page."""
    for person in people(*(f"Trần Số {place}" for place in range(number))):
        LastSignIn.objects.note(person, now())

    with django_assert_num_queries(4):
        visitor.get(url("programme.user", "changelist", q="tran"))
