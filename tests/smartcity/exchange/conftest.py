"""A programme whose tasks one agency reports on, and the browser of somebody who does."""

import pytest

from tests.factories import AgencyFactory, ProgrammeFactory, ReportingCycleFactory, adopted_revision, officer_of


@pytest.fixture
def programme(db):
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province)


@pytest.fixture
def tasks(programme, agency):
    revision = adopted_revision(programme, tasks=3, lead=agency)
    return [planned.task for planned in revision.planned_tasks.order_by("position")]


@pytest.fixture
def cycle(programme):
    return ReportingCycleFactory(duty__programme=programme)


@pytest.fixture
def reporter(agency):
    return officer_of(agency, full_name="Lê Văn An")


@pytest.fixture
def officer(client_of, reporter):
    return client_of(reporter)
