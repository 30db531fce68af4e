"""Who comes in, is refused, leaves, gets another password, role or token: each leaves one row, without its secret."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from programme.models import Role, User
from smartcity.audit.access.models import AccessEntry, AccessKind, Outcome
from smartcity.lib.records.history import signed_save
from tests.factories import PASSWORD, AgencyFactory, ProvinceFactory, UserFactory
from tests.forms_read import send

pytestmark = pytest.mark.django_db

SIGN_IN = "/dang-nhap/"


@pytest.fixture
def agency():
    return AgencyFactory(name="Sở Y tế", province=ProvinceFactory())


@pytest.fixture
def person(agency):
    return UserFactory(username="lan", full_name="Nguyễn Thị Lan", role=Role.OFFICER, agency=agency)


@pytest.fixture
def administrator(agency):
    return UserFactory(username="quan-tri-tinh", role=Role.ADMINISTRATOR, agency=agency)


@pytest.fixture
def rows(person, administrator):
    """What is noted from now on: the accounts above are there."""
    before = AccessEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    return lambda **chosen: list(AccessEntry.objects.filter(pk__gt=before, **chosen).order_by("pk"))


def told(rows):
    return [(row.kind, row.outcome, row.what) for row in rows]


def try_to_sign_in(name, password=PASSWORD, **headers):
    return Client(headers=headers).post(SIGN_IN, {"username": name, "password": password})


@pytest.mark.both_databases
def test_signing_in_is_noted_with_who_the_person_is_at_that_moment(person, agency, rows):
    answer = try_to_sign_in("Lan ", **{"User-Agent": "Firefox/140"})

    assert answer.status_code == 302
    [row] = rows()
    assert (row.kind, row.outcome, row.user, row.account) == (AccessKind.SIGN_IN, Outcome.DONE, person, None)
    assert (row.name, row.role, row.agency) == ("Nguyễn Thị Lan", Role.OFFICER, "Sở Y tế")
    assert (row.agency_key, row.province_key) == (agency.pk, agency.province_id)
    assert (row.address, row.agent, row.place) == ("127.0.0.1", "Firefox/140", SIGN_IN)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param("lan", "Mật khẩu không đúng.", id="wrong password"),
        pytest.param("khong-co-ai", "Không có tên đăng nhập này.", id="unknown name"),
    ],
)
def test_refused_sign_in_tells_which_name_was_tried_and_never_the_password(person, name, why, rows):
    answer = try_to_sign_in(name, "mat-khau-sai-hoan-toan")

    assert answer.status_code == 400
    [row] = rows()
    assert (row.kind, row.outcome, row.what) == (AccessKind.SIGN_IN, Outcome.REFUSED, why)
    # Nobody has proved to be this person.
    assert (row.user, row.name) == (None, name)
    assert row.account == (person if name == "lan" else None)
    assert row.province_key == (person.province_id if name == "lan" else None)
    assert "mat-khau-sai" not in str(vars(row))


def test_locked_account_that_is_tried_is_noted_as_that(person, rows):
    person.is_active = False
    signed_save(person, by=person, reason="Nghỉ việc")

    try_to_sign_in("lan")

    row = rows()[-1]
    assert (row.outcome, row.what, row.account) == (Outcome.REFUSED, "Tài khoản đã khóa.", person)


def test_form_with_an_empty_field_tries_nothing(person, rows):
    try_to_sign_in("lan", "")
    try_to_sign_in("", PASSWORD)

    assert rows() == []


def test_nobody_comes_in_where_it_cannot_be_noted(person, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(AccessEntry, "save", fail)
    browser = Client(raise_request_exception=False)

    answer = browser.post(SIGN_IN, {"username": "lan", "password": PASSWORD})

    assert answer.status_code == 500
    assert browser.get("/").status_code == 302
    assert not hasattr(User.objects.get_queryset().get(pk=person.pk), "last_sign_in")


def test_whoever_leaves_is_let_go_even_unnoted(person, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    browser = Client()
    browser.force_login(person)
    monkeypatch.setattr(AccessEntry, "save", fail)

    browser.post("/dang-xuat/")

    assert browser.get("/").status_code == 302


def test_signing_out_is_noted(client_of, person, rows):
    client_of(person).post("/dang-xuat/")

    [row] = rows()
    assert (row.kind, row.user) == (AccessKind.SIGN_OUT, person)


@pytest.mark.both_databases
def test_own_password_is_noted_without_it(client_of, person, rows):
    new = "mot-cau-that-dai-de-nho"
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

    client_of(person).post(reverse("admin:password_change"), typed)

    [row] = rows(kind=AccessKind.PASSWORD)
    assert (row.user, row.account, row.what) == (person, None, "Đổi mật khẩu của mình")
    assert new not in str(vars(row))


def test_password_and_role_set_by_an_administrator_are_noted_of_the_account(client_of, person, administrator, rows):
    address = reverse("admin:programme_user_change", args=[person.pk])
    typed = {"new_password": "mot-cau-that-dai-de-nho", "role": Role.AUDITOR, "change_reason": "Chuyển việc"}

    send(client_of(administrator), address, **typed)

    assert told(rows()) == [
        (AccessKind.ACCOUNT, Outcome.DONE, "Đổi vai trò «Chuyên viên» thành «Kiểm toán, thanh tra»"),
        (AccessKind.PASSWORD, Outcome.DONE, "Đặt mật khẩu mới, lý do: Chuyển việc"),
    ]
    assert {(row.user, row.account, row.province_key) for row in rows()} == {
        (administrator, person, person.province_id)
    }


def test_password_set_by_command_is_noted_as_done_on_the_server(person, monkeypatch, rows):
    monkeypatch.setattr("getpass.getpass", lambda prompt: "mot-cau-that-dai-de-nho")

    call_command("changepassword", "lan", stdout=StringIO())

    [row] = rows(kind=AccessKind.PASSWORD)
    assert (row.account, row.address, row.came_from) == (person, None, "trên máy chủ")
    assert row.what == "Đặt lại mật khẩu trên máy chủ, lệnh changepassword"
    assert row.user.username == "he-thong"


def test_account_made_locked_and_opened_again_is_noted(person, administrator, rows):
    for is_active in (False, True):
        person.is_active = is_active
        signed_save(person, by=administrator, reason="Theo đề nghị")
    person.title = "Trưởng phòng"
    signed_save(person, by=administrator, reason="Bổ nhiệm")

    assert told(rows()) == [
        (AccessKind.ACCOUNT, Outcome.DONE, "Khóa tài khoản"),
        (AccessKind.ACCOUNT, Outcome.DONE, "Mở lại tài khoản"),
    ]


def test_change_that_is_undone_leaves_no_row(person, rows):
    person.role = Role.LEADER
    with transaction.atomic():
        signed_save(person, by=person)
        transaction.set_rollback(True)

    assert rows() == []


def test_token_made_and_made_anew_is_noted_without_it(person, rows):
    for option in ([], ["--reset"]):
        call_command("drf_create_token", "lan", *option, stdout=StringIO())

    key = Token.objects.get(user=person).key
    assert [row.what for row in rows(kind=AccessKind.TOKEN)] == [
        "Cấp mã truy cập",
        "Thay mã truy cập",
    ]
    assert all(key not in str(vars(row)) for row in rows())


def test_wrong_token_is_noted_without_it_and_a_locked_owner_s_with_the_account(person, rows):
    wrong = "sai" * 12
    own = Token.objects.create(user=person).key
    person.is_active = False
    signed_save(person, by=person, reason="Nghỉ việc")

    for key in (wrong, own):
        assert Client(headers={"authorization": f"Token {key}"}).get("/api/v1/figures/").status_code == 401
    assert Client().get("/api/v1/figures/").status_code == 401

    refused = rows(kind=AccessKind.TOKEN, outcome=Outcome.REFUSED)
    assert [(row.user, row.account) for row in refused] == [(None, None), (None, person)]
    assert all(key not in str(vars(row)) for row in refused for key in (wrong, own))


@pytest.mark.both_databases
def test_api_reads_are_one_row_an_hour(person, rows):
    token = Token.objects.create(user=person)
    program = Client(headers={"authorization": f"Token {token.key}"})

    for address in ["/api/v1/figures/", "/api/v1/figures/?as_of=2023-06-16", "/api/v1/figures/"]:
        assert program.get(address).status_code == 200
    program.get("/api/v1/figures/", REMOTE_ADDR="10.0.0.7")

    assert [(row.user, row.place, row.address) for row in rows(kind=AccessKind.API)] == [
        (person, "/api/v1/figures/", "127.0.0.1"),
        (person, "/api/v1/figures/", "10.0.0.7"),
    ]


def test_calendar_that_is_read_by_its_secret_address_is_noted_without_it(client_of, person, rows):
    page = client_of(person).post("/lich/").text
    address = next(word for word in page.replace('"', " ").replace("<", " ").split() if word.endswith(".ics"))
    path = address[address.index("/lich/") :]
    secret = path.removeprefix("/lich/").removesuffix(".ics")

    for _ in range(2):
        assert Client().get(path).status_code == 200
    client_of(person).post("/lich/thu-hoi/")

    assert [row.what for row in rows(kind=AccessKind.TOKEN)] == ["Tạo địa chỉ lịch", "Thu hồi địa chỉ lịch"]
    [read] = rows(kind=AccessKind.API)
    assert (read.user, read.place) == (person, "/lich/….ics")
    assert len(secret) > 20
    assert secret not in str(vars(read))


def calendar_of(client):
    page = client.post("/lich/").text
    address = next(word for word in page.replace('"', " ").replace("<", " ").split() if word.endswith(".ics"))
    return address[address.index("/lich/") :]


def refused_calendars(rows):
    return [
        (row.what, row.user, row.account, row.address, row.place)
        for row in rows(kind=AccessKind.TOKEN, outcome=Outcome.REFUSED)
    ]


@pytest.mark.both_databases
def test_revoked_calendar_that_is_still_asked_for_is_one_row_a_day_for_each_network_address(client_of, person, rows):
    path = calendar_of(client_of(person))
    client_of(person).post("/lich/thu-hoi/")

    for _ in range(3):
        assert Client().get(path).status_code == 404
    Client().get(path, REMOTE_ADDR="10.0.0.7")

    said = ("Địa chỉ lịch đã thu hồi.", None, person)
    assert refused_calendars(rows) == [
        (*said, "127.0.0.1", "/lich/….ics"),
        (*said, "10.0.0.7", "/lich/….ics"),
    ]
    assert rows(kind=AccessKind.TOKEN)[-1].province_key == person.province_id
    assert all(path.removeprefix("/lich/")[:20] not in str(vars(row)) for row in rows())


def test_row_of_yesterday_is_no_row_of_today(client_of, person, rows):
    path = calendar_of(client_of(person))
    client_of(person).post("/lich/thu-hoi/")
    Client().get(path)
    [row] = rows(kind=AccessKind.TOKEN, outcome=Outcome.REFUSED)
    AccessEntry.objects.create(
        **{field.attname: getattr(row, field.attname) for field in row._meta.fields if field.name not in {"id", "at"}}
        | {"at": row.at - timedelta(days=1), "address": "10.0.0.7"}
    )

    Client().get(path, REMOTE_ADDR="10.0.0.7")

    assert len(refused_calendars(rows)) == 3


def test_addresses_that_nobody_has_are_one_row_a_day_and_replaced_or_closed_ones_name_their_account(
    client_of, person, rows
):
    replaced = calendar_of(client_of(person))
    current = calendar_of(client_of(person))
    for path in ("/lich/sai.ics", "/lich/sai-nua.ics", f"/lich/{'x' * 300}.ics", replaced):
        assert Client().get(path).status_code == 404
    person.is_active = False
    signed_save(person, by=person, reason="Nghỉ việc")
    assert Client().get(current, REMOTE_ADDR="10.0.0.7").status_code == 404

    assert refused_calendars(rows) == [
        ("Không có địa chỉ lịch này.", None, None, "127.0.0.1", "/lich/….ics"),
        ("Địa chỉ lịch đã thu hồi.", None, person, "127.0.0.1", "/lich/….ics"),
        ("Địa chỉ lịch của tài khoản đã khóa, hoặc không còn được dùng lịch.", None, person, "10.0.0.7", "/lich/….ics"),
    ]


def test_page_that_is_refused_and_a_record_that_is_not_theirs_are_noted(client_of, person, rows):
    browser = client_of(person)
    other = UserFactory(agency=AgencyFactory())
    rows_before = len(rows())

    assert browser.get("/nhat-ky-truy-cap/?token=abc").status_code == 403
    assert browser.get(reverse("admin:programme_user_change", args=[other.pk])).status_code == 404
    assert browser.get("/de-an/KHONG-CUA-TOI/").status_code == 404
    # No record is named: a mistyped address, a picture that is missing.
    assert browser.get("/khong-co-trang-nay/").status_code == 404
    assert browser.get("/quan-tri/khong-co/").status_code == 404
    # Nobody.
    assert Client().get("/nhiem-vu/1/").status_code == 302
    assert Client().get("/khong-co-trang-nay/").status_code == 404

    found = rows()[rows_before:]
    assert [(row.kind, row.outcome, row.user, row.place) for row in found] == [
        (AccessKind.PAGE, Outcome.REFUSED, person, "/nhat-ky-truy-cap/"),
        (AccessKind.PAGE, Outcome.REFUSED, person, f"/quan-tri/programme/user/{other.pk}/change/"),
        (AccessKind.PAGE, Outcome.REFUSED, person, "/de-an/KHONG-CUA-TOI/"),
    ]


def test_form_that_is_too_old_is_no_refusal(person, rows):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)

    assert browser.post("/lich/", {"x": "1"}).status_code == 403

    assert rows() == []
