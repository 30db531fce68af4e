"""Bringing the earlier states up to the last sealed block: what each block ended and what it began."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import Field

from smartcity.lib.log.known.derivations import DERIVATIONS
from smartcity.lib.log.known.deriving import derive
from smartcity.lib.log.known.tables import STILL, empty, kept_tables, name_of, state_table
from smartcity.lib.log.models import Seal
from smartcity.lib.log.shapes import columns_of
from smartcity.lib.log.tracked import Tracked

AT_ONCE = 1_000
# Any number that nothing else of ours locks by.
LOCK = 7_211_161

# The rows of a history that the blocks after {since} up to {until} sealed, the newest of each record in each block.
NEWEST = """
SELECT history_id, record, block, history_type, lead(block) OVER (PARTITION BY record ORDER BY block) AS next FROM (
    SELECT h.history_id, h.{key} AS record, b.number AS block, h.history_type,
        row_number() OVER (PARTITION BY h.{key}, b.number ORDER BY h.history_id DESC) AS place
    FROM smartcity_seal b
    JOIN smartcity_sealedentry s ON s.position < b.size
        AND s.position >= coalesce((SELECT p.size FROM smartcity_seal p WHERE p.number = b.number - 1), 0)
    JOIN smartcity_logentry l ON l.number = s.entry_id AND l."table" = '{history}'
    JOIN "{history}" h ON h.history_id = l.history_id
    WHERE b.number > {since} AND b.number <= {until}
) AS sealed WHERE place = 1
"""


def keep_known() -> None:
    """Derive what is not yet there of the states up to the last block; one at a time."""
    last = _last()
    if last is None or not _is_behind(last):
        return
    with transaction.atomic():
        _wait_for_others()
        # Whoever was before may have gone further.
        last = _last() or last
        there = columns_of(connection, sorted(kept_tables()))
        since = _known_until()
        for table, columns in there.items():
            kept = kept_tables()[table]
            if kept.tracked and since[table] < last.number:
                _fill(kept.tracked, kept.fields(columns), since[table], last.number)
                _note(table, last)
        for derivation in DERIVATIONS:
            tables = [model._meta.db_table for model in derivation.models]
            if set(tables) <= there.keys():
                derive(derivation, min(since[table] for table in tables), last)
                for table in tables:
                    _note(table, last)


def _last() -> Seal | None:
    return Seal.objects.order_by("number").last()


def rebuild_known() -> None:
    """Forget all earlier states and derive them anew."""
    with transaction.atomic():
        for table in columns_of(connection, sorted(kept_tables())):
            empty(connection, table)
    keep_known()


def _is_behind(last: Seal) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {state_table(connection)} WHERE block <> %s OR root <> %s", [last.number, last.root]
        )
        return cursor.fetchone() is not None


def _wait_for_others() -> None:
    """On SQLite whoever writes is alone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _known_until() -> dict[str, int]:
    """The last block of each table's states; what was derived from another tree than this is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "table", block, root FROM {state_table(connection)}')
        found = {table: (block, root) for table, block, root in cursor.fetchall()}
    roots = dict(Seal.objects.filter(number__in={block for block, _ in found.values()}).values_list("number", "root"))
    for table, (block, root) in found.items():
        if block and roots.get(block) != root:
            empty(connection, table)
            found[table] = (0, "")
    return {table: block for table, (block, _) in found.items()}


def _note(table: str, last: Seal) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {state_table(connection)} SET block = %s, root = %s WHERE "table" = %s',
            [last.number, last.root, table],
        )


def _fill(tracked: Tracked, fields: list[Field], since: int, until: int) -> None:
    states, key = name_of(connection, tracked.table), f'"{tracked.key}"'
    newest = NEWEST.format(key=key, history=tracked.history, since=since, until=until)
    shown = _shown(tracked, fields)
    columns = ", ".join(f'"{column}"' for column in shown)
    with connection.cursor() as cursor:
        first = f"SELECT record, min(block) AS block FROM ({newest}) AS new GROUP BY record"
        cursor.execute(
            f"UPDATE {states} SET known_until = n.block FROM ({first}) AS n "
            f"WHERE {states}.{key} = n.record AND {states}.known_until = {STILL}"
        )
        cursor.execute(
            f"INSERT INTO {states} ({columns}, known_from, known_until) "
            f"SELECT {', '.join(shown.values())}, n.block, coalesce(n.next, {STILL}) FROM ({newest}) AS n "
            f'JOIN "{tracked.history}" h ON h.history_id = n.history_id '
            f'LEFT JOIN "{tracked.table}" live ON live.{key} = n.record{_with_the_same_words(tracked, fields)} '
            "WHERE n.history_type <> '-'"
        )
    _spell_out(tracked, fields)


def _shown(tracked: Tracked, fields: list[Field]) -> dict[str, str]:
    """What each column shows, in SQL: the history's (``h``) value; of what was made of the same words, the record's."""
    untracked = set(tracked.untracked)
    shown = {}
    for field in fields:
        column = str(field.column)
        if column not in untracked:
            shown[column] = f'h."{column}"'
        # A secret shows nothing: its digest alone is kept.
        shown.setdefault(column, f'live."{column}"' if hasattr(field, "of") else "''")
    return shown


def _made_of_words(fields: list[Field]) -> list[Any]:
    return [field for field in fields if hasattr(field, "of")]


def _words(tracked: Tracked, fields: list[Field]) -> list[Field]:
    """The columns whose words such copies are made of; all, where they are made of what these say together."""
    by_name = {field.name: field for field in fields}
    names = [
        name for field in _made_of_words(fields) for name in ([field.of] if isinstance(field.of, str) else field.of)
    ]
    if all(name in by_name for name in names):
        return [by_name[name] for name in dict.fromkeys(names)]
    return [field for field in fields if field.column not in tracked.untracked]


def _with_the_same_words(tracked: Tracked, fields: list[Field]) -> str:
    same = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    words = _words(tracked, fields) if _made_of_words(fields) else []
    return "".join(f' AND live."{field.column}" {same} h."{field.column}"' for field in words)


def _spell_out(tracked: Tracked, fields: list[Field]) -> None:
    """Make of other words what is searched and ordered by, as saving would."""
    derived = _made_of_words(fields)
    if not derived:
        return
    states, words = name_of(connection, tracked.table), _words(tracked, fields)
    given = ", ".join(f'"{field.column}"' for field in words)
    sets = ", ".join(f'"{field.column}" = %s' for field in derived)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{tracked.key}", known_from, {given} FROM {states} WHERE "{derived[0].column}" IS NULL')
        for some in batched(cursor.fetchall(), AT_ONCE):
            cursor.executemany(
                f'UPDATE {states} SET {sets} WHERE "{tracked.key}" = %s AND known_from = %s',
                [[*_made_of(tracked.model, derived, words, said), key, block] for key, block, *said in some],
            )


def _made_of(model: Any, derived: list[Any], words: list[Field], said: list[Any]) -> Iterator[str]:
    record = model(**{field.attname: value for field, value in zip(words, said, strict=True)})
    for field in derived:
        yield field.pre_save(record, False)
