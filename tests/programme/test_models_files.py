import pytest

from tests.factories import StoredFileFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("stored_file_is_not_empty", {"size": 0}),
        ("stored_file_has_its_digest", {"sha256": "G" * 64}),
    ],
)
def test_stored_file_obeys_its_constraint(assert_refused, rule, change):
    assert_refused(StoredFileFactory(), rule, "file", **change)
