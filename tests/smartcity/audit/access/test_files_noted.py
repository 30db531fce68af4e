"""Whatever is taken out leaves a row: every address of the site that answers with a file, also one to come."""

import pytest
from django.db import DatabaseError
from django.test import Client
from rest_framework.authtoken.models import Token

from programme.models import User
from smartcity.audit.access.models import AccessEntry, AccessKind
from tests import one_of_each, site_map
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

STORED = {"stored_file", "imported_file_content"}
# Programs and scripts ask these: figures in the name of a person, and pieces of a page.
READ_BY_PROGRAMS = {"calendar_feed", "api_programme_figures", "api_figures"}
PIECES = {"read_aloud", "work_count", "admin:jsi18n"}


# What says itself what it gives out.
KINDS = {"evidence_package": AccessKind.PACKAGE}


@pytest.fixture(scope="module")
def entries(office, django_db_blocker):
    with django_db_blocker.unblock():
        one_of_each.make()
        return [entry for entry in site_map.entries() if not entry.is_page]


@pytest.fixture(autouse=True)
def package_that_can_be_made(monkeypatch):
    """Within a test's transaction PostgreSQL has nothing that could be sealed; what is in a package, others test."""
    monkeypatch.setattr("smartcity.audit.evidence.views.latest_for", lambda size: None)
    monkeypatch.setattr("smartcity.audit.evidence.package.Package.chunks", lambda package: iter([b"made"]))


def browser_of(entry):
    browser = Client()
    if entry.role:
        browser.force_login(User.objects.get(username=entry.role))
    return browser


def taken_whole(answer):
    """Read to the end, which closes the file that it comes from."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def last():
    return AccessEntry.objects.order_by("pk").last()


def noted_since(before):
    return list(AccessEntry.objects.filter(pk__gt=before.pk if before else 0).order_by("pk"))


def test_every_address_that_gives_something_out_leaves_one_row(entries):
    found = {}
    for entry in entries:
        before = last()
        answer = taken_whole(browser_of(entry).get(entry.path))
        assert answer.status_code == 200, entry.path
        is_file = answer.get("Content-Disposition", "").startswith("attachment")
        found[entry.name] = (is_file, [(row.kind, row.user and row.user.username) for row in noted_since(before)])

    for entry in entries:
        is_file, noted = found[entry.name]
        if entry.name in PIECES:
            assert (is_file, noted) == (False, []), entry.name
        elif entry.name in READ_BY_PROGRAMS:
            [(kind, who)] = noted
            assert (is_file, kind, who is not None) == (False, AccessKind.API, True), entry.name
        else:
            kind = KINDS.get(entry.name, AccessKind.FILE if entry.name in STORED else AccessKind.EXPORT)
            assert (is_file, noted) == (True, [(kind, entry.role)]), entry.name


def test_row_says_which_file_and_which_rows_of_it(client_of, office):
    before = last()

    taken_whole(client_of("van-phong").get("/van-ban/danh-sach.csv?tim=đô thị&token=bi-mat"))

    [row] = noted_since(before)
    assert row.what.startswith("Danh sách văn bản ")
    assert row.what.endswith(".csv")
    assert row.place == "/van-ban/danh-sach.csv?tim=đô+thị"
    assert row.agency == row.user.agency.name


def test_asking_only_whether_there_is_something_takes_nothing_out(entries):
    before = last()

    for entry in entries:
        answer = taken_whole(browser_of(entry).head(entry.path))
        assert entry.name in PIECES or answer.status_code == 200, entry.path

    assert [(row.kind, row.place) for row in noted_since(before)] == []


def test_package_that_is_only_asked_about_is_not_made(client_of, office):
    asked = {"de-an": "tat-ca"}
    browser = client_of("kiem-toan")

    told = browser.head("/goi-bang-chung/goi.zip", asked)

    assert list(told.streaming_content) == []
    taken = browser.get("/goi-bang-chung/goi.zip", asked)
    assert told["Content-Disposition"] == taken["Content-Disposition"]
    assert b"".join(taken.streaming_content) == b"made"


def test_asking_an_api_what_may_be_asked_reads_nothing(office):
    before = last()
    token = Token.objects.create(user=User.objects.get(username="van-phong"))

    answer = Client(headers={"authorization": f"Token {token.key}"}).options("/api/v1/figures/")

    assert answer.status_code == 200
    assert noted_since(before) == []


def test_file_that_cannot_be_noted_is_not_given(client_of, office, monkeypatch):
    browser = client_of("van-phong")
    browser.raise_request_exception = False

    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(AccessEntry, "save", fail)
    answer = browser.get("/van-ban/danh-sach.csv")

    assert answer.status_code == 500
    assert "Content-Disposition" not in answer


def test_refusal_that_cannot_be_noted_stays_one(client_of, monkeypatch):
    browser = client_of(UserFactory())

    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(AccessEntry, "save", fail)

    assert browser.get("/nhat-ky-truy-cap/").status_code == 403


def test_ordinary_page_leaves_no_row(client_of, office):
    browser = client_of("van-phong")
    before = last()

    for address in ("/", "/van-ban/", "/quan-tri/", "/tim/?q=camera", "/huong-dan/"):
        assert browser.get(address).status_code == 200

    assert noted_since(before) == []
