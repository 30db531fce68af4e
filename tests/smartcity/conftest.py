"""An office that works: both real programmes, and people of every role."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from programme.models import Programme, User
from tasks.models import Task
from tests.factories import (
    BudgetEntryFactory,
    DatasetFactory,
    ExplanationFactory,
    ImportedFileFactory,
    ProgressUpdateFactory,
    coordinator_of,
)
from tests.meetings.factories import FindingFactory


@pytest.fixture(scope="module")
def office(real_programmes, django_db_blocker):
    """Both real programmes, the demonstration accounts, and of each kind of record one in each province."""
    with django_db_blocker.unblock():
        call_command("make_demo_accounts", stdout=StringIO())
        for code, task in [("BRVT-DTTM", "NV-05"), ("HD-CQDT", "CAMERA")]:
            BudgetEntryFactory(task=Task.objects.get(programme__code=code, code=task), decided_on=date(2021, 3, 22))
            programme = Programme.objects.get(code=code)
            ExplanationFactory(programme=programme)
            DatasetFactory(agency=programme.coordinating_agency)
            FindingFactory(province=programme.province, agency=programme.coordinating_agency)
            ImportedFileFactory(programme=programme, uploaded_by=coordinator_of(programme))
        ProgressUpdateFactory(
            task=Task.objects.get(programme__code="HD-CQDT", code="CAMERA"),
            accepted=True,
            as_of=date(2023, 10, 20),
            author=User.objects.get(username="dau-moi-hd"),
        )


@pytest.fixture
def officer(client_of, office):
    """The browser of an officer of Công an tỉnh, which leads NV-10."""
    return client_of("chuyen-vien")


@pytest.fixture
def coordinator(client_of, office):
    """The browser of an officer of Sở TT&TT, which coordinates the programme of Bà Rịa - Vũng Tàu."""
    return client_of("dau-moi")


@pytest.fixture
def administrator(client_of, office):
    return client_of("quan-tri")
