"""Whatever is done to the log, its acts and its seals by whoever owns the database, the check finds it and names it."""

import pytest
from django.db import connection

from programme.models import Province
from smartcity.lib.log.models import ColumnChange, DroppedValue, LogEntry, SealedEntry
from tests.lib.log.auditing import assert_named, audited
from tests.lib.log.tampering import (
    HISTORY,
    entry_of,
    execute,
    in_history,
    insert_copy,
    insert_entry,
    newest_number,
    rows_of,
)
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


# Each does one thing, and returns how the check names it.


def change_act(assignment: str, *values):
    def tamper(world):
        row = rows_of(world)[1]
        act = entry_of(row).act_id
        execute(f"UPDATE smartcity_signedact SET {assignment} WHERE id = %s", *values, act)
        return in_history(row), f"thao tác {act})"

    return tamper


def delete_act(place: int):
    def tamper(world):
        row = rows_of(world)[place]
        act = entry_of(row).act_id
        execute("DELETE FROM smartcity_signedact WHERE id = %s", act)
        return in_history(row), f"thao tác {act})"

    return tamper


def empty_log(world):
    first = LogEntry.objects.order_by("number").values_list("number", flat=True)[0]
    execute("DELETE FROM smartcity_logentry")
    return f"smartcity_logentry {first}:"


def empty_log_and_seals(world):
    for table in ("smartcity_sealedentry", "smartcity_seal", "smartcity_logentry"):
        execute(f"DELETE FROM {table}")
    return in_history(rows_of(world)[0])


def change_entry(assignment: str, *values):
    def tamper(world):
        entry = entry_of(rows_of(world)[1])
        execute(f"UPDATE smartcity_logentry SET {assignment} WHERE number = %s", *values, entry.pk)
        return f"nhật ký {entry.pk}"

    return tamper


def change_number(world):
    entry = entry_of(rows_of(world)[1])
    execute("UPDATE smartcity_logentry SET number = %s WHERE number = %s", newest_number() + 5, entry.pk)
    return f"smartcity_logentry {entry.pk}:"


def take_the_row_of_another(world):
    """The entry names another record's row of the same table."""
    entry = entry_of(rows_of(world)[1])
    other = Province.history.exclude(id=world.province.pk).order_by("history_id").first()
    execute("UPDATE smartcity_logentry SET history_id = -1 WHERE number = %s", entry_of(other).pk)
    execute("UPDATE smartcity_logentry SET history_id = %s WHERE number = %s", other.history_id, entry.pk)
    return f"nhật ký {entry.pk}"


def insert_logged_row(*, number=None):
    """With an entry of a time that was sealed."""

    def tamper(world):
        row = rows_of(world)[2]
        key = 900_000
        late = {"number": number} if connection.vendor == "sqlite" or number else {}
        with past_the_history():
            insert_copy(row, history_id=key, name="Tỉnh khác")
            insert_entry(row, key, **late)
        return f"{HISTORY} {key} (bản ghi {row.id}"

    return tamper


def insert_with_a_chosen_number(history_id: int):
    """With an entry of the next number, in a time that is not sealed; it says what the record says."""

    def tamper(world):
        row = rows_of(world)[-1]
        with past_the_history():
            insert_copy(row, history_id=history_id)
            insert_entry(row, history_id)
        return f"{HISTORY} {history_id} (bản ghi {row.id}"

    return tamper


def insert_entry_of(table: str, history_id: int):
    """An entry alone, of a row that is not there."""

    def tamper(world):
        row = rows_of(world)[-1]
        with past_the_history():
            insert_entry(row, history_id)
        execute('UPDATE smartcity_logentry SET "table" = %s WHERE history_id = %s', table, history_id)
        return f"{table} {history_id} (bản ghi {row.id}"

    return tamper


def remove_seal(number: int):
    def tamper(world):
        execute("DELETE FROM smartcity_seal WHERE number = %s", number)
        return "smartcity_seal 2: thiếu khối niêm phong số 1" if number == 1 else "smartcity_sealedentry "

    return tamper


def change_seal(assignment: str, number: int = 2, named: str = ""):
    def tamper(world):
        execute(f"UPDATE smartcity_seal SET {assignment} WHERE number = %s", number)
        return named or f"smartcity_seal {number}:"

    return tamper


def exchange_places(world):
    """Two entries stand in each other's place."""
    first, other = SealedEntry.objects.order_by("position")[1:3]
    for place, entry in [(first, -1), (other, first.entry_id), (first, other.entry_id)]:
        execute("UPDATE smartcity_sealedentry SET entry_id = %s WHERE position = %s", entry, place.position)
    return f"nhật ký {first.entry_id}", f"nhật ký {other.entry_id}"


def exchange_places_with_leaves(world):
    """Each with its own leaf: what is in the tree is another order."""
    first, other = SealedEntry.objects.order_by("position")[1:3]
    for place, new in [(first, -1), (other, first.position), (-1, other.position)]:
        at = place if place == -1 else place.position
        execute("UPDATE smartcity_sealedentry SET position = %s WHERE position = %s", new, at)
    return "smartcity_seal 1: mã gốc không khớp"


def move_place(world):
    last = SealedEntry.objects.order_by("position").last()
    execute("UPDATE smartcity_sealedentry SET position = position + 7 WHERE position = %s", last.position)
    return f"smartcity_sealedentry {last.position + 7}: vị trí {last.position} thiếu hoặc bị chèn"


def forget_column(world):
    """The shape is said to have been without the column, whose values are then changed."""
    row = rows_of(world)[1]
    shape = entry_of(row).shape
    with past_the_history():
        type(shape).objects.filter(pk=shape.pk).update(
            columns={name: kind for name, kind in shape.columns.items() if name != "name"}
        )
    execute(f'UPDATE "{HISTORY}" SET name = %s WHERE history_id = %s', "Tỉnh khác", row.history_id)
    return in_history(row)


def pretend_that_the_column_was_dropped(world):
    """The true values are kept as those of a dropped column, and others stand in the column, which is still there."""
    row = rows_of(world)[1]
    with past_the_history():
        change = ColumnChange.objects.create(table=HISTORY, column="name", upto=newest_number())
        DroppedValue.objects.bulk_create(
            DroppedValue(change=change, history_id=one.history_id, value=one.name) for one in Province.history.all()
        )
    execute(f'UPDATE "{HISTORY}" SET name = %s WHERE history_id = %s', "Tỉnh khác", row.history_id)
    return f"{HISTORY} {row.history_id}: cột name không còn giá trị như khi niêm phong"


TAMPERED = [
    pytest.param(empty_log, id="the log is emptied"),
    pytest.param(empty_log_and_seals, id="log and seals are"),
    pytest.param(change_act("name = 'Trần Văn Khác'"), id="the author had another name"),
    pytest.param(change_act("title = 'Giám đốc'"), id="the author had another title"),
    pytest.param(change_act("role = 'administrator'"), id="the author had another role"),
    pytest.param(change_act("agency = 'Sở khác'"), id="the author was of another agency"),
    pytest.param(change_act("reason = 'Theo Nghị quyết'"), id="the act had another reason"),
    pytest.param(change_act("at = '2020-01-01 00:00:00'"), id="the act was at another hour"),
    pytest.param(change_act("source = 'import'"), id="the act came by another way"),
    pytest.param(delete_act(1), id="the act is gone"),
    pytest.param(delete_act(4), id="the act of an unsealed row is gone"),
    pytest.param(insert_logged_row(number=-1), id="a row and an entry of a time that is sealed"),
    pytest.param(insert_with_a_chosen_number(999_999_999), id="a logged row with a high number that was chosen"),
    pytest.param(insert_with_a_chosen_number(-5), id="a logged row with a low number that was chosen"),
    pytest.param(insert_entry_of("programme_province", 999_999_999), id="an unsealed entry of a table without history"),
    pytest.param(insert_entry_of(HISTORY, 999_999_999), id="an unsealed entry of no row"),
    pytest.param(change_entry("history_id = -7"), id="an entry of another row"),
    pytest.param(change_entry("\"table\" = 'programme_historicalagency', history_id = -7"), id="an entry elsewhere"),
    pytest.param(change_entry("record_id = 77"), id="an entry of another record"),
    pytest.param(change_entry("salt = '00000000000000000000000000000000'"), id="an entry with another salt"),
    pytest.param(change_entry('"transaction" = 1, cluster = 5'), id="an entry of another transaction"),
    pytest.param(take_the_row_of_another, id="an entry that names the row of another record"),
    pytest.param(change_number, id="an entry with another number"),
    pytest.param(remove_seal(1), id="the first block is gone"),
    pytest.param(remove_seal(2), id="the last block is gone"),
    pytest.param(change_seal(f"root = '{'0' * 64}'", 1), id="a block with another root"),
    pytest.param(change_seal(f"root = '{'0' * 64}'"), id="the last block with another root"),
    pytest.param(change_seal("frontier = '0:'"), id="the last block with another frontier"),
    pytest.param(
        change_seal("size = size + 3", named="smartcity_sealedentry 24:"), id="the last block of another size"
    ),
    pytest.param(change_seal("frontier = 'không'"), id="the last block with a frontier that is none"),
    pytest.param(change_seal(f"horizon = {2**40}"), id="the last block with a horizon to come"),
    pytest.param(exchange_places, id="two entries in each other's place"),
    pytest.param(exchange_places_with_leaves, id="two entries in each other's place with their leaves"),
    pytest.param(move_place, id="a place is moved"),
    pytest.param(forget_column, id="a shape without the column"),
    pytest.param(pretend_that_the_column_was_dropped, id="a column that is said to be dropped"),
]


@pytest.mark.parametrize("tamper", TAMPERED)
def test_is_found_and_named(world, tamper):
    assert_named(tamper(world))


def test_entry_of_a_transaction_that_is_to_come_is_found(world):
    """It would never be sealed; SQLite's entries are of no transaction."""
    if connection.vendor == "sqlite":
        return
    row = rows_of(world)[2]
    with past_the_history():
        insert_copy(row, history_id=900_000, name="Thành phố Hải Phòng")
        insert_entry(row, 900_000, at=2**40)

    found = audited()

    assert found.code == 1
    assert f"{HISTORY} 900000 (bản ghi {row.id}" in found.told


def test_entry_that_was_put_in_before_others_that_are_sealed_is_found(world):
    """SQLite's entries are sealed in the order of their numbers; PostgreSQL's in that in which transactions end."""
    if connection.vendor != "sqlite":
        return
    last, before = SealedEntry.objects.order_by("-position")[:2]
    for place, entry in [(last, -1), (before, last.entry_id), (last, before.entry_id)]:
        execute("UPDATE smartcity_sealedentry SET entry_id = %s WHERE position = %s", entry, place.position)

    found = audited()

    assert f"smartcity_sealedentry {last.position}: dòng nhật ký có số nhỏ hơn dòng niêm phong trước nó" in found.told
