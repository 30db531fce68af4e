"""Agencies and people in the admin: entered, changed, moved, passed on."""

import unicodedata
from datetime import date

import pytest
from django.urls import reverse

from programme.models import Agency, Role, User
from tests.factories import UserFactory, rewrite
from tests.forms_read import ENGLISH, Page, refused, send, url
from tests.office import EVERYBODY, council, everything, one_of

pytestmark = pytest.mark.django_db


# Agencies, people


def spelled(name):
    return [
        pytest.param(name, id="the same"),
        pytest.param(name.replace(" ", "\u00a0"), id="no-break spaces"),
        pytest.param(name.replace(" ", " \u200b"), id="zero-width spaces"),
        pytest.param(unicodedata.normalize("NFD", name), id="decomposed"),
        pytest.param(f"  {name.replace(' ', '  ')}  ", id="blanks"),
    ]


@pytest.mark.parametrize("name", spelled("Sở Y tế tỉnh Bà Rịa - Vũng Tàu"))
def test_agency_that_looks_the_same_is_refused_beside_its_name(administrator, name):
    province, before = one_of("programme.province", "ba-ria-vung-tau"), everything()

    response = send(administrator, url("programme.agency", "add"), name=name, province=str(province.pk))

    assert refused(response) == {"name": ["Tỉnh này đã có một cơ quan đang hoạt động mang tên đó."]}
    assert everything() == before


@pytest.mark.parametrize("name", spelled("Chính phủ"))
def test_central_agency_that_looks_the_same_is_refused_beside_its_name(administrator, name):
    before = everything()

    response = send(administrator, url("programme.agency", "add"), name=name, province="")

    assert refused(response) == {"name": ["Đã có một cơ quan trung ương đang hoạt động mang tên đó."]}
    assert everything() == before


def test_record_is_not_changed_without_a_reason(administrator):
    agency, before = Agency.objects.get(short_name="Sở Y tế"), everything()

    response = send(administrator, url("programme.agency", "change", agency.pk), short_name="SYT", change_reason="")

    assert refused(response) == {"change_reason": ["Ghi lý do thay đổi."]}
    assert Page(response.text).values["short_name"] == "SYT"
    assert everything() == before


def test_record_is_changed_with_a_reason(administrator):
    agency = Agency.objects.get(short_name="Sở Y tế")

    response = send(
        administrator, url("programme.agency", "change", agency.pk), short_name="SYT", change_reason="Tên gọi tắt mới"
    )

    assert response.status_code == 302
    agency.refresh_from_db()
    assert agency.short_name == "SYT"
    last = agency.history.latest("history_id")
    assert (last.history_user.username, last.history_change_reason) == ("quan-tri", "Tên gọi tắt mới")


@pytest.mark.parametrize("seen", ["", "0", "abc", "-1", "99999999999999999999"])
def test_second_editor_cannot_pretend_to_have_seen(administrator, seen):
    agency, before = Agency.objects.get(short_name="Sở Y tế"), everything()
    address = url("programme.agency", "change", agency.pk)
    opened = Page(administrator.get(address).text).values
    typed = {"short_name": "SYT", "change_reason": "Đính chính", "seen_version": seen, "_save": ""}

    response = administrator.post(address, opened | typed)

    assert response.status_code == 409
    assert everything() == before


def test_account_is_made_and_signs_in(client, administrator):
    agency = Agency.objects.get(short_name="Sở Y tế")

    response = send(
        administrator,
        url("programme.user", "add"),
        full_name="Nguyễn Thị Lan",
        username="Lan.Nguyen",
        new_password="hoa-sen-no-thang-sau",
        agency=str(agency.pk),
        role="officer",
    )

    assert response.status_code == 302
    assert "hoa-sen" not in str(User.objects.get(username="lan.nguyen").history.values())
    assert client.login(username="lan.nguyen", password="hoa-sen-no-thang-sau")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        pytest.param("", "Nhập mật khẩu cho tài khoản mới.", id="none"),
        pytest.param("ngan-qua", "14", id="too short"),
        pytest.param("12345678901234567", "chữ số", id="digits"),
    ],
)
def test_weak_password_is_refused_beside_its_field(administrator, password, told):
    before = everything()

    response = send(
        administrator,
        url("programme.user", "add"),
        full_name="Nguyễn Thị Lan",
        username="lan.nguyen",
        new_password=password,
        agency=str(council().pk),
        role="officer",
    )

    errors = refused(response)
    assert list(errors) == ["new_password"]
    assert any(told in message for message in errors["new_password"])
    assert everything() == before
    assert password == "" or password not in response.text


@pytest.mark.parametrize("username", EVERYBODY)
def test_everybody_changes_their_own_password_and_signs_that(client_of, office, username):
    browser = client_of(username)
    typed = {
        "old_password": "demo-2026",
        "new_password1": "hoa-sen-no-thang-sau",
        "new_password2": "hoa-sen-no-thang-sau",
    }

    page = browser.get(reverse("admin:password_change"))
    response = browser.post(reverse("admin:password_change"), typed)

    assert page.status_code == 200
    assert [words for words in Page(page.text).words if ENGLISH.search(words)] == []
    assert response.status_code == 302
    user = User.objects.get(username=username)
    assert user.check_password("hoa-sen-no-thang-sau")
    assert user.history.latest("history_id").history_user == user


# People who move, agencies that pass on


def test_person_is_moved_by_the_form(administrator):
    person = UserFactory(full_name="Trần Văn Nam", agency=Agency.objects.get(short_name="Sở Xây dựng"))
    agency, address = Agency.objects.get(short_name="Sở Y tế"), url("programme.user", "change", person.pk)

    response = send(administrator, address, agency=str(agency.pk), first_day="01/03/2025", change_reason="Điều động")

    assert response.status_code == 302
    old, new = person.memberships.order_by("pk")
    assert (old.last_day, new.agency, new.first_day) == (date(2025, 2, 28), agency, date(2025, 3, 1))
    assert new.history.get().history_change_reason == "Điều động"
    shown = " ".join(Page(administrator.get(address).text).words)
    assert "Sở Y tế tỉnh Bà Rịa - Vũng Tàu" in shown
    assert "01/03/2025" in shown


def test_person_is_saved_without_moving(administrator):
    person = UserFactory(agency=Agency.objects.get(short_name="Sở Y tế"))

    response = send(
        administrator, url("programme.user", "change", person.pk), title="Phó Giám đốc", change_reason="Bổ nhiệm"
    )

    assert response.status_code == 302
    assert person.memberships.get().last_day is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"agency": "other"}, "first_day", id="no day"),
        pytest.param({"agency": ""}, "first_day", id="leaves without a day"),
        pytest.param({"first_day": "01/03/2025"}, "first_day", id="a day without an agency"),
        pytest.param({"agency": "other", "first_day": "01/01/2020"}, "first_day", id="before the work began"),
    ],
)
def test_move_that_does_not_follow_is_refused_beside_its_field(administrator, typed, field):
    person = UserFactory(agency=Agency.objects.get(short_name="Sở Y tế"), first_day=date(2020, 1, 1))
    other, before = Agency.objects.get(short_name="Sở Xây dựng"), everything()
    values = typed | ({"agency": str(other.pk)} if typed.get("agency") == "other" else {})

    response = send(administrator, url("programme.user", "change", person.pk), change_reason="Điều động", **values)

    assert list(refused(response)) == [field]
    assert everything() == before


def test_officer_without_an_agency_is_refused_beside_the_field(administrator):
    before = everything()

    response = send(
        administrator,
        url("programme.user", "add"),
        full_name="Nguyễn Thị Lan",
        username="lan.nguyen",
        new_password="hoa-sen-no-thang-sau",
        role="officer",
    )

    told = "Chọn cơ quan của người dùng. Chỉ quản trị và kiểm toán mới được để trống."
    assert refused(response) == {"agency": [told]}
    assert everything() == before


def test_administrator_of_a_province_moves_people_within_it(client_of, office):
    here = Agency.objects.get(short_name="Sở Y tế")
    administrator = client_of(UserFactory(role=Role.ADMINISTRATOR, agency=here))
    person, foreign = (
        UserFactory(agency=here),
        Agency.objects.get(province__code="hai-duong", short_name="Công an tỉnh"),
    )

    response = send(
        administrator,
        url("programme.user", "change", person.pk),
        agency=str(foreign.pk),
        first_day="01/03/2025",
        change_reason="Điều động",
    )

    assert list(refused(response)) == ["agency"]
    assert person.memberships.get().agency == here


def test_succession_is_recorded_by_the_form(administrator):
    old, new = Agency.objects.get(short_name="Sở GTVT"), Agency.objects.get(short_name="Sở Xây dựng")
    rewrite(old, in_force_to=date(2025, 2, 28))

    response = send(
        administrator,
        url("programme.agencysuccession", "add"),
        predecessor=str(old.pk),
        successor=str(new.pk),
        effective_on="01/03/2025",
        function="giao thông vận tải",
    )

    assert response.status_code == 302
    assert old.successions.get().successor == new


def test_succession_that_comes_back_is_refused_beside_its_field(administrator):
    succession = Agency.objects.get(province__code="ba-ria-vung-tau", short_name="Sở TT&TT").successions.get()
    before = everything()

    response = send(
        administrator,
        url("programme.agencysuccession", "add"),
        predecessor=str(succession.successor_id),
        successor=str(succession.predecessor_id),
        effective_on="01/07/2025",
    )

    assert list(refused(response)) == ["successor"]
    assert everything() == before
