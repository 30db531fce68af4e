"""What SQLite itself does about histories and the log: it writes the log, and changes and removes nothing.

A trigger here names only the log's own tables: SQLite refuses to rename a table while a trigger names one that is being
made anew.
"""

from collections.abc import Iterator

KEPT = "Lịch sử và nhật ký không sửa, không xóa được."
CHOSEN = "Số của dòng lịch sử do cơ sở dữ liệu đặt."
UNSIGNED = "Dòng lịch sử không thuộc thao tác nào đang diễn ra mà người thực hiện đã được ghi."
# As Django keeps moments here: text, in UTC.
NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"


def append_only(table: str, *keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Refuse every way to change or remove a row; ``INSERT OR REPLACE`` of one of its keys passes by the first two."""
    for event in ("UPDATE", "DELETE"):
        yield (
            f"{table}_kept_{event.lower()}",
            f"BEFORE {event} ON \"{table}\" BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
        )
    taken = " OR ".join(
        f'EXISTS (SELECT 1 FROM "{table}" WHERE ' + " AND ".join(f'"{name}" = NEW."{name}"' for name in key) + ")"
        for key in keys
    )
    if taken:
        yield (
            f"{table}_kept_insert",
            f"BEFORE INSERT ON \"{table}\" WHEN {taken} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
        )


def pruned(table: str, kept_days: int, *keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The same, but for old rows once a row of the kind «pruned» has just said up to when they go; that one stays."""
    for name, body in append_only(table, *keys):
        if name.endswith("_kept_delete"):
            body = body.replace(
                "BEGIN",
                f"WHEN OLD.kind = 'pruned' OR OLD.at >= datetime('now', '-{kept_days} days') OR NOT EXISTS "
                f"(SELECT 1 FROM \"{table}\" WHERE kind = 'pruned' AND at > datetime('now', '-1 hour') "
                "AND upto > OLD.at) BEGIN",
            )
        yield name, body


def history(table: str, key: str, shape: str) -> Iterator[tuple[str, str]]:
    """The next row has the next number, so that none can be replaced or stand for ever as the newest; it is logged."""
    yield from append_only(table)
    # Nothing is added to an act that has long ended.
    act = (
        "(SELECT id FROM smartcity_signedact WHERE action = NEW.history_action AND signer_id = NEW.history_user_id "
        "AND at > datetime('now', '-1 day'))"
    )
    expected = (
        f"1 + MAX(COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0), "
        f"COALESCE((SELECT MAX(history_id) FROM smartcity_logentry WHERE \"table\" = '{table}'), 0))"
    )
    yield (
        f"{table}_logged",
        f'AFTER INSERT ON "{table}" BEGIN '
        f"SELECT RAISE(ABORT, '{CHOSEN}') WHERE NEW.history_id <> {expected}; "
        f"SELECT RAISE(ABORT, '{UNSIGNED}') WHERE {act} IS NULL; "
        'INSERT INTO smartcity_logentry ("table", history_id, record_id, kind, at, act_id, shape_id, '
        'cluster, "transaction", salt, order_is_reconstructed) '
        f"VALUES ('{table}', NEW.history_id, NEW.\"{key}\", NEW.history_type, {NOW}, {act}, '{shape}', 0, 0, "
        "lower(hex(randomblob(16))), 0); END",
    )
