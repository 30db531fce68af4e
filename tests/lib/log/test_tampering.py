"""Whatever is done to histories and records by whoever owns the database, the check finds it and names the row."""

import pytest
from django.db import connection, transaction

from programme.models import Province
from smartcity.lib.language.text import sort_key
from smartcity.lib.log.models import SealedEntry
from smartcity.lib.log.tracked import digest_of
from smartcity.lib.log.verifying.live import live_faults
from tests.lib.log.auditing import assert_named, audited
from tests.lib.log.tampering import HISTORY, LIVE, entry_of, execute, in_history, insert_copy, rows_of
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


# Each does one thing, and returns how the check names it.


def change_row(place: int, assignment: str, *values):
    def tamper(world):
        row = rows_of(world)[place]
        execute(f'UPDATE "{HISTORY}" SET {assignment} WHERE history_id = %s', *values, row.history_id)
        return in_history(row)

    return tamper


def change_author(world):
    row = rows_of(world)[1]
    execute(
        f'UPDATE "{HISTORY}" SET history_user_id = %s WHERE history_id = %s',
        world.other_person.pk,
        row.history_id,
    )
    return in_history(row)


def change_author_of_the_newest(world):
    row = rows_of(world)[-1]
    execute(
        f'UPDATE "{HISTORY}" SET history_user_id = %s WHERE history_id = %s',
        world.other_person.pk,
        row.history_id,
    )
    return in_history(row)


def delete_row(place: int, *, with_entry: bool = False, with_place: bool = False):
    def tamper(world):
        row = rows_of(world)[place]
        entry = entry_of(row)
        kept = SealedEntry.objects.filter(entry=entry).first()
        execute(f'DELETE FROM "{HISTORY}" WHERE history_id = %s', row.history_id)
        if with_place:
            execute("DELETE FROM smartcity_sealedentry WHERE entry_id = %s", entry.pk)
        if with_entry:
            execute("DELETE FROM smartcity_logentry WHERE number = %s", entry.pk)
        if with_place:
            return f"smartcity_sealedentry {kept.position + 1}: vị trí {kept.position} thiếu"
        return f"smartcity_logentry {entry.pk}:" if with_entry else in_history(row)

    return tamper


def change_the_newest(world):
    execute(f'UPDATE "{HISTORY}" SET name = %s WHERE history_id = %s', "Tỉnh khác", rows_of(world)[-1].history_id)
    return f"{LIVE} {world.province.pk}: khác với lịch sử mới nhất ở cột name"


def delete_the_newest(world):
    """With its entry, unsealed both, and the record put back: as if it had never been."""
    row = rows_of(world)[-1]
    execute("DELETE FROM smartcity_logentry WHERE number = %s", entry_of(row).pk)
    execute(f'DELETE FROM "{HISTORY}" WHERE history_id = %s', row.history_id)
    return f"{LIVE} {world.province.pk}: khác với lịch sử mới nhất ở cột name"


def insert_row(history_id_of):
    """Without an entry."""

    def tamper(world):
        row = rows_of(world)[2]
        key = history_id_of(row)
        with past_the_history():
            insert_copy(row, history_id=key, name="Tỉnh khác")
        return f"{HISTORY} {key} (bản ghi {row.id})"

    return tamper


def swap_rows(world):
    first, other = rows_of(world)[1:3]
    for key, new in [(first.history_id, -1), (other.history_id, first.history_id), (-1, other.history_id)]:
        execute(f'UPDATE "{HISTORY}" SET history_id = %s WHERE history_id = %s', new, key)
    return in_history(first), in_history(other)


def swap_rows_of_two_records(world):
    ours = rows_of(world)[0]
    theirs = Province.history.exclude(id=world.province.pk).order_by("history_id").first()
    for key, new in [(ours.history_id, -1), (theirs.history_id, ours.history_id), (-1, theirs.history_id)]:
        execute(f'UPDATE "{HISTORY}" SET history_id = %s WHERE history_id = %s', new, key)
    return f"{HISTORY} {ours.history_id} (", f"{HISTORY} {theirs.history_id} ("


def put_back_an_old_state(world):
    execute(f'UPDATE "{LIVE}" SET name = %s WHERE id = %s', rows_of(world)[1].name, world.province.pk)
    return f"{LIVE} {world.province.pk}: khác với lịch sử mới nhất ở cột name:"


def put_back_an_old_row(world):
    """In the history too: the oldest is written again behind the newest, by its number."""
    old = rows_of(world)[1]
    with past_the_history():
        insert_copy(old, history_id=900_000)
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{LIVE}" SET name = %s WHERE id = %s', [old.name, world.province.pk])
    return f"{HISTORY} 900000 (bản ghi {old.id})", f"{LIVE} {world.province.pk}: khác với lịch sử mới nhất"


def edit_record(world):
    report = world.report
    execute("UPDATE tasks_progressupdate SET status = 'done' WHERE id = %s", report.pk)
    return f"tasks_progressupdate {report.pk}: khác với lịch sử mới nhất ở cột status:"


def delete_record(world):
    report = world.report
    execute("DELETE FROM tasks_progressupdate WHERE id = %s", report.pk)
    return f"tasks_progressupdate {report.pk}: lịch sử còn, bản ghi không còn"


def add_record(world):
    execute(f"INSERT INTO \"{LIVE}\" (code, name, is_simulated) VALUES ('moi', 'Tỉnh mới', false)")
    added = Province.objects.get(code="moi")
    return f"{LIVE} {added.pk}: bản ghi không có trong lịch sử"


def add_deleted_record_again(world):
    gone = type(world.report).history.filter(history_type="-").get()
    names = ", ".join(f'"{field.column}"' for field in type(world.report)._meta.local_concrete_fields)
    execute(f"CREATE TEMPORARY TABLE copied AS SELECT {names} FROM tasks_progressupdate")
    execute("UPDATE copied SET id = %s, as_of = '2020-01-01' WHERE id = %s", gone.id, world.report.pk)
    execute(f"INSERT INTO tasks_progressupdate ({names}) SELECT {names} FROM copied WHERE id = %s", gone.id)
    execute("DROP TABLE copied")
    return f"tasks_progressupdate {gone.id}: bản ghi không có trong lịch sử"


def coordinate_silently(world):
    agency = world.agency.pk
    execute("UPDATE tasks_coordination SET agency_id = %s WHERE planned_task_id = %s", agency, world.planned_task.pk)
    return "tasks_coordination ", ": khác với lịch sử mới nhất ở cột agency_id:"


def set_password(world):
    execute("UPDATE programme_user SET password = 'md5$a$0' WHERE id = %s", world.person.pk)
    return f"programme_user {world.person.pk}: giá trị ở cột password không phải là giá trị đã ghi"


def set_password_and_digest(world):
    execute(
        "UPDATE programme_user SET password = 'md5$a$0', password_digest = %s WHERE id = %s",
        digest_of("md5$a$0"),
        world.person.pk,
    )
    return f"programme_user {world.person.pk}: khác với lịch sử mới nhất ở cột password_digest:"


def unreadable(table: str, key: str, assignment: str, named):
    """SQLite keeps anything in any column; PostgreSQL keeps of these what ``assignment`` can say there."""

    def tamper(world):
        row = rows_of(world)[1]
        keys = {"history_id": row.history_id, "number": entry_of(row).pk, "id": entry_of(row).act_id}
        execute(f"UPDATE {table} SET {assignment} WHERE {key} = %s", keys[key])
        return in_history(row), f"giá trị không đọc được ở cột {named}"

    return tamper


def empty_history(world):
    row = rows_of(world)[0]
    execute(f'TRUNCATE "{HISTORY}"' if connection.vendor == "postgresql" else f'DELETE FROM "{HISTORY}"')
    return in_history(row)


TAMPERED = [
    pytest.param(change_row(1, "name = 'Tỉnh khác'"), id="a row of the history says something else"),
    pytest.param(change_the_newest, id="the newest, unsealed one does"),
    pytest.param(change_row(1, "history_date = '2020-01-01 00:00:00'"), id="backdated"),
    pytest.param(change_row(1, "history_change_reason = 'Theo Nghị quyết'"), id="another reason"),
    pytest.param(change_row(1, "history_type = '+'"), id="another kind of change"),
    pytest.param(change_row(1, "history_document_id = 1"), id="another ground"),
    pytest.param(change_author, id="another author"),
    pytest.param(change_author_of_the_newest, id="another author of an unsealed row"),
    pytest.param(delete_row(1), id="a row in the middle is gone"),
    pytest.param(delete_row(1, with_entry=True), id="with its entry"),
    pytest.param(delete_row(1, with_entry=True, with_place=True), id="with its entry and its place"),
    pytest.param(delete_row(4), id="an unsealed row is gone"),
    pytest.param(delete_the_newest, id="the newest row and its entry are gone"),
    pytest.param(empty_history, id="a history is emptied"),
    pytest.param(insert_row(lambda row: 900_000), id="a row is put in"),
    pytest.param(insert_row(lambda row: 0), id="a row with the number zero"),
    pytest.param(insert_row(lambda row: -5), id="a row with a negative number"),
    pytest.param(insert_row(lambda row: 2**31 - 1), id="a row with the highest number"),
    pytest.param(swap_rows, id="two rows are exchanged"),
    pytest.param(swap_rows_of_two_records, id="two rows of different records are exchanged"),
    pytest.param(put_back_an_old_state, id="a record is put back to an old state"),
    pytest.param(put_back_an_old_row, id="a record and an old row are put back"),
    pytest.param(edit_record, id="a record is edited"),
    pytest.param(delete_record, id="a record is deleted"),
    pytest.param(add_record, id="a record is added"),
    pytest.param(add_deleted_record_again, id="a deleted record is there again"),
    pytest.param(coordinate_silently, id="a row of many to many is edited"),
    pytest.param(set_password, id="a password is set"),
    pytest.param(
        unreadable("smartcity_logentry", "number", "salt = 'abc'", "salt"), id="an entry whose salt is too short"
    ),
    pytest.param(set_password_and_digest, id="a password is set with its digest"),
]


ON_SQLITE = [
    unreadable("smartcity_logentry", "number", "record_id = 'abc'", "record_id"),
    unreadable("smartcity_logentry", "number", "record_id = record_id + 0.4", "record_id"),
    unreadable("smartcity_logentry", "number", "order_is_reconstructed = 2", "order_is_reconstructed"),
    unreadable("smartcity_signedact", "id", "at = 'hom qua'", "act.at"),
    unreadable("smartcity_signedact", "id", "name = x'ff'", "act.name"),
    unreadable("smartcity_signedact", "id", "reason = CAST(x'ff' AS TEXT)", "act.reason"),
    unreadable(HISTORY, "history_id", "history_date = '2026-13-45 00:00:00'", "history_date"),
    unreadable(HISTORY, "history_id", "history_action = 'zz'", "history_action"),
    unreadable(HISTORY, "history_id", "history_user_id = history_user_id + 0.4", "history_user_id"),
    unreadable(HISTORY, "history_id", "is_simulated = 2", "is_simulated"),
    unreadable(HISTORY, "history_id", "name = x'00'", "name"),
]
ON_POSTGRESQL = [
    unreadable("smartcity_signedact", "id", "at = 'infinity'", "act.at"),
    unreadable(HISTORY, "history_id", "history_date = '-infinity'", "history_date"),
]


def test_value_that_cannot_be_read_is_found_and_named(world):
    for tamper in ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL:
        savepoint = transaction.savepoint()
        named = tamper(world)

        found = audited()

        assert found.code == 1, found.told
        for name in named:
            assert name in found.told
        transaction.savepoint_rollback(savepoint)


def test_password_that_is_no_text_is_named(world):
    if connection.vendor != "sqlite":
        return
    execute("UPDATE programme_user SET password = x'00' WHERE id = %s", world.person.pk)

    assert f"programme_user {world.person.pk}: giá trị ở cột password không phải" in audited().told


def test_nothing_touched_is_nothing_found(world, tmp_path):
    kept = tmp_path / "moc.txt"

    alone = audited()

    assert alone.code == 0, alone.told
    assert "Không có gì bị sửa." in alone.told
    assert "2 dòng chưa niêm phong" in alone.told
    for checkpoint in (world.early_checkpoint, world.checkpoint):
        kept.write_text(checkpoint)
        assert audited("--checkpoint", kept).code == 0


@pytest.mark.parametrize("tamper", TAMPERED)
def test_is_found_and_named(world, tamper):
    assert_named(tamper(world))


def test_records_are_compared_byte_by_byte_and_not_in_the_order_of_the_dictionary(world):
    asked = sort_key.cache_info()

    assert list(live_faults(connection)) == []

    assert sort_key.cache_info() == asked
