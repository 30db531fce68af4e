"""Whether the earlier states that pages of the past are read from are what the histories say."""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.known.filling import NEWEST
from smartcity.lib.log.known.tables import STILL, Kept, kept_tables, name_of, state_table
from smartcity.lib.log.shapes import columns_of
from smartcity.lib.log.verifying.faults import Fault

OTHERWISE = "trạng thái trước đây không khớp với lịch sử: đã bị sửa; chạy audit rebuild để lập lại"


def state_faults(connection: BaseDatabaseWrapper) -> Iterator[Fault]:
    """One for each table; what is derived of others is made again with them."""
    with connection.cursor() as cursor:
        # Of another tree than this they are no states of it, and derived anew before they are read.
        cursor.execute(
            f'SELECT k."table", k.block FROM {state_table(connection)} k '
            "JOIN smartcity_seal b ON b.number = k.block AND b.root = k.root"
        )
        kept_until = dict(cursor.fetchall())
    for table, columns in columns_of(connection, sorted(kept_tables())).items():
        kept = kept_tables()[table]
        if kept.tracked and kept_until.get(table):
            yield from _differences(connection, kept, columns, kept_until[table])


def _differences(connection: BaseDatabaseWrapper, kept: Kept, columns: dict[str, str], until: int) -> Iterator[Fault]:
    history = kept.tracked.history if kept.tracked else ""
    key = f'"{kept.key}"'
    untracked = set(kept.tracked.untracked) if kept.tracked else set()
    names = [
        key,
        *(f'"{field.column}"' for field in kept.fields(columns) if field.column not in {*untracked, kept.key}),
    ]
    newest = NEWEST.format(key=key, history=history, since=0, until=until)
    said = (
        f"SELECT {', '.join(f'h.{name}' for name in names)}, n.block, coalesce(n.next, {STILL}) "
        f"FROM ({newest}) AS n JOIN \"{history}\" h ON h.history_id = n.history_id WHERE n.history_type <> '-'"
    )
    there = f"SELECT {', '.join(names)}, known_from, known_until FROM {name_of(connection, kept.table)}"
    with connection.cursor() as cursor:
        for one, other in ((said, there), (there, said)):
            cursor.execute(f"SELECT * FROM ({one}) AS one EXCEPT SELECT * FROM ({other}) AS other LIMIT 1")
            if row := cursor.fetchone():
                yield Fault(kept.table, str(row[0]), OTHERWISE)
                return
