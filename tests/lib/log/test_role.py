"""The application's account of docs/van-hanh.md: it writes and seals, and cannot change what is written."""

import re
from contextlib import contextmanager
from datetime import timedelta

import psycopg2
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now
from psycopg2.errors import InsufficientPrivilege

from smartcity.audit.access.models import AccessEntry, AccessKind
from smartcity.audit.access.pruning import prune_access
from smartcity.lib.log.models import LogEntry
from smartcity.lib.log.sealing import seal
from smartcity.lib.log.verifying.verify import verify
from smartcity.lib.records.history import signed_bulk_create, signed_delete, signed_save
from tasks.models import Dataset
from tests.factories import DatasetFactory, account_of_this_test
from tests.own_database import own_database

pytestmark = pytest.mark.django_db

ROLE = "smartcity_app"


def sql_of_the_guide():
    text = (settings.BASE_DIR / "docs" / "van-hanh.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    return found


@contextmanager
def signed_in_as(own, name):
    """A connection of its own, as whoever serves the site has it."""
    before = own.settings_dict
    own.close()
    own.settings_dict = {**before, "USER": name}
    try:
        yield
    finally:
        own.close()
        own.settings_dict = before


@pytest.fixture
def application(db, tmp_path):
    """Signed in as the application, where there is a sealed record."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no accounts.")
    with own_database(tmp_path) as own:
        dataset = DatasetFactory()
        seal()
        with own.cursor() as cursor:
            # As after each migrate.
            cursor.execute(sql_of_the_guide())
            cursor.execute(sql_of_the_guide())
        try:
            with signed_in_as(own, ROLE):
                yield dataset
        finally:
            with own.cursor() as cursor:
                cursor.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def test_application_writes_seals_and_verifies(application):
    by = account_of_this_test()
    application.name = "Tên mới"
    signed_save(application, by=by, reason="Đổi tên")
    fields = {name: getattr(application, name) for name in ("agency", "province", "listed_as", "document", "cadence")}
    made = [Dataset(name=f"Dữ liệu {n}", listed_from=application.listed_from, **fields) for n in range(2)]
    made = signed_bulk_create(made, by=by)
    signed_delete(Dataset.objects.get(pk=made[0].pk), by=by)

    assert seal().added == 4
    assert verify(connection).faults == []
    kinds = LogEntry.objects.filter(table="tasks_historicaldataset").order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["+", "~", "+", "+", "-"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('idle_in_transaction_session_timeout')")
        assert cursor.fetchone() == (ROLE, "5min")


FORBIDDEN = [
    f"{verb} {table}{rest}"
    for table in ("tasks_historicaldataset", "smartcity_logentry", "smartcity_signedact", "smartcity_seal")
    for verb, rest in [
        ("DELETE FROM", ""),
        ("TRUNCATE", " CASCADE"),
        ("ALTER TABLE", " DISABLE TRIGGER ALL"),
        ("DROP TABLE", " CASCADE"),
    ]
] + [
    "UPDATE tasks_historicaldataset SET name = 'x'",
    "UPDATE smartcity_logentry SET kind = '-'",
    "UPDATE smartcity_signedact SET name = 'x'",
    "UPDATE smartcity_sealedentry SET leaf = 'x'",
    "UPDATE smartcity_accessentry SET name = 'x'",
    "TRUNCATE smartcity_accessentry",
    "ALTER TABLE smartcity_accessentry DISABLE TRIGGER ALL",
    "INSERT INTO smartcity_logentry SELECT * FROM smartcity_logentry",
    "INSERT INTO smartcity_recordshape SELECT * FROM smartcity_recordshape",
    "INSERT INTO smartcity_columnchange (\"table\", \"column\", renamed_to, upto) VALUES ('a', 'b', 'c', 1)",
    "INSERT INTO smartcity_droppedvalue (change_id, history_id) VALUES (1, 1)",
    "TRUNCATE tasks_dataset CASCADE",
    "ALTER TABLE tasks_dataset DISABLE TRIGGER tasks_dataset_recorded",
    "DROP TRIGGER tasks_dataset_recorded ON tasks_dataset",
    "CREATE TRIGGER mine BEFORE INSERT ON tasks_historicaldataset EXECUTE FUNCTION smartcity_refuse()",
    "SET session_replication_role = replica",
    "SELECT setval('smartcity_history_id', 1)",
    "SELECT nextval('smartcity_history_id')",
    "ALTER SEQUENCE smartcity_history_id RESTART",
    "CREATE OR REPLACE FUNCTION smartcity_log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "ALTER FUNCTION smartcity_compare() RENAME TO nothing",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "SET ROLE postgres",
]


def test_application_can_neither_change_the_record_nor_take_its_guards_off(application):
    allowed = []
    for statement in FORBIDDEN:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # Not Django's own refusal but the database's.
                cursor.cursor.execute(statement)
        except InsufficientPrivilege:
            continue
        except psycopg2.Error as other:
            allowed.append(f"{statement}: {other}")
        else:
            allowed.append(statement)

    assert allowed == []
    assert verify(connection).faults == []


def test_application_removes_of_the_log_of_access_only_what_is_old(application):
    for days in (1, 800):
        AccessEntry.objects.create(kind=AccessKind.SIGN_IN, name=f"{days}", at=now() - timedelta(days=days))

    assert prune_access(now()).removed == 1
    with pytest.raises(IntegrityError, match="không sửa, không xóa được"), transaction.atomic():
        AccessEntry.objects.filter(name="1").delete()

    assert AccessEntry.objects.filter(name__in=["1", "800"]).count() == 1
