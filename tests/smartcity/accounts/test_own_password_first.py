"""A password that somebody else set is changed by its owner before anything else is done."""

from importlib import import_module
from io import StringIO
from json import loads

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from programme.models import Agency, LastSignIn, Role, User
from programme.operations.people import PasswordSetMeanwhile, change_own_password
from smartcity.lib.records.history import signed_save
from tests.factories import PASSWORD, AgencyFactory, ProgrammeFactory, UserFactory, task_in_force
from tests.forms_read import Page, send, url
from tests.past_the_history import past_the_history
from tests.reading import text_of

pytestmark = pytest.mark.django_db

OWN = "hoa-sen-no-thang-sau"
FORM = "/quan-tri/password_change/"
FIGURES = "/api/v1/programmes/DE-AN-CU/figures/"
WHY = "Mật khẩu bạn vừa dùng do quản trị đặt"


@pytest.fixture
def officer():
    """Signs in with a password that an administrator chose."""
    return UserFactory(username="lan.nguyen", agency=AgencyFactory(), must_change_password=True)


@pytest.fixture
def visitor(officer):
    return sign_in()


def sign_in(wanted="", password=PASSWORD):
    client = Client()
    client.post("/dang-nhap/", {"username": "lan.nguyen", "password": password, "next": wanted})
    return client


def change(visitor, address=FORM, *, old=PASSWORD, new=OWN, **typed):
    values = Page(visitor.get(address).text).values
    return visitor.post(
        address, values | {"old_password": old, "new_password1": new, "new_password2": new} | typed, follow=False
    )


def test_after_signing_in_stands_the_form_and_says_why(officer):
    page = Client().post(
        "/dang-nhap/",
        {"username": "lan.nguyen", "password": PASSWORD, "next": "/van-ban/?q=an"},
        follow=True,
    )

    assert page.redirect_chain[-1][0] == f"{FORM}?next=/van-ban/%3Fq%3Dan"
    assert WHY in text_of(page.text)


def test_whoever_changed_it_goes_on_to_where_they_wanted_to_go(officer, visitor):
    response = change(visitor, f"{FORM}?next=/van-ban/%3Fq%3Dan")

    assert (response.status_code, response.url) == (302, "/van-ban/?q=an")
    page = visitor.get(response.url)
    assert "Đã đổi mật khẩu." in text_of(page.text)
    officer.refresh_from_db()
    assert not officer.must_change_password
    assert officer.check_password(OWN)
    last = officer.history.latest("history_id")
    assert (last.history_user, last.history_change_reason) == (officer, "Đổi mật khẩu của mình")


@pytest.mark.parametrize(("role", "first"), [(Role.OFFICER, "/quan-tri/"), (Role.AUDITOR, "/")])
def test_whoever_wanted_to_go_nowhere_begins_where_the_role_begins(role, first):
    UserFactory(username="lan.nguyen", role=role, agency=AgencyFactory(), must_change_password=True)

    assert change(sign_in()).url == first


@pytest.mark.parametrize(
    "address",
    ["/", "/quan-tri/", "/ai-duoc-lam-gi/", "/quan-tri/tasks/task/", "/quan-tri/password_change/done/", "/tep/1/"],
)
def test_no_other_page_opens(visitor, address):
    response = visitor.get(address)

    assert (response.status_code, response.url) == (302, f"{FORM}?next={address}")


def test_nothing_is_written_before(visitor, officer):
    task = task_in_force(lead=officer.agency)
    address = reverse("admin:tasks_progressupdate_add")

    response = visitor.post(f"{address}?task={task.pk}", {"task": task.pk, "status": "in_progress", "_save": ""})

    assert (response.status_code, response.url) == (302, FORM)
    assert not task.updates.exists()


def test_signing_out_is_open(visitor):
    response = visitor.post("/dang-xuat/")

    assert (response.status_code, response.url) == (302, "/dang-nhap/")
    assert visitor.get("/").url == "/dang-nhap/?next=/"


@pytest.mark.parametrize(
    "made_up",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\x00/van-ban/",
        FORM,
        "van-ban",
        "x" * 10_000,
    ],
)
def test_address_that_is_not_ours_is_not_followed(officer, visitor, made_up):
    response = change(visitor, next=made_up)

    assert (response.status_code, response.url) == (302, "/quan-tri/")


def test_address_is_written_out_and_runs_nothing(visitor):
    page = visitor.get(FORM, {"next": '/van-ban/?q="><script>alert(1)</script>'})

    assert "<script>alert(1)" not in page.text


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        pytest.param({"new": PASSWORD}, "new_password1", "Mật khẩu mới phải khác mật khẩu đang dùng.", id="the same"),
        pytest.param({"old": "khong-phai-mat-khau"}, "old_password", "", id="wrong old one"),
        pytest.param({"new": "ngan-qua"}, "new_password2", "14", id="too short"),
        pytest.param({"new": "lan.nguyen.2026"}, "new_password2", "tên đăng nhập", id="the name"),
        pytest.param({"new_password2": "hoa-sen-no-thang-bay"}, "new_password2", "", id="typed otherwise"),
        pytest.param({"new_password1": ""}, "new_password1", "", id="none"),
    ],
)
def test_refused_password_is_told_beside_its_field_and_the_way_is_kept(visitor, officer, typed, field, told):
    response = change(visitor, f"{FORM}?next=/van-ban/", **typed)

    errors = response.context["form"].errors
    assert response.status_code == 400
    assert list(errors) == [field]
    assert told in " ".join(errors[field])
    assert Page(response.text).values["next"] == "/van-ban/"
    assert WHY in text_of(response.text)
    officer.refresh_from_db()
    assert officer.must_change_password
    assert officer.check_password(PASSWORD)


def test_same_password_is_refused_to_whoever_changes_it_unasked(client_of):
    response = change(client_of(UserFactory(agency=AgencyFactory())), new=PASSWORD)

    assert "Mật khẩu mới phải khác mật khẩu đang dùng." in text_of(response.text)


def test_sessions_elsewhere_end_with_the_change(visitor):
    elsewhere = sign_in()

    change(visitor)

    assert elsewhere.get("/van-ban/").url == "/dang-nhap/?next=/van-ban/"
    assert visitor.get("/van-ban/").status_code == 200


@pytest.mark.both_databases
def test_password_that_the_administrator_sets_meanwhile_holds(officer):
    stale = User.objects.get(pk=officer.pk)
    officer.set_password_by("dat-lai-lan-nua-2026", UserFactory(role=Role.ADMINISTRATOR, agency=None))
    signed_save(officer, by=officer)

    with pytest.raises(PasswordSetMeanwhile, match="vừa đặt lại mật khẩu"):
        change_own_password(stale, password=OWN)

    officer.refresh_from_db()
    assert officer.check_password("dat-lai-lan-nua-2026")
    assert officer.must_change_password


def test_program_with_a_token_goes_on_and_a_session_is_told(visitor, officer):
    task_in_force(ProgrammeFactory(province=officer.agency.province, code="DE-AN-CU"))
    token = Token.objects.create(user=officer)

    by_token = Client().get(FIGURES, headers={"Authorization": f"Token {token.key}"})
    by_session = visitor.get(FIGURES)

    assert by_token.status_code == 200
    assert by_session.status_code == 403
    assert loads(by_session.content)["detail"].startswith("Mật khẩu của bạn do quản trị đặt.")


# Who has to


def test_account_that_an_administrator_makes_has_to(administrator):
    send(
        administrator,
        url("programme.user", "add"),
        full_name="Nguyễn Thị Lan",
        username="lan.nguyen",
        new_password=PASSWORD,
        agency=str(Agency.objects.get(short_name="Sở Y tế").pk),
        role="officer",
    )

    user = User.objects.get(username="lan.nguyen")
    assert user.must_change_password
    assert user.history.latest("history_id").must_change_password
    assert sign_in().get("/").url == f"{FORM}?next=/"


def test_account_whose_password_an_administrator_sets_has_to(administrator):
    person = UserFactory(agency=Agency.objects.get(short_name="Sở Y tế"))
    address = url("programme.user", "change", person.pk)

    send(administrator, address, new_password=OWN, change_reason="Quên mật khẩu")

    person.refresh_from_db()
    assert person.must_change_password
    assert "phải đổi mật khẩu" in text_of(administrator.get(address).text).lower()


def test_account_that_is_changed_otherwise_has_not(administrator):
    person = UserFactory(agency=Agency.objects.get(short_name="Sở Y tế"))

    send(administrator, url("programme.user", "change", person.pk), title="Phó Giám đốc", change_reason="Bổ nhiệm")

    person.refresh_from_db()
    assert (person.title, person.must_change_password) == ("Phó Giám đốc", False)


def test_administrator_who_sets_their_own_has_not(administrator):
    own = User.objects.get(username="quan-tri")

    send(administrator, url("programme.user", "change", own.pk), new_password=OWN, change_reason="Đổi mật khẩu")

    own.refresh_from_db()
    assert own.check_password(OWN)
    assert not own.must_change_password


@pytest.mark.parametrize(("by", "has_to"), [("", True), ("keeper", True), ("lan.nguyen", False)])
def test_command_sets_a_password_to_be_changed(monkeypatch, by, has_to):
    UserFactory(username="keeper", role=Role.ADMINISTRATOR, agency=None)
    UserFactory(username="lan.nguyen", must_change_password=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: OWN)
    out = StringIO()

    call_command("changepassword", "lan.nguyen", by=by, stdout=out)

    assert User.objects.get(username="lan.nguyen").must_change_password is has_to
    assert ("Chủ tài khoản phải đổi mật khẩu này khi đăng nhập." in out.getvalue()) is has_to


def test_first_administrator_and_accounts_of_the_demonstration_have_not(office):
    first = User.objects.create_superuser("goc", OWN, full_name="Quản trị gốc")

    assert not first.must_change_password
    assert not User.objects.filter(must_change_password=True).exists()


def test_account_that_somebody_makes_for_another_has_to():
    keeper = UserFactory(role=Role.ADMINISTRATOR, agency=None)

    made = User.objects.create_user("hai.tran", OWN, full_name="Trần Hải", agency=AgencyFactory(), by=keeper)

    assert made.must_change_password


@pytest.mark.both_databases
def test_older_accounts_are_found_and_ordered_and_need_not():
    user = UserFactory(full_name="Nguyễn Thị Lan", username="lan.nguyen", email="lan@example.vn")
    with past_the_history():
        User.objects.filter(pk=user.pk).update(search_text="", given_name="")

        import_module("programme.migrations.0006_people_folded").fold_names(apps, None)

    user.refresh_from_db()
    assert (user.search_text, user.given_name) == ("nguyen thi lan lan.nguyen lan@example.vn", "Lan")
    assert not user.must_change_password


# When somebody signed in


@pytest.mark.both_databases
def test_signing_in_is_noted_each_time_and_fills_no_history():
    user = UserFactory(username="lan.nguyen", agency=AgencyFactory())
    before = user.history.count()

    sign_in()
    first = LastSignIn.objects.get(user=user).at
    sign_in()

    assert LastSignIn.objects.get(user=user).at > first
    assert user.history.count() == before


def test_wrong_password_is_no_sign_in():
    UserFactory(username="lan.nguyen", agency=AgencyFactory())

    sign_in(password="khong-phai-mat-khau")

    assert not LastSignIn.objects.exists()
