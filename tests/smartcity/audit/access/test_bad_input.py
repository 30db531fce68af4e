"""What is typed by somebody who means harm, or by a broken program, is one harmless row."""

import pytest
from django.test import Client

from programme.models import Role
from smartcity.audit.access.models import AccessEntry, Outcome
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def tried(name, **headers):
    answer = Client(headers=headers).post("/dang-nhap/", {"username": name, "password": "sai-mat-khau"})
    assert answer.status_code == 400
    return AccessEntry.objects.latest("pk")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nINFO fake", "a INFO fake"),
        ("a\x00b", "ab"),
        ("a\x1b[31mb\x7f", "a[31mb"),
        ("a\u202eb\u2028c", "ab c"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("  ", ""),
        ("x" * 100_000, "x" * 99 + "…"),
        ("\ud83d", "?"),
    ],
)
def test_typed_name_is_one_line_of_a_sane_length(typed, kept):
    row = tried(typed.encode("utf-8", "replace").decode())

    assert (row.name, row.outcome) == (kept, Outcome.REFUSED)


def test_program_that_names_itself_with_line_ends_has_one_line():
    row = tried("ai", **{"User-Agent": "curl\r\nX: 1\x00" + "é" * 5_000})

    assert row.agent.startswith("curl X: 1")
    assert len(row.agent) <= 150
    assert "\n" not in row.agent


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6", "6.6.6.6"),
        # The proxy adds whom it heard; what stands before it the caller wrote.
        (1, "1.2.3.4, 6.6.6.6", "6.6.6.6"),
        (2, "1.2.3.4, 6.6.6.6, 10.0.0.1", "6.6.6.6"),
        (2, "6.6.6.6", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "<script>", "127.0.0.1"),
        (1, "x" * 100_000, "127.0.0.1"),
        (1, "::ffff:6.6.6.6", "6.6.6.6"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, " 2001:DB8::1 ", "2001:db8::1"),
        (1, "6.6.6.6:4711", "127.0.0.1"),
    ],
)
def test_forged_address_is_not_believed(settings, proxies, forwarded, address):
    settings.PROXIES = proxies

    assert tried("ai", **{"X-Forwarded-For": forwarded}).address == address


def test_no_address_is_no_fault():
    Client(REMOTE_ADDR="").post("/dang-nhap/", {"username": "ai", "password": "sai"})

    row = AccessEntry.objects.latest("pk")
    assert (row.address, row.came_from) == (None, "không rõ")


def test_ten_thousand_refusals_leave_the_page_as_quick(client_of, django_assert_num_queries):
    UserFactory(username="lan")
    AccessEntry.objects.bulk_create(
        AccessEntry(kind="sign_in", outcome="refused", name="lan", address="6.6.6.6") for _ in range(10_000)
    )
    browser = client_of(UserFactory(role=Role.AUDITOR, agency=None))

    with django_assert_num_queries(5):
        page = browser.get("/nhat-ky-truy-cap/?nguoi=lan&ket-qua=refused")

    assert page.text.count("6.6.6.6") == 50


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_in_at_once_are_two_rows(at_once):
    person = UserFactory(username="lan")

    def sign_in():
        return Client().post("/dang-nhap/", {"username": "lan", "password": PASSWORD}).status_code

    assert at_once(sign_in, sign_in) == [302, 302]
    assert AccessEntry.objects.filter(kind="sign_in", user=person).count() == 2
