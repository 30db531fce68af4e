import pytest

from tests.factories import EvidenceFactory, ProgressUpdateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_file_is_attached_to_a_report_once(assert_refused):
    update = ProgressUpdateFactory()
    first, second = (EvidenceFactory(update=update) for _ in range(2))

    assert_refused(second, "evidence_once_in_a_report", "file", file_id=first.file_id)
