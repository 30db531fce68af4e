"""What is derived of extensions follows from them after each test of an operation, whatever it did."""

from pathlib import Path

import pytest

from meetings.operations.extended_days import count_extended_differences

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def extended_days_follow_their_sources(request):
    """Pages write through the operations that are tested here."""
    database = request.node.get_closest_marker("django_db")
    if database is None or request.path.parent != HERE or request.node.get_closest_marker("written_by_hand"):
        yield
        return
    request.getfixturevalue("transactional_db" if database.kwargs.get("transaction") else "db")
    yield
    assert count_extended_differences() == 0
