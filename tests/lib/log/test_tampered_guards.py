"""The database refuses to change what is kept; whoever switches that off is found, and what they do meanwhile too."""

import pytest
from django.db import DatabaseError, connection, transaction

from programme.models import Province
from smartcity.lib.log.guard import UnrecordedWrite, recorded
from smartcity.lib.log.models import Seal
from smartcity.lib.log.triggers import install
from tests.lib.log.auditing import audited
from tests.lib.log.tampering import HISTORY, LIVE, entry_of, execute, in_history, insert_copy, rows_of
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

KEPT = "Lịch sử và nhật ký không sửa, không xóa được."

on_postgresql = pytest.fixture(lambda db: connection.vendor == "postgresql" or pytest.skip("PostgreSQL's own"))
on_sqlite = pytest.fixture(lambda db: connection.vendor == "sqlite" or pytest.skip("SQLite's own"))


def run(sql: str, *parameters) -> None:
    """With all triggers in place; Python alone is asked for nothing."""
    with recorded(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


@pytest.mark.parametrize(
    "table",
    [
        HISTORY,
        "smartcity_signedact",
        "smartcity_logentry",
        "smartcity_seal",
        "smartcity_sealedentry",
        "smartcity_recordshape",
    ],
)
@pytest.mark.parametrize(
    "change", ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"]
)
def test_what_is_kept_is_not_changed_with_the_guards_in_place(world, table, change):
    if change.startswith("TRUNCATE") and connection.vendor == "sqlite":
        return
    key = {HISTORY: "history_id", "smartcity_recordshape": "digest", "smartcity_logentry": "number"}
    keys = key | {"smartcity_seal": "number", "smartcity_sealedentry": "position"}

    with pytest.raises(DatabaseError, match=KEPT):
        run(change.format(table=table, key=keys.get(table, "id")))

    assert audited().code == 0


@pytest.mark.parametrize("key", [-5, 0, 1, 900_000, 2**31 - 1])
def test_row_with_a_chosen_number_is_refused_or_numbered_and_found(world, key):
    row = rows_of(world)[2]

    def insert():
        with recorded(), transaction.atomic():
            insert_copy(row, history_id=key, name="Tỉnh khác")

    if connection.vendor == "sqlite":
        with pytest.raises(DatabaseError):
            insert()
        assert audited().code == 0
        return
    insert()
    newest = rows_of(world)[-1]
    assert newest.name == "Tỉnh khác"
    assert newest.history_id == entry_of(newest).history_id > rows_of(world)[-2].history_id
    assert f"{LIVE} {world.province.pk}: khác với lịch sử mới nhất ở cột name" in audited().told


def test_row_of_no_written_act_is_refused(world):
    row = rows_of(world)[2]
    last = {"history_id": 1 + max(Province.history.values_list("history_id", flat=True))}

    with pytest.raises(DatabaseError, match="không thuộc thao tác nào"), recorded(), transaction.atomic():
        insert_copy(row, history_user_id=world.other_person.pk, **last)


@pytest.mark.parametrize(
    ("table", "key"), [(HISTORY, "history_id"), ("smartcity_logentry", "number"), ("smartcity_seal", "number")]
)
def test_replacing_a_row_is_refused_and_found_behind_the_guards(world, on_sqlite, table, key):
    columns = [column.name for column in connection.introspection.get_table_description(connection.cursor(), table)]
    changed = {HISTORY: "name", "smartcity_logentry": "salt", "smartcity_seal": "root"}[table]
    read = ", ".join(f"'{'1' * 64}'" if name == changed else f'"{name}"' for name in columns)
    row = rows_of(world)[1]
    chosen = {HISTORY: row.history_id, "smartcity_logentry": entry_of(row).pk, "smartcity_seal": 1}[table]
    replace = f'INSERT OR REPLACE INTO "{table}" SELECT {read} FROM "{table}" WHERE {key} = {chosen}'

    with pytest.raises(DatabaseError):
        run(replace)
    assert audited().code == 0

    execute(replace)
    found = audited()
    assert found.code == 1
    assert ("smartcity_seal 1:" if table == "smartcity_seal" else in_history(row)) in found.told


def test_replacing_a_record_is_found(world, on_sqlite):
    run(
        f'INSERT OR REPLACE INTO "{LIVE}" (id, code, name, is_simulated) VALUES (%s, %s, %s, false)',
        world.province.pk,
        world.province.code,
        "Tỉnh khác",
    )

    assert f"{LIVE} {world.province.pk}: khác với lịch sử mới nhất ở cột name" in audited().told


def test_emptying_a_table_of_records_is_refused_and_found_behind_the_guards(world, on_postgresql):
    truncate = "TRUNCATE tasks_progressupdate CASCADE"

    with pytest.raises(UnrecordedWrite), connection.cursor() as cursor:
        cursor.execute(truncate)
    with pytest.raises(DatabaseError, match=KEPT):
        run(truncate)
    assert audited().code == 0

    execute(truncate)
    found = audited()
    assert found.code == 1
    assert f"tasks_progressupdate {world.report.pk}: lịch sử còn, bản ghi không còn" in found.told


ON_SQLITE = [
    f'DROP TRIGGER "{HISTORY}_logged"',
    f'DROP TRIGGER "{HISTORY}_kept_update"',
    "DROP TRIGGER smartcity_seal_kept_delete",
    f'DROP TRIGGER "{HISTORY}_kept_delete"; CREATE TRIGGER "{HISTORY}_kept_delete" BEFORE DELETE ON "{HISTORY}" '
    "WHEN false BEGIN SELECT 1; END",
]
ON_POSTGRESQL = [
    f"DROP TRIGGER {HISTORY}_logged ON {HISTORY}",
    f"DROP TRIGGER {LIVE}_recorded ON {LIVE}",
    f"ALTER TABLE {HISTORY} DISABLE TRIGGER {HISTORY}_kept",
    "ALTER TABLE smartcity_seal DISABLE TRIGGER ALL",
    f"ALTER TABLE {LIVE} ENABLE REPLICA TRIGGER {LIVE}_recorded",
    f"DROP TRIGGER {HISTORY}_kept ON {HISTORY}; CREATE TRIGGER {HISTORY}_kept BEFORE DELETE ON {HISTORY} "
    "FOR EACH ROW EXECUTE FUNCTION smartcity_refuse()",
    f"DROP TRIGGER {HISTORY}_kept ON {HISTORY}; CREATE TRIGGER {HISTORY}_kept BEFORE UPDATE OR DELETE ON {HISTORY} "
    "FOR EACH ROW WHEN (false) EXECUTE FUNCTION smartcity_refuse()",
    f"DROP TRIGGER {HISTORY}_kept ON {HISTORY}; CREATE TRIGGER {HISTORY}_kept BEFORE UPDATE OF id OR DELETE ON "
    f"{HISTORY} FOR EACH ROW EXECUTE FUNCTION smartcity_refuse()",
    "CREATE OR REPLACE FUNCTION smartcity_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "ALTER FUNCTION smartcity_compare() SECURITY INVOKER",
    "ALTER FUNCTION smartcity_log() SET search_path = elsewhere",
]


def named_in(statements: str) -> str:
    words = statements.rpartition("; ")[2].replace('"', "").replace("()", "").split()
    if "FUNCTION" in words[:4]:
        return words[words.index("FUNCTION") + 1]
    return words[words.index("TRIGGER") + 1].replace("ALL", "smartcity_seal_kept")


@pytest.mark.parametrize("statements", ON_SQLITE)
def test_guard_that_is_off_or_otherwise_is_found_on_sqlite(world, on_sqlite, statements):
    for statement in statements.split("; ", 1) if "CREATE" in statements else [statements]:
        run(statement)

    found = audited()

    assert found.code == 1
    assert f"trigger {named_in(statements.replace('; END', ''))}: thiếu, bị tắt hoặc bị sửa" in found.told


@pytest.mark.parametrize("statements", ON_POSTGRESQL)
def test_guard_that_is_off_or_otherwise_is_found_on_postgresql(world, on_postgresql, statements):
    run(statements)

    found = audited()

    assert found.code == 1
    assert f"trigger {named_in(statements.replace('; END', ''))}: thiếu, bị tắt hoặc bị sửa" in found.told


def test_guards_made_again_hide_nothing_of_what_was_done_meanwhile(world):
    """Whoever drops them, edits and lets migrate make them again leaves the edit behind."""
    row = rows_of(world)[1]
    name = f"{HISTORY}_kept" if connection.vendor == "postgresql" else f"{HISTORY}_kept_update"
    run(f'DROP TRIGGER "{name}"' + (f" ON {HISTORY}" if connection.vendor == "postgresql" else ""))
    run(f"UPDATE {HISTORY} SET name = 'Tỉnh khác' WHERE history_id = %s", row.history_id)
    install(connection)

    found = audited()

    assert found.code == 1
    assert in_history(row) in found.told
    assert "trigger" not in found.told


def test_guards_put_off_by_a_setting_are_found(world, on_postgresql):
    with past_the_history():
        found = audited()

    assert found.code == 1
    assert "trigger session_replication_role: " in found.told


def test_seals_that_are_gone_are_not_made_anew_without_a_word(world):
    """All of them sealed again in another order than they had."""
    with past_the_history():
        Seal.objects.all().delete()

    found = audited()

    assert found.code == 1
    assert "smartcity_sealedentry" in found.told
