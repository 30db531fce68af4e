"""What is sealed stays so, whatever becomes of the tables' columns; and a migration that changes rows signs it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models
from django.db.migrations import AddField, AlterField, DeleteModel, RemoveField, RenameField, RunPython, RunSQL
from django.db.transaction import TransactionManagementError

from programme.signed_migration import SYSTEM, signed_migration
from smartcity.lib.log.columns import HistoryStays
from smartcity.lib.log.guard import UnrecordedWrite
from smartcity.lib.log.models import DroppedValue, LogEntry
from smartcity.lib.log.origin import Source
from smartcity.lib.log.sealing import seal
from smartcity.lib.log.triggers import faults as missing_guards
from smartcity.lib.log.verifying.verify import verify
from tasks.models import Dataset
from tests.factories import DatasetFactory
from tests.lib.log.unwritten_migrations import Migrations
from tests.own_database import own_database
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

TODAY = date(2026, 5, 1)
LIVE, HISTORY = "tasks_dataset", "tasks_historicaldataset"


def both(operation, *arguments, **options):
    """As makemigrations writes it: for the records and for their history."""
    return [operation(name, *arguments, **options) for name in ("dataset", "historicaldataset")]


def note():
    return models.TextField("ghi chú thêm", blank=True, default="")


def assert_untouched():
    report = verify(connection)
    assert [str(fault) for fault in report.faults] == []
    assert report.sealed


def faults():
    return [(fault.table, fault.key.split(" ")[0]) for fault in verify(connection).faults]


def edit(table, column, key):
    with past_the_history(), connection.cursor() as cursor:
        number = "history_id" if table == HISTORY else "id"
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE {number} = %s', ["Đã sửa", key])


@pytest.fixture
def own(db, tmp_path):
    """The connection to a database of the test's own; what is done there is committed."""
    with own_database(tmp_path) as connection:
        yield connection


@pytest.fixture
def migrations(own, tmp_path, monkeypatch, settings):
    made = Migrations(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"tasks": made.package}
    return made


@pytest.fixture
def datasets(own):
    """Some sealed rows, and one that is not."""
    found = [DatasetFactory(name="Dữ liệu đất đai"), DatasetFactory(name="Dữ liệu dân cư")]
    seal()
    return [*found, DatasetFactory(name="Dữ liệu giá đất")]


def row_of(dataset):
    return LogEntry.objects.get(table=HISTORY, record_id=dataset.pk).history_id


def test_added_column_breaks_no_seal(migrations, datasets):
    migrations.run(*both(AddField, "note", note()))

    assert_untouched()
    seal()
    edit(HISTORY, "name", row_of(datasets[0]))
    edit(LIVE, "note", datasets[1].pk)
    assert faults() == [(HISTORY, str(row_of(datasets[0]))), (LIVE, str(datasets[0].pk)), (LIVE, str(datasets[1].pk))]


def test_renamed_column_is_read_by_its_new_name_and_an_edit_in_it_is_found(migrations, datasets):
    migrations.run(*both(RenameField, "cadence", "rhythm"), *both(RenameField, "document", "paper"))

    assert_untouched()
    seal()
    assert_untouched()
    edit(HISTORY, "rhythm", row_of(datasets[0]))
    edit(LIVE, "rhythm", datasets[1].pk)
    assert faults() == [(HISTORY, str(row_of(datasets[0]))), (LIVE, str(datasets[0].pk)), (LIVE, str(datasets[1].pk))]


def test_dropped_column_stays_part_of_what_is_sealed(migrations, datasets):
    migrations.run(*both(RemoveField, "cadence"), *both(RemoveField, "document"))

    assert_untouched()
    seal()
    assert_untouched()
    dropped = DroppedValue.objects.get(history_id=row_of(datasets[0]), change__column="cadence")
    with past_the_history():
        DroppedValue.objects.filter(pk=dropped.pk).update(value="daily")
    assert faults() == [(HISTORY, str(row_of(datasets[0])))]


def test_name_of_a_dropped_column_can_be_given_again(migrations, datasets):
    migrations.run(*both(RenameField, "cadence", "rhythm"), *both(RemoveField, "rhythm"))
    migrations.run(*both(AddField, "rhythm", note()), *both(RenameField, "rhythm", "cadence"))
    assert_untouched()
    assert seal().added
    migrations.run(*both(RemoveField, "cadence"), *both(AddField, "cadence", models.IntegerField(default=0)))
    assert_untouched()
    assert seal().added == 0


def test_column_of_another_type_keeps_what_is_sealed(migrations, datasets):
    migrations.run(*both(AlterField, "listed_from", models.DateTimeField()))

    assert_untouched()
    seal()
    assert_untouched()


def test_migration_taken_back_breaks_no_seal(migrations, datasets):
    migrations.run(*both(AddField, "note", note()), *both(RenameField, "cadence", "rhythm"))
    migrations.run(RunPython(change_notes, RunPython.noop))
    seal()

    migrations.back()

    assert_untouched()
    DatasetFactory()
    assert seal().added
    assert_untouched()


def change_notes(apps, schema_editor):
    with signed_migration(apps, schema_editor, name="tasks.1000", reason="Ghi chú theo danh mục") as signed:
        for dataset in apps.get_model("tasks", "Dataset").objects.order_by("pk")[:2]:
            dataset.note = "Theo danh mục"
            signed.save(dataset)


def test_data_migration_signs_what_it_changes_between_changes_of_the_table(migrations, datasets):
    migrations.run(
        *both(AddField, "note", note()),
        RunPython(change_notes, RunPython.noop),
        *both(AddField, "more", note()),
        *both(RenameField, "cadence", "rhythm"),
    )

    assert_untouched()
    entries = LogEntry.objects.filter(table=HISTORY, act__source=Source.MIGRATION)
    assert sorted(entries.values_list("record_id", "kind")) == [(one.pk, "~") for one in datasets[:2]]
    (act,) = {entry.act for entry in entries.select_related("act__signer")}
    assert (act.signer.username, act.reason, act.place) == (SYSTEM, "Ghi chú theo danh mục", "tasks.1000")
    seal()
    assert_untouched()
    edit(HISTORY, "note", entries[0].history_id)
    assert (HISTORY, str(entries[0].history_id)) in faults()


def test_data_migration_adds_and_removes_records(migrations, datasets):
    def change(apps, schema_editor):
        kind = apps.get_model("tasks", "Dataset")
        with signed_migration(apps, schema_editor, name="tasks.1000", reason="Gộp") as signed:
            kept, gone = kind.objects.order_by("pk")[:2]
            signed.delete(gone)
            kept.pk, kept._state.adding, kept.name = None, True, "Dữ liệu gộp"
            signed.save(kept)

    migrations.run(RunPython(change, RunPython.noop))

    assert_untouched()
    entries = LogEntry.objects.filter(table=HISTORY, act__source=Source.MIGRATION).order_by("number")
    assert [entry.kind for entry in entries] == ["-", "+"]


def update_by_hand(apps, schema_editor):
    apps.get_model("tasks", "Dataset").objects.update(name="Không ai ký")


def begin_anew(own):
    """As the next process does, after the one that failed."""
    own.connection.close()
    own.connect()


@pytest.mark.parametrize(
    "unsigned",
    [
        pytest.param(RunPython(update_by_hand, RunPython.noop), id="update"),
        pytest.param(RunSQL("UPDATE tasks_dataset SET name = 'x'", RunSQL.noop), id="SQL"),
    ],
)
def test_data_migration_that_nobody_signs_is_refused_whole(own, migrations, datasets, unsigned):
    with pytest.raises((UnrecordedWrite, TransactionManagementError)) as refusal:
        migrations.run(*both(RenameField, "cadence", "rhythm"), unsigned)

    # SQLite asks about foreign keys all the same.
    assert UnrecordedWrite in {type(refusal.value), type(refusal.value.__context__)}
    begin_anew(own)

    assert missing_guards(connection) == []
    assert_untouched()
    seal()
    assert sorted(Dataset.objects.values_list("name", flat=True)) == sorted(one.name for one in datasets)


def test_column_that_is_empty_somewhere_is_not_filled_in_nobodys_name(own, migrations, datasets):
    optional = models.CharField(max_length=20, null=True)
    migrations.run(
        *both(AlterField, "cadence", optional),
        AlterField("dataset", "cadence", models.CharField(max_length=20, default="")),
    )

    assert_untouched()
    for name, refused in [("dataset", UnrecordedWrite), ("historicaldataset", HistoryStays)]:
        with pytest.raises(refused):
            migrations.run(AlterField(name, "listed_to", models.DateField(default=TODAY)))
        migrations.forget()
    assert_untouched()


def test_column_that_the_history_lacks_is_told(migrations, datasets):
    migrations.run(AddField("dataset", "note", note()))

    assert faults() == [(LIVE, "note")]


def test_history_keeps_its_table(migrations, datasets):
    with pytest.raises(HistoryStays):
        migrations.run(DeleteModel("historicaldataset"))

    assert_untouched()


def test_tables_made_anew_are_guarded_as_before(migrations, datasets):
    migrations.run(*both(AddField, "note", note()), *both(RemoveField, "document"))

    assert missing_guards(connection) == []
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tasks_historicaldataset")


def test_older_database_gets_its_log_once(own):
    first, second = DatasetFactory(), DatasetFactory()
    for label, name in [("smartcity", "0005"), ("programme", "0008")]:
        call_command("migrate", label, name, verbosity=0, stdout=StringIO())

    call_command("migrate", verbosity=0)

    entries = LogEntry.objects.filter(table=HISTORY).order_by("number")
    assert [entry.record_id for entry in entries] == [first.pk, second.pk]
    assert not LogEntry.objects.filter(order_is_reconstructed=False).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tasks_historicaldataset")
        assert cursor.fetchone() == (len(entries),)
    DatasetFactory()
    seal()
    report = verify(connection)
    assert report.faults == []
    assert report.reconstructed
    assert report.sealed > report.reconstructed
