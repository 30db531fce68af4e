"""What tests of tasks share: a report that was sent, and that what is derived of tasks follows from its sources."""

from datetime import date
from pathlib import Path

import pytest

from programme.models import Programme, RevisionState
from tasks.operations.task_days import count_differences
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def task_days_follow_their_sources(request):
    """Of the programmes that the test made; pages write through the operations that are tested here."""
    database = request.node.get_closest_marker("django_db")
    if database is None or request.path.parent != HERE or request.node.get_closest_marker("written_by_hand"):
        yield
        return
    request.getfixturevalue("transactional_db" if database.kwargs.get("transaction") else "db")
    before = [*Programme.objects.values_list("pk", flat=True)]
    yield
    adopted = Programme.objects.exclude(pk__in=before).filter(revisions__state=RevisionState.ADOPTED).distinct()
    assert {key: found for key in adopted.values_list("pk", flat=True) if (found := count_differences(key))} == {}


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def reporter(programme):
    """Of the agency that leads the task."""
    return officer_of(AgencyFactory(province=programme.province))


@pytest.fixture
def reviewer(programme):
    """Of the agency that coordinates the programme."""
    return coordinator_of(programme, full_name="Lê Thị Hoa")


@pytest.fixture
def task(programme, reporter):
    return task_in_force(programme, lead=reporter.agency)


@pytest.fixture
def sent(task, reporter):
    """A report that waits to be decided."""
    return ProgressUpdateFactory(
        task=task, author=reporter, as_of=date(2023, 6, 16), percent=40, results="Đã đào tạo", submitted=True
    )
