"""What the form of a report asks of the database: as much of one programme, report and document as of twenty."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    officer_of,
    task_in_force,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return AgencyFactory()


@pytest.fixture
def task(lead):
    return task_in_force(ProgrammeFactory(province=lead.province), lead=lead)


@pytest.fixture(params=[1, 20])
def world(request, lead, task):
    """As many programmes, reports on the task, reports of cycles and documents to cite."""
    ReportingCycleFactory(duty=ReportingDutyFactory(programme=task.programme))
    for number in range(request.param):
        task_in_force(ProgrammeFactory(province=lead.province), lead=lead)
        as_of = date(2023, 6, 16) + timedelta(days=number)
        ProgressUpdateFactory(task=task, as_of=as_of, accepted=True)
        LegalDocumentFactory(issuer=lead)


def asked(client, address) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    assert 'name="percent"' in response.text
    return [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def test_form_of_a_new_report_asks_eight_questions(client_of, lead, task, world):
    address = f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}"

    questions = asked(client_of(officer_of(lead)), address)

    # Session, user with agency; task, its reports, what its duties ask, the last report; documents, steps.
    assert len(questions) == 8
    assert len(set(questions)) == 8


def test_form_of_a_draft_asks_for_its_version_and_files_too(client_of, lead, task, world):
    author = officer_of(lead)
    draft = ProgressUpdateFactory(task=task, as_of=date(2024, 6, 16), author=author)

    questions = asked(client_of(author), reverse("admin:tasks_progressupdate_change", args=[draft.pk]))

    assert len(questions) == 11
    assert len(set(questions)) == 11
