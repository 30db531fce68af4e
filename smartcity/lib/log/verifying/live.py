"""Whether each record is what its newest history says, and each that the history knows is there."""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.shapes import columns_of
from smartcity.lib.log.tracked import Tracked, digest_of, tracked_tables
from smartcity.lib.log.verifying.faults import Fault

ADDED = "bản ghi không có trong lịch sử: đã được thêm ngoài hệ thống"
REMOVED = "lịch sử còn, bản ghi không còn: đã bị xóa ngoài hệ thống"
NOT_KEPT = "lịch sử không có cột này: thay đổi ở đây không được ghi"
CHANGED = "khác với lịch sử mới nhất ở cột {columns}: đã bị sửa ngoài hệ thống"
NOT_AS_RECORDED = "giá trị ở cột {columns} không phải là giá trị đã ghi trong lịch sử: đã bị sửa ngoài hệ thống"


def live_faults(connection: BaseDatabaseWrapper) -> Iterator[Fault]:
    """Two or three questions a table, of the columns that the database has, whatever the models say."""
    found = tracked_tables().values()
    columns = columns_of(connection, [name for tracked in found for name in (tracked.table, tracked.history)])
    for tracked in found:
        compared = [name for name in columns.get(tracked.table, ()) if name not in tracked.untracked]
        kept = columns.get(tracked.history, {})
        for name in compared:
            if name not in kept:
                yield Fault(tracked.table, name, NOT_KEPT)
        yield from _changed(connection, tracked, [name for name in compared if name in kept])
        yield from _removed(connection, tracked)
        for secret, digest in tracked.digested:
            yield from _secrets(connection, tracked, secret, digest)
        for place in tracked.digested_elsewhere:
            yield from _secrets_elsewhere(connection, tracked, *place)


def _newest(tracked: Tracked) -> str:
    """By the number in the log, never by the clock nor by the key that a row claims."""
    return (
        f'(SELECT l.record_id, h.* FROM smartcity_logentry l JOIN "{tracked.history}" h ON h.history_id = l.history_id '
        f"WHERE l.number IN (SELECT MAX(number) FROM smartcity_logentry WHERE \"table\" = '{tracked.history}' "
        "GROUP BY record_id)) n"
    )


def _changed(connection: BaseDatabaseWrapper, tracked: Tracked, columns: list[str]) -> Iterator[Fault]:
    quote = connection.ops.quote_name
    # Byte by byte: a column's own order is asked of Python, which is slow, and is made for sorting.
    differs = "COLLATE BINARY IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    pairs = {name: f"t.{quote(name)} {differs} n.{quote(name)}" for name in columns}
    # One text for each: what is compared stays in the database, which says only what differs.
    wrong = " || ".join(f"CASE WHEN {pair} THEN '{name} ' ELSE '' END" for name, pair in pairs.items())
    different = " OR ".join(pairs.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.{quote(tracked.key)}, n.history_type, {wrong} FROM {quote(tracked.table)} t "
            f"LEFT JOIN {_newest(tracked)} ON n.record_id = t.{quote(tracked.key)} "
            f"WHERE n.history_type IS NULL OR n.history_type = '-' OR {different} ORDER BY 1"
        )
        for key, kind, names in cursor.fetchall():
            is_known = kind is not None and kind != "-"
            what = CHANGED.format(columns=", ".join(names.split())) if is_known else ADDED
            yield Fault(tracked.table, str(key), what)


def _removed(connection: BaseDatabaseWrapper, tracked: Tracked) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n.record_id FROM {_newest(tracked)} WHERE n.history_type <> '-' "
            f'AND NOT EXISTS (SELECT 1 FROM "{tracked.table}" t WHERE t."{tracked.key}" = n.record_id) ORDER BY 1'
        )
        for (key,) in cursor.fetchall():
            yield Fault(tracked.table, str(key), REMOVED)


def _secrets(connection: BaseDatabaseWrapper, tracked: Tracked, secret: str, digest: str) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{tracked.key}", "{secret}", "{digest}" FROM "{tracked.table}" ORDER BY 1')
        for key, value, kept in cursor.fetchall():
            if not isinstance(value, str) or digest_of(value) != kept:
                yield Fault(tracked.table, str(key), NOT_AS_RECORDED.format(columns=secret))


def _secrets_elsewhere(
    connection: BaseDatabaseWrapper, tracked: Tracked, table: str, secret: str, owner: str, digest: str
) -> Iterator[Fault]:
    """A row of ``table`` belongs to one of ours; one that nobody recorded has none or another digest there."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT o."{owner}", o."{secret}", t."{digest}" FROM "{table}" o '
            f'LEFT JOIN "{tracked.table}" t ON t."{tracked.key}" = o."{owner}" ORDER BY 1'
        )
        for key, value, kept in cursor.fetchall():
            if not isinstance(value, str) or digest_of(value) != kept:
                yield Fault(table, f"của {tracked.table} {key}", NOT_AS_RECORDED.format(columns=secret))
