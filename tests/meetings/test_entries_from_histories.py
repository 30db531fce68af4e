"""An older database, in which only histories told what was said, gets the rows that tell it now."""

from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from meetings.models import FindingEntry, Reopening
from meetings.operations.answering import answer_assignment, confirm_answer, reopen_assignment, return_answer
from meetings.operations.findings import answer_finding, change_finding, close_finding, reopen_finding
from programme.models import Role
from smartcity.lib.records.history import user_action
from tests.factories import AgencyFactory, LegalDocumentFactory, UserFactory, officer_of
from tests.meetings.factories import AnswerFactory, AssignmentFactory, FindingFactory
from tests.past_the_history import past_the_history

pytestmark = pytest.mark.django_db

APRIL_25, MAY_1, MAY_2 = date(2024, 4, 25), date(2024, 5, 1), date(2024, 5, 2)
MIGRATION = "0007_entries_from_histories"
TOLD = ("kind", "on", "author", "text", "document")
SIGNED = ("history_user", "history_change_reason", "history_action", "history_document", "history_type")


@pytest.fixture(scope="module")
def older():
    """The models as the migration finds them."""
    return MigrationLoader(None).project_state([("meetings", MIGRATION)]).apps


@pytest.fixture
def migrate(older):
    fill = import_module(f"meetings.migrations.{MIGRATION}").fill

    def migrate():
        with past_the_history():
            fill(older, None)

    return migrate


def forget(*models):
    """As if nothing had ever written rows of these kinds."""
    with past_the_history(), connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"DELETE FROM {model.history.model._meta.db_table}")  # noqa: S608 (names of our own)
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


@pytest.fixture
def finding():
    """Answered with a document, mended, answered anew, closed, opened again, answered."""
    finding = FindingFactory()
    officer, province = officer_of(finding.agency), finding.province
    office = UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=province))
    document = LegalDocumentFactory(issuer=finding.agency, province=province)
    ground = LegalDocumentFactory(issuer=finding.agency, province=province)
    said = {"answered_on": APRIL_25, "by": officer, "today": MAY_1}
    finding = answer_finding(finding, text="Đã rà soát.", answer_document=document, **said)
    finding.item = "điểm 2"
    change_finding(finding, by=office, reason="Giải trình")
    answer_finding(finding, text="Bổ sung giá thuê.", **said)
    close_finding(finding, closed_on=MAY_1, by=office, today=MAY_1)
    with user_action(document=ground):
        reopen_finding(finding, reason="Ghi nhầm.", by=office, today=MAY_2)
    return answer_finding(finding, text="Đã thanh lý hợp đồng.", **said)


def entries():
    return list(FindingEntry.objects.order_by("pk").values(*TOLD))


def histories(model):
    return list(model.history.order_by("history_id").values("history_date", *SIGNED))


def test_findings_get_their_entries_with_day_person_words_and_signature(migrate, finding):
    written, signed = entries(), [{**row, "history_date": None} for row in histories(FindingEntry)]
    forget(FindingEntry)

    migrate()

    reopened = finding.history.get(history_change_reason="Ghi nhầm.")
    assert [entry["kind"] for entry in written] == ["answer", "answer", "closing", "reopening", "answer"]
    # Only the history knew the day on which it was opened again.
    written[3]["on"] = entries()[3]["on"]
    assert entries() == written
    assert [{**row, "history_date": None} for row in histories(FindingEntry)] == signed
    assert FindingEntry.history.get(kind="reopening").history_date == reopened.history_date
    assert FindingEntry.history.get(kind="reopening").history_document == reopened.history_document


def test_who_answered_is_known_of_an_older_finding(migrate, finding):
    officer = FindingEntry.objects.latest("pk").author
    forget(FindingEntry)

    migrate()

    assert finding.was_answered_by(officer)
    assert not finding.was_answered_by(UserFactory(agency=finding.agency))


def test_document_that_was_removed_since_stands_in_the_history_alone(migrate, finding):
    with past_the_history():
        finding.history.exclude(answer_document=None).update(answer_document=987_654)
    forget(FindingEntry)

    migrate()

    first = FindingEntry.objects.order_by("pk").first()
    assert first.document is None
    assert first.history.get().document_id == 987_654


def test_migrating_twice_adds_nothing(migrate, finding):
    before = entries()

    migrate()

    assert entries() == before


def test_assignments_opened_again_get_a_row_and_those_returned_none(migrate):
    assignment, returned = AssignmentFactory(), AssignmentFactory()
    office = UserFactory(role=Role.OFFICE, agency=assignment.agency)
    answer = answer_assignment(
        assignment, text="Xong.", done_on=APRIL_25, files=[], by=officer_of(assignment.agency), today=MAY_1
    )
    confirm_answer(answer, by=office, today=MAY_1)
    reopen_assignment(assignment, reason="Xác nhận nhầm.", by=office, today=MAY_2)
    of_returned = AnswerFactory(assignment=returned)
    other_office = UserFactory(role=Role.OFFICE, agency=returned.agency)
    return_answer(of_returned, reason="Thiếu.", by=other_office, today=MAY_1)
    signed = [{**row, "history_date": None} for row in histories(Reopening)]
    forget(Reopening)

    migrate()

    reopening = Reopening.objects.get()
    assert (reopening.assignment, reopening.author, reopening.text) == (assignment, office, "Xác nhận nhầm.")
    assert [{**row, "history_date": None} for row in histories(Reopening)] == signed
    assert reopening.history.get().history_date == assignment.history.latest().history_date
