"""What was known earlier is read with the rights of now: an old mistake opens nothing, a merger closes nothing."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate
from rest_framework.authtoken.models import Token

from programme.models import Role
from smartcity.exchange.imports.models import ImportKind
from smartcity.lib.log.sealing import seal
from smartcity.lib.records.history import signed_save
from tests.factories import (
    AgencyFactory,
    EvidenceFactory,
    ImportedFileFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    UserFactory,
    adopted_revision,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def saved(record, **values):
    """Save the record with these values; the moment at which that was known."""
    for name, value in values.items():
        setattr(record, name, value)
    signed_save(record, by=UserFactory(role=Role.ADMINISTRATOR, agency=None), reason="Sửa cho đúng")
    return f"khoi-{seal().seal.number}"


def as_(user):
    browser = Client()
    browser.force_login(user)
    return browser


def status(browser, address, moment=None):
    response = browser.get(address, {"biet-den": moment} if moment else {})
    assert not response.streaming or b"".join(response)
    return response.status_code


@pytest.fixture
def leader():
    return UserFactory(role=Role.LEADER, agency=AgencyFactory(province=ProvinceFactory(name="Tỉnh Mới")))


@pytest.fixture
def merger(leader):
    document = LegalDocumentFactory(issuer__province=None)
    return {
        "merged_into": leader.agency.province,
        "merge_document": document,
        "in_force_to": localdate() - timedelta(days=9),
    }


NO_MERGER = {"merged_into": None, "merge_document": None, "in_force_to": None}


def test_reader_whose_province_has_merged_since_opens_a_page_of_before_that_one_was_known():
    agency = AgencyFactory()
    before = f"khoi-{seal().seal.number}"
    saved(
        agency.province,
        merged_into=ProvinceFactory(name="Tỉnh Lập sau"),
        merge_document=LegalDocumentFactory(issuer__province=None),
        in_force_to=localdate() - timedelta(days=9),
    )
    secretary = as_(UserFactory(role=Role.OFFICE, agency=agency))

    assert status(secretary, "/cuoc-hop/them/") == 200
    assert status(secretary, "/cuoc-hop/them/", before) == 200


@pytest.fixture
def programme():
    programme = ProgrammeFactory(code="TINH-CU")
    adopted_revision(programme, tasks=1)
    return programme


def test_merger_entered_by_mistake_opens_nothing_after_its_correction(leader, merger, programme):
    mistake = saved(programme.province, **merger)
    browser, task = as_(leader), programme.tasks.get()
    read_by_mistake = status(browser, "/de-an/TINH-CU/")
    saved(programme.province, **NO_MERGER)

    assert read_by_mistake == 200
    for address in ("/de-an/TINH-CU/", task.get_absolute_url(), "/de-an/TINH-CU/kinh-phi/"):
        assert status(browser, address) == 404
        assert status(browser, address, mistake) == 404, address
    assert programme.code not in browser.get("/", {"biet-den": mistake}).text


def test_program_asks_with_the_rights_of_now_too(leader, merger, programme):
    mistake = saved(programme.province, **merger)
    saved(programme.province, **NO_MERGER)
    token = Token.objects.create(user=leader)
    asked = {"as_of": "2023-06-16", "known_at": mistake}
    address = f"/api/v1/programmes/{programme.code}/figures/"

    assert Client().get(address, asked, headers={"Authorization": f"Token {token}"}).status_code == 404


def test_what_was_written_before_the_merger_is_read_by_whom_it_made_it_over_to(leader, merger, programme):
    before = f"khoi-{seal().seal.number}"
    saved(programme.province, **merger)
    browser = as_(leader)

    for address in ("/de-an/TINH-CU/", programme.tasks.get().get_absolute_url()):
        assert status(browser, address, before) == 200, address
    assert programme.code in browser.get("/", {"biet-den": before}).text


@pytest.fixture
def drafted():
    """What only colleagues of its author read, while it was not sent: a file of reports, a report, its evidence."""
    programme = ProgrammeFactory()
    task = task_in_force(programme=programme, lead=AgencyFactory(province=programme.province))
    author = officer_of(AgencyFactory(province=programme.province))
    file = ImportedFileFactory(programme=programme, kind=ImportKind.UPDATES, name="báo cáo.csv", uploaded_by=author)
    report = ProgressUpdateFactory(task=task, author=author, as_of=date(2023, 7, 1))
    evidence = EvidenceFactory(update=report).file
    return author, [
        file.get_absolute_url(),
        f"{file.get_absolute_url()}tep/",
        f"/quan-tri/tasks/progressupdate/{report.pk}/change/",
        evidence.get_absolute_url(),
    ]


def test_agency_entered_by_mistake_reads_no_draft_after_its_correction(drafted):
    author, addresses = drafted
    stranger = officer_of(AgencyFactory(province=author.agency.province))
    work, own = author.memberships.get(), author.agency
    mistake = saved(work, agency=stranger.agency)
    browser = as_(stranger)
    read_by_mistake = [status(browser, address) for address in addresses]
    saved(work, agency=own)

    assert read_by_mistake == [200] * len(addresses)
    for address in addresses:
        assert status(browser, address) in {403, 404}, address
        assert status(browser, address, mistake) in {403, 404}, address


def test_agency_entered_too_late_reads_its_drafts(drafted):
    author, addresses = drafted
    stranger = officer_of(AgencyFactory(province=author.agency.province))
    mistake = f"khoi-{seal().seal.number}"
    saved(author.memberships.get(), agency=stranger.agency)
    browser = as_(stranger)

    for address in addresses:
        assert status(browser, address, mistake) == status(browser, address) == 200, address
