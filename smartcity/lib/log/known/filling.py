"""Bringing the earlier states up to the last sealed block: what each block ended and what it began."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, Field, QuerySet

from smartcity.lib.log.known.derivations import DERIVATIONS, Derivation
from smartcity.lib.log.known.marks import Mark
from smartcity.lib.log.known.shadowing import shadowed
from smartcity.lib.log.known.tables import STILL, Kept, empty, kept_tables, name_of, state_table
from smartcity.lib.log.models import LogEntry, Seal
from smartcity.lib.log.shapes import columns_of

AT_ONCE, OWNERS_AT_ONCE = 1_000, 100
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
    last = Seal.objects.order_by("number").last()
    if last is None or not _is_behind(last):
        return
    with transaction.atomic():
        _wait_for_others()
        there = columns_of(connection, sorted(kept_tables()))
        since = _known_until()
        for table, columns in there.items():
            kept = kept_tables()[table]
            if kept.tracked and since[table] < last.number:
                _fill(kept, kept.fields(columns), since[table], last.number)
                _note(table, last)
        for derivation in DERIVATIONS:
            tables = [model._meta.db_table for model in derivation.models]
            if set(tables) <= there.keys():
                _derive(derivation, min(since[table] for table in tables), last)


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


def _fill(kept: Kept, fields: list[Field], since: int, until: int) -> None:
    states, key = name_of(connection, kept.table), f'"{kept.key}"'
    newest = NEWEST.format(key=key, history=kept.tracked.history, since=since, until=until)
    shown = _shown(kept, fields)
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
            f'JOIN "{kept.tracked.history}" h ON h.history_id = n.history_id '
            f'LEFT JOIN "{kept.table}" live ON live.{key} = n.record{_with_the_same_words(kept, fields)} '
            "WHERE n.history_type <> '-'"
        )
    _spell_out(kept, fields)


def _shown(kept: Kept, fields: list[Field]) -> dict[str, str]:
    """What each column shows, in SQL: the history's (``h``) value; of what was made of the same words, the record's."""
    untracked = set(kept.tracked.untracked)
    shown = {}
    for field in fields:
        if field.column not in untracked:
            shown[field.column] = f'h."{field.column}"'
        elif hasattr(field, "of"):
            shown[field.column] = f'live."{field.column}"'
        else:
            # A secret: its digest alone is kept.
            shown[field.column] = "''"
    return shown


def _made_of_words(fields: list[Field]) -> list[Any]:
    return [field for field in fields if hasattr(field, "of")]


def _words(kept: Kept, fields: list[Field]) -> list[Field]:
    """The columns whose words such copies are made of; all, where they are made of what these say together."""
    by_name = {field.name: field for field in fields}
    names = [
        name for field in _made_of_words(fields) for name in ([field.of] if isinstance(field.of, str) else field.of)
    ]
    if all(name in by_name for name in names):
        return [by_name[name] for name in dict.fromkeys(names)]
    return [field for field in fields if field.column not in kept.tracked.untracked]


def _with_the_same_words(kept: Kept, fields: list[Field]) -> str:
    same = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    words = _words(kept, fields) if _made_of_words(fields) else []
    return "".join(f' AND live."{field.column}" {same} h."{field.column}"' for field in words)


def _spell_out(kept: Kept, fields: list[Field]) -> None:
    """Make of other words what is searched and ordered by, as saving would."""
    derived = _made_of_words(fields)
    if not derived:
        return
    states, words = name_of(connection, kept.table), _words(kept, fields)
    given = ", ".join(f'"{field.column}"' for field in words)
    sets = ", ".join(f'"{field.column}" = %s' for field in derived)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{kept.key}", known_from, {given} FROM {states} WHERE "{derived[0].column}" IS NULL')
        for some in batched(cursor.fetchall(), AT_ONCE):
            cursor.executemany(
                f'UPDATE {states} SET {sets} WHERE "{kept.key}" = %s AND known_from = %s',
                [[*_made_of(kept.model, derived, words, said), key, block] for key, block, *said in some],
            )


def _made_of(model: Any, derived: list[Any], words: list[Field], said: list[Any]) -> Iterator[str]:
    record = model(**{field.attname: value for field, value in zip(words, said, strict=True)})
    for field in derived:
        yield field.pre_save(record, False)


def _derive(derivation: Derivation, since: int, last: Seal) -> None:
    for seal in Seal.objects.filter(number__gt=since, number__lte=last.number).order_by("number"):
        before = Seal.objects.filter(number=seal.number - 1).values_list("size", flat=True).first() or 0
        owners = sorted(set(derivation.owners(partial(_sealed_rows, before, seal.size))) - {None})
        for some in batched(owners, OWNERS_AT_ONCE):
            _derive_at(derivation, Mark(seal.number, seal.size, seal.at), some)
    for model in derivation.models:
        _note(model._meta.db_table, last)


def _sealed_rows(first: int, end: int, model: Any) -> QuerySet:
    """The rows of the model's history that were sealed at these places."""
    history = model.history.model
    entries = LogEntry.objects.filter(
        table=history._meta.db_table, sealed__position__gte=first, sealed__position__lt=end
    )
    return history.objects.filter(history_id__in=entries.values("history_id"))


def _derive_at(derivation: Derivation, mark: Mark, owners: Sequence[int]) -> None:
    wanted: dict[tuple[int, Any], list[dict[str, Any]]] = {
        (owner, model): [] for owner in owners for model in derivation.models
    }
    with shadowed(connection, mark):
        for owner, model, said in derivation.rows(owners):
            wanted[owner, model].append(said)
    for (owner, model), rows in wanted.items():
        _replace(model, owner, rows, mark.block)


def _replace(model: Any, owner: int, wanted: list[dict[str, Any]], block: int) -> None:
    """End what is not so any more from this block on, begin what is new."""
    states, key = name_of(connection, model._meta.db_table), f'"{model._meta.pk.column}"'
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, AutoField)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    new = {}
    for said in wanted:
        values = [field.get_db_prep_save(said[field.attname], connection) for field in fields]
        new[tuple(map(str, values))] = values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {names} FROM {states} WHERE known_owner = %s AND known_until = {STILL}", [owner])
        ended = [pk for pk, *values in cursor.fetchall() if new.pop(tuple(map(str, values)), None) is None]
        for some in batched(ended, AT_ONCE):
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"UPDATE {states} SET known_until = %s WHERE known_until = {STILL} AND {key} IN ({marks})",
                [block, *some],
            )
        _begin(cursor, states, fields, list(new.values()), [owner, block, STILL])


def _begin(cursor: Any, states: str, fields: list[Field], rows: list[list], held: list[int]) -> None:
    names = [field.column for field in fields] + ["known_owner", "known_from", "known_until"]
    values = [[*row, *held] for row in rows]
    key = fields[0].model._meta.pk
    if key not in fields and rows:
        # Numbers of its own: nothing refers to a derived row.
        cursor.execute(f'SELECT coalesce(max("{key.column}"), 0) FROM {states}')
        last = cursor.fetchone()[0]
        names.append(key.column)
        values = [[*row, last + place] for place, row in enumerate(values, start=1)]
    places = ", ".join(["%s"] * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    for some in batched(values, AT_ONCE):
        cursor.executemany(f"INSERT INTO {states} ({quoted}) VALUES ({places})", some)
