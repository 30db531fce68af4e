"""The log of access and packages of evidence have no earlier state: asked for one they say so, and give out nothing."""

import pytest

from programme.models import Agency, Role
from smartcity.audit.access.models import AccessEntry, AccessKind
from smartcity.lib.log.sealing import seal
from tests.factories import AgencyFactory, UserFactory
from tests.reading import Reader

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]

ADDRESSES = [
    "/nhat-ky-truy-cap/?nguoi=lan",
    "/nhat-ky-truy-cap/danh-sach.csv?nguoi=lan",
    "/nhat-ky-truy-cap/danh-sach.xlsx",
    "/goi-bang-chung/?de-an=tat-ca",
    "/goi-bang-chung/goi.zip?de-an=tat-ca",
]


@pytest.fixture
def auditor(client_of):
    AgencyFactory()
    reader = client_of(UserFactory(role=Role.AUDITOR, agency=None))
    seal()
    return reader


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("typed", ["khoi-1", "29/11/2001"])
def test_earlier_moment_is_refused_in_words_with_the_way_to_the_present(auditor, address, typed):
    answer = auditor.get(f"{address}{'&' if '?' in address else '?'}biet-den={typed}")

    assert answer.status_code == 409
    assert "Trang này luôn là của hiện tại" in answer.text
    assert "audit seal" not in answer.text
    [present] = [href for href, words in Reader(answer.text).links if words == "Xem theo hiện tại"]
    assert present.startswith(address.partition("?")[0])
    now = auditor.get(present)
    assert now.status_code == 200
    assert b"".join(now)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("typed", ["x", "31/12/2099", "khoi-1&biet-den="])
def test_what_is_no_moment_is_not_passed_over_either(auditor, address, typed):
    answer = auditor.get(f"{address}{'&' if '?' in address else '?'}biet-den={typed}")

    assert answer.status_code in {400, 409}
    assert "Xem theo hiện tại" in answer.text


def test_nothing_was_taken_by_whoever_was_refused(auditor):
    for address in ADDRESSES:
        auditor.get(address, query_params={"biet-den": "khoi-1", "de-an": "tat-ca"})

    assert not AccessEntry.objects.filter(kind__in=[AccessKind.EXPORT, AccessKind.PACKAGE]).exists()


def test_pages_of_a_moment_lead_there_without_it(auditor):
    agency = Agency.objects.get()
    for page in ("/quan-tri/", f"/co-quan/{agency.pk}/"):
        answer = auditor.get(page, {"biet-den": "khoi-1"})
        assert "Theo những gì biết đến" in answer.text
        assert "nhat-ky-truy-cap/?biet-den" not in answer.text
        assert "goi-bang-chung/?biet-den" not in answer.text
    assert 'href="/nhat-ky-truy-cap/"' in auditor.get("/quan-tri/", {"biet-den": "khoi-1"}).text


def test_no_moment_is_offered_there(auditor):
    for address in ("/nhat-ky-truy-cap/", "/goi-bang-chung/"):
        assert 'name="biet-den"' not in auditor.get(address).text
    assert 'name="biet-den"' in auditor.get("/").text
