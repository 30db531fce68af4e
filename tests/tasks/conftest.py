"""What is derived of tasks on days follows from its sources after each test of an operation, whatever it did."""

from pathlib import Path

import pytest

from programme.models import Programme, RevisionState
from tasks.operations.task_days import count_differences

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
