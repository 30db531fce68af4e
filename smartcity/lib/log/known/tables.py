"""Where earlier states are kept: beside each table one with all its states, each with the blocks that it held in.

They are derived from the histories and can be made anew at any time. On PostgreSQL they are in a schema of their own,
``known``, beside views that bear the names of the tables themselves: a search path that begins there reads the past.
SQLite has such views for the time of one reading.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field

from smartcity.lib.log.known.derivations import DERIVATIONS, OF_ENTRIES
from smartcity.lib.log.shapes import columns_of
from smartcity.lib.log.tracked import Tracked, tracked_tables

SCHEMA = "known"
STATE = "known_state"
# The end of a state that still holds.
STILL = 2_147_483_647


@dataclass(frozen=True)
class Kept:
    """A table whose earlier states are kept."""

    model: Any
    # Nothing, where the states are derived from those of others.
    tracked: Tracked | None = None

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        return str(self.model._meta.pk.column)

    def fields(self, there: dict[str, str]) -> list[Field]:
        """The columns that the table has in the database now and whose earlier values can be told."""
        return [
            field
            for field in self.model._meta.local_concrete_fields
            if field.column in there and field.column not in self.of_the_present
        ]

    @property
    def of_the_present(self) -> set[str]:
        """What no history has and nothing of it tells: how far the reading of a file has come."""
        if self.tracked is None:
            return set()
        secrets = {secret for secret, _ in self.tracked.digested}
        made = {field.column for field in self.model._meta.local_concrete_fields if hasattr(field, "of")}
        return set(self.tracked.untracked) - secrets - made


@cache
def kept_tables() -> dict[str, Kept]:
    found = {name: Kept(tracked.model, tracked) for name, tracked in tracked_tables().items()}
    for derivation in DERIVATIONS:
        found |= {model._meta.db_table: Kept(model) for model in derivation.models}
    return found


def name_of(connection: BaseDatabaseWrapper, table: str) -> str:
    """The quoted name of the table with the states of ``table``."""
    if connection.vendor == "postgresql":
        return f'{SCHEMA}."states_of_{table}"'
    return f'"known_{table}"'


def state_table(connection: BaseDatabaseWrapper) -> str:
    return f"{SCHEMA}.{STATE}" if connection.vendor == "postgresql" else STATE


@transaction.atomic
def install(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing; what has not the columns of its table any more is made anew, empty."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {state_table(connection)} "
            '("table" varchar(63) PRIMARY KEY, shape varchar(32), block integer, root varchar(64))'
        )
        cursor.execute(f'SELECT "table", shape FROM {state_table(connection)}')
        known = dict(cursor.fetchall())
    there = columns_of(connection, sorted(kept_tables()))
    for table in sorted(known.keys() - there.keys()):
        _drop(connection, table)
    for table, columns in there.items():
        kept = kept_tables()[table]
        shape = _shape(connection, kept, columns)
        if known.get(table) != shape:
            _make(connection, kept, columns, shape)
    if connection.vendor == "postgresql":
        _make_views(connection)


def remove_views(connection: BaseDatabaseWrapper) -> None:
    """While they stand, PostgreSQL lets no column of what they read be changed or dropped."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = %s", [SCHEMA])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP VIEW {SCHEMA}."{name}"')


def empty(connection: BaseDatabaseWrapper, table: str) -> None:
    """Forget all states of ``table``, to derive them anew."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {name_of(connection, table)}")
        cursor.execute(f"""UPDATE {state_table(connection)} SET block = 0, root = '' WHERE "table" = %s""", [table])


def views(connection: BaseDatabaseWrapper, block: str, size: str) -> Iterator[tuple[str, str]]:
    """Each view by its name, and what it selects, at the mark that the SQL ``block`` and ``size`` tell."""
    outside = _outside(connection)
    there = columns_of(connection, sorted(kept_tables()))
    for table, columns in there.items():
        kept = kept_tables()[table]
        names = [f's."{field.column}"' for field in kept.fields(columns)]
        live = f'SELECT live.%s FROM {outside}."{table}" live WHERE live."{kept.key}" = s."{kept.key}"'
        names += [
            f"coalesce(({live % quoted}), {_nothing(connection, kept, name)}) AS {quoted}"
            for name in sorted(kept.of_the_present)
            if (quoted := f'"{name}"')
        ]
        states = f"FROM {name_of(connection, table)} s WHERE s.known_from <= {block} AND s.known_until > {block}"
        yield table, f"SELECT {', '.join(names)} {states}"
        if tracked := tracked_tables().get(table):
            yield tracked.history, _known_rows(outside, tracked.history, size)

    for model, named in OF_ENTRIES.items():
        told = f'{outside}."{model._meta.db_table}" t'
        place = f"SELECT 1 FROM {outside}.smartcity_sealedentry s WHERE s.entry_id = t.{named} AND s.position < {size}"
        yield model._meta.db_table, f"SELECT t.* FROM {told} WHERE EXISTS ({place})"

    yield from _log(outside, block, size)


def _nothing(connection: BaseDatabaseWrapper, kept: Kept, column: str) -> str:
    """What is shown of the present where the record is there no more."""
    field = next(field for field in kept.model._meta.local_concrete_fields if field.column == column)
    kind = field.get_internal_type()
    empty_bytes = "X''" if connection.vendor == "sqlite" else "''"
    found = {"JSONField": "'[]'", "BinaryField": empty_bytes, "PositiveIntegerField": "0"}.get(kind, "''")
    return "NULL" if field.null else found


def _log(outside: str, block: str, size: str) -> Iterator[tuple[str, str]]:
    """The log and its seals, as far as they went."""
    yield "smartcity_seal", f"SELECT b.* FROM {outside}.smartcity_seal b WHERE b.number <= {block}"
    yield "smartcity_sealedentry", f"SELECT s.* FROM {outside}.smartcity_sealedentry s WHERE s.position < {size}"
    place = f"SELECT 1 FROM {outside}.smartcity_sealedentry s WHERE s.entry_id = l.number AND s.position < {size}"
    yield "smartcity_logentry", f"SELECT l.* FROM {outside}.smartcity_logentry l WHERE EXISTS ({place})"


def _known_rows(schema: str, history: str, size: str) -> str:
    return (
        f'SELECT h.* FROM {schema}."{history}" h WHERE EXISTS (SELECT 1 FROM {schema}.smartcity_logentry l '
        f"JOIN {schema}.smartcity_sealedentry s ON s.entry_id = l.number "
        f"""WHERE l."table" = '{history}' AND l.history_id = h.history_id AND s.position < {size})"""
    )


def _make_views(connection: BaseDatabaseWrapper) -> None:
    block = "current_setting('smartcity.known_block')::integer"
    size = "current_setting('smartcity.known_size')::bigint"
    wanted = dict(views(connection, block, size))
    with connection.cursor() as cursor:
        cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = %s", [SCHEMA])
        # Before tables change, all are taken off.
        if {name for (name,) in cursor.fetchall()} == wanted.keys():
            return
        remove_views(connection)
        for name, selected in wanted.items():
            cursor.execute(f'CREATE VIEW {SCHEMA}."{name}" AS {selected}')


def _outside(connection: BaseDatabaseWrapper) -> str:
    """Where the tables themselves are."""
    if connection.vendor == "sqlite":
        return "main"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return f'"{cursor.fetchone()[0]}"'


def _shape(connection: BaseDatabaseWrapper, kept: Kept, columns: dict[str, str]) -> str:
    said = [_column(connection, field) for field in kept.fields(columns)]
    return sha256("; ".join([kept.table, *said]).encode()).hexdigest()[:32]


def _column(connection: BaseDatabaseWrapper, field: Field) -> str:
    described = field.db_parameters(connection)
    collation = described.get("collation")
    collated = connection.ops.quote_name(collation) if collation else ""
    return f'"{field.column}" {described["type"]}' + (f" COLLATE {collated}" if collated else "")


def _drop(connection: BaseDatabaseWrapper, table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'DROP VIEW IF EXISTS {SCHEMA}."{table}"')
        cursor.execute(f"DROP TABLE IF EXISTS {name_of(connection, table)}")
        cursor.execute(f'DELETE FROM {state_table(connection)} WHERE "table" = %s', [table])


def _make(connection: BaseDatabaseWrapper, kept: Kept, columns: dict[str, str], shape: str) -> None:
    _drop(connection, kept.table)
    fields = kept.fields(columns)
    held = ["known_from integer NOT NULL", "known_until integer NOT NULL"]
    # Of what is derived, of what it is.
    held += [] if kept.tracked else ["known_owner bigint NOT NULL"]
    declared = ", ".join([*(_column(connection, field) for field in fields), *held])
    name = name_of(connection, kept.table)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} ({declared})")
        for number, indexed in enumerate(_indexes(connection, kept, {str(field.column) for field in fields})):
            index = f'"known_{sha256(kept.table.encode()).hexdigest()[:12]}_{number}"'
            cursor.execute(f"CREATE INDEX {index} ON {name} {indexed}")
        cursor.execute(f"INSERT INTO {state_table(connection)} VALUES (%s, %s, 0, '')", [kept.table, shape])


def _indexes(connection: BaseDatabaseWrapper, kept: Kept, there: set[str]) -> Iterator[str]:
    """What the table itself is found by, and the states of one record."""
    yield f'("{kept.key}", known_from)'
    yield "(known_until)" if kept.tracked else "(known_owner, known_until)"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT substring(pg_get_indexdef(indexrelid) FROM 'USING .*$'), ARRAY(SELECT attname::text "
                "FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey)) FROM pg_index "
                "WHERE indrelid = %s::regclass AND NOT indisprimary",
                [f'"{kept.table}"'],
            )
            yield from (found for found, of in cursor.fetchall() if set(of) <= there)
            return
        cursor.execute(
            "SELECT l.name, i.name FROM pragma_index_list(%s) l, pragma_index_info(l.name) i ORDER BY l.name, i.seqno",
            [kept.table],
        )
        for _, parts in groupby(cursor.fetchall(), key=itemgetter(0)):
            of = [column for _, column in parts]
            # What is no column is an expression, which has no name.
            if set(of) <= there:
                yield f"({', '.join(map('"{}"'.format, of))})"
