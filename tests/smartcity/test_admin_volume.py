"""Pages of the admin ask as often for many rows as for few."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import Role
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    BudgetEntryFactory,
    DocumentRelationFactory,
    LegalDocumentFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    RevisionFactory,
    StatedFigureFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    task_in_force,
)
from tests.forms_read import url

pytestmark = pytest.mark.django_db


# Volume


@pytest.fixture
def programme():
    return ProgrammeFactory()


def more_documents(programme, count):
    LegalDocumentFactory.create_batch(count, issuer__province=programme.province)


def more_agencies(programme, count):
    AgencyFactory.create_batch(count, province=programme.province)


def more_people(programme, count):
    UserFactory.create_batch(count, agency__province=programme.province)


def more_successions(programme, count):
    AgencySuccessionFactory.create_batch(count, predecessor__province=programme.province)


def more_updates(programme, count):
    for _ in range(count):
        task = task_in_force(ProgrammeFactory(province=programme.province))
        ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 6, 16))


def more_tasks(programme, count):
    leads = AgencyFactory.create_batch(count, province=programme.province)
    revision = RevisionFactory(programme=ProgrammeFactory(province=programme.province))
    for lead in leads:
        PlannedTaskFactory(revision=revision, lead_agency=lead, period=PeriodFactory(revision=revision))
    adopt(revision)


def more_revisions(programme, count):
    for _ in range(count):
        adopted_revision(ProgrammeFactory(province=programme.province))


def more_figures(programme, count):
    StatedFigureFactory.create_batch(count, programme__province=programme.province)


def more_cycles(programme, count):
    duties = [ReportingDutyFactory(programme=ProgrammeFactory(province=programme.province)) for _ in range(count)]
    for duty in duties:
        ReportingCycleFactory(duty=duty)


def more_entries(programme, count):
    for _ in range(count):
        BudgetEntryFactory(task=task_in_force(ProgrammeFactory(province=programme.province)))


@pytest.mark.parametrize(
    ("record", "more"),
    [
        ("programme.legaldocument", more_documents),
        ("programme.agency", more_agencies),
        ("programme.user", more_people),
        ("programme.agencysuccession", more_successions),
        ("programme.programme", more_revisions),
        ("programme.revision", more_revisions),
        ("programme.revisionstep", more_revisions),
        ("programme.statedfigure", more_figures),
        ("tasks.task", more_tasks),
        ("tasks.plannedtask", more_tasks),
        ("tasks.progressupdate", more_updates),
        ("tasks.reportingduty", more_cycles),
        ("tasks.reportingcycle", more_cycles),
        ("tasks.budgetentry", more_entries),
    ],
)
def test_list_query_count_does_not_grow(client_of, programme, record, more):
    browser = client_of(coordinator_of(programme))
    address = url(record, "changelist")
    counts, rows = [], []

    for count in (2, 18):
        more(programme, count)
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(address)
        counts.append(len(queries))
        rows.append(len(response.context["cl"].result_list))

    assert rows[1] == rows[0] + 18
    assert counts[1] == counts[0]


def grow_document(count):
    document = LegalDocumentFactory()
    DocumentRelationFactory.create_batch(count, document=document)
    DocumentRelationFactory.create_batch(count, target=document)
    return document


def grow_task(count):
    task = task_in_force()
    for day in range(1, count + 1):
        ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 6, day))
        BudgetEntryFactory(task=task, document=LegalDocumentFactory())
    return task


def grow_revision(count):
    revision = RevisionFactory()
    for _ in range(count):
        period = PeriodFactory(revision=revision)
        PlannedTaskFactory(revision=revision, lead_agency=AgencyFactory(), period=period)
    return adopt(revision)


@pytest.mark.parametrize(
    ("record", "grow"),
    [("programme.legaldocument", grow_document), ("tasks.task", grow_task), ("programme.revision", grow_revision)],
)
def test_record_page_query_count_does_not_grow(client_of, record, grow):
    browser = client_of(UserFactory(role=Role.AUDITOR, agency=None))
    counts = []

    for count in (2, 20):
        one = grow(count)
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(url(record, "change", one.pk))
        assert response.status_code == 200
        counts.append(len(queries))

    # The first page of a kind also fills what is kept between requests.
    assert counts[1] <= counts[0]
