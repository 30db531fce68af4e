"""What a record of a brought-in file must always say."""

from pathlib import Path

import pytest

from smartcity.exchange.imports.models import FileState, ImportedFile, ImportKind
from tests.factories import ImportedFileFactory, RevisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_each_constraint_is_broken_here():
    here = Path(__file__).read_text(encoding="utf-8")

    assert [one.name for one in ImportedFile._meta.constraints if f'"{one.name}"' not in here] == []


def test_plan_is_brought_into_a_draft(assert_refused):
    assert_refused(
        ImportedFileFactory(), "imported_file_names_its_draft_for_a_plan", "revision", kind=ImportKind.PLANNED_TASKS
    )


def test_no_more_rows_are_checked_than_there_are(assert_refused):
    assert_refused(ImportedFileFactory(row_count=2), "imported_file_counts_its_rows", "row_count", checked_count=3)


def test_rows_are_written_when_the_whole_file_is(assert_refused):
    assert_refused(
        ImportedFileFactory(applied=True), "imported_file_is_written_whole", "written_count", state=FileState.CANCELLED
    )


def test_draft_is_of_the_same_programme():
    with pytest.raises(Exception, match="đề án khác"):
        ImportedFileFactory(kind=ImportKind.PLANNED_TASKS, revision=RevisionFactory())


def test_history_keeps_the_states_and_not_the_file():
    file = ImportedFileFactory()

    kept = {field.name for field in file.history.model._meta.fields}

    assert "state" in kept
    assert not kept & {"content", "rows", "findings"}
