"""Findings, and the addresses of calendars: what none of them may be."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from meetings.models import Finding, FindingEntry, FindingEntryKind, FindingState, Reopening, digest_of_key
from programme.models import Role
from smartcity.lib.records.history import signed_delete, signed_save
from tests.factories import AgencyFactory, LegalDocumentFactory, ProvinceFactory, UserFactory
from tests.meetings.factories import FeedAddressFactory, FindingEntryFactory, FindingFactory, ReopeningFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ANSWERED = {"state": FindingState.ANSWERED, "answer": "Đã rà soát.", "answered_on": date(2024, 4, 25)}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"answered_on": date(2024, 4, 25)}, id="a day of an answer that there is not"),
        pytest.param({"closed_on": date(2024, 4, 25)}, id="a day of the end of what is open"),
        pytest.param(ANSWERED | {"answer": ""}, id="an answer without words"),
        pytest.param(ANSWERED | {"answered_on": None}, id="an answer of no day"),
        pytest.param(ANSWERED | {"closed_on": date(2024, 4, 26)}, id="ended and still waiting"),
        pytest.param({"state": FindingState.CLOSED, "closed_on": date(2024, 4, 26)}, id="closed without an answer"),
        pytest.param(ANSWERED | {"state": FindingState.CLOSED}, id="closed on no day"),
    ],
)
def test_state_of_a_finding_says_what_was_answered(assert_refused, change):
    assert_refused(FindingFactory(), "finding_state_says_what_was_answered", "answer", **change)


def test_finding_is_not_closed_before_its_answer(assert_refused):
    finding = FindingFactory(**ANSWERED | {"state": FindingState.CLOSED, "closed_on": date(2024, 4, 30)})

    assert_refused(finding, "finding_closed_after_its_answer", "closed_on", closed_on=date(2024, 4, 24))


def test_agency_that_answers_is_of_the_province():
    with pytest.raises(ValidationError) as refusal:
        FindingFactory(agency=AgencyFactory())

    assert refusal.value.message_dict == {"agency": ["Cơ quan thực hiện phải thuộc tỉnh này."]}


def test_finding_may_have_no_conclusions_yet():
    finding = FindingFactory(document=None, source=None, item="")

    finding.full_clean()
    assert finding.document is None


def test_standing_are_those_not_closed():
    opened, answered = FindingFactory(), FindingFactory(**ANSWERED)
    FindingFactory(**ANSWERED | {"state": FindingState.CLOSED, "closed_on": date(2024, 4, 30)})

    assert set(Finding.objects.standing()) == {opened, answered}


def test_finding_is_visible_to_people_of_its_province_alone():
    here, there = ProvinceFactory(), ProvinceFactory()
    own = FindingFactory(province=here)
    FindingFactory(province=there)

    assert list(Finding.objects.visible_to(UserFactory(agency=AgencyFactory(province=here)))) == [own]
    assert Finding.objects.visible_to(UserFactory(role=Role.AUDITOR, agency=None)).count() == 2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"text": ""}, id="an answer without words"),
        pytest.param({"kind": FindingEntryKind.REOPENING, "text": ""}, id="opened again for no reason"),
        pytest.param({"kind": FindingEntryKind.CLOSING}, id="words of who closes"),
    ],
)
def test_entry_of_a_finding_says_what_was_answered_or_why(assert_refused, change):
    assert_refused(FindingEntryFactory(), "finding_entry_says_what_was_answered_or_why", "text", **change)


def test_only_an_answer_has_a_document(assert_refused):
    document = LegalDocumentFactory()
    change = {"kind": FindingEntryKind.REOPENING, "document": document}

    assert_refused(FindingEntryFactory(), "finding_entry_names_the_document_of_an_answer", "document", **change)


@pytest.mark.parametrize("factory", [FindingEntryFactory, ReopeningFactory])
@pytest.mark.parametrize("act", [signed_save, signed_delete])
def test_what_was_said_is_neither_changed_nor_removed(factory, act):
    entry = factory()
    entry.text = "Khác."

    with pytest.raises(ValidationError, match="không sửa, không xóa được"):
        act(entry, by=entry.author)

    assert type(entry).objects.get().text != "Khác."


@pytest.mark.parametrize(
    ("model", "factory", "where"),
    [
        (FindingEntry, FindingEntryFactory, "finding__province"),
        (Reopening, ReopeningFactory, "assignment__directive__conclusion__meeting__province"),
    ],
)
def test_what_was_said_is_read_by_who_may_read_what_it_is_about(model, factory, where):
    here = ProvinceFactory()
    own, _ = factory(**{where: here}), factory()

    assert list(model.objects.visible_to(UserFactory(agency=AgencyFactory(province=here)))) == [own]
    assert model.objects.visible_to(UserFactory(role=Role.AUDITOR, agency=None)).count() == 2


def test_person_has_one_address_at_a_time(assert_refused):
    first = FeedAddressFactory(revoked_at=now())
    second = FeedAddressFactory(user=first.user)

    assert_refused(first, "feed_one_address_of_a_person", None, revoked_at=None)
    assert second.user == first.user


def test_address_keeps_the_digest_of_its_key_and_never_the_key():
    address = FeedAddressFactory(key="khoa-bi-mat")

    kept = [*vars(address).values(), *vars(address.history.get()).values()]
    assert address.digest == digest_of_key("khoa-bi-mat")
    assert "khoa-bi-mat" not in map(str, kept)
