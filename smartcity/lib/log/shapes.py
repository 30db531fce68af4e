"""What the histories look like in the database at this moment, and what of that is new.

What is sealed is read by the shape that its table had when it was written, whatever columns come, go or are renamed
later.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.models import RecordShape
from smartcity.lib.log.tracked import tracked_tables

# By what the databases call the type, without what is in brackets.
KINDS = {
    "bigint": "int",
    "integer": "int",
    "smallint": "int",
    "integer unsigned": "int",
    "smallint unsigned": "int",
    "bigint unsigned": "int",
    "bool": "bool",
    "boolean": "bool",
    "character varying": "text",
    "varchar": "text",
    "text": "text",
    "character": "text",
    "char": "uuid",
    "uuid": "uuid",
    "date": "date",
    "datetime": "datetime",
    "timestamp with time zone": "datetime",
    "time": "time",
    "time without time zone": "time",
    "decimal": "decimal",
    "numeric": "decimal",
    "real": "float",
    "double precision": "float",
    "jsonb": "json",
}


@dataclass(frozen=True)
class Shape:
    table: str
    columns: dict[str, str]
    personal: tuple[str, ...]

    @cached_property
    def digest(self) -> str:
        said = [self.table, sorted(self.columns.items()), list(self.personal)]
        return sha256(json.dumps(said).encode()).hexdigest()[:32]


def shapes_now(connection: BaseDatabaseWrapper) -> dict[str, Shape]:
    """The shape of each history that is there, by the name of its table."""
    histories = {tracked.history: tracked for tracked in tracked_tables().values()}
    found = {}
    for table, declared in columns_of(connection, sorted(histories)).items():
        columns = {column: _kind(table, column, kind) for column, kind in declared.items()}
        personal = tuple(name for name in histories[table].personal if name in columns)
        found[table] = Shape(table, columns, personal)
    return found


def columns_of(connection: BaseDatabaseWrapper, tables: list[str]) -> dict[str, dict[str, str]]:
    """The columns of each of these tables that is there, and the type that each was declared with."""
    found: dict[str, dict[str, str]] = {}
    for table, column, declared in _columns(connection, tables):
        found.setdefault(table, {})[column] = declared
    return found


def kind_of(declared: str) -> str | None:
    return KINDS.get(declared.partition("(")[0].strip().lower())


def keep_shapes(shapes: dict[str, Shape]) -> None:
    """See that each shape is known to the log."""
    known = set(RecordShape.objects.values_list("digest", flat=True))
    RecordShape.objects.bulk_create(
        [
            RecordShape(digest=digest, table=shape.table, columns=shape.columns, personal=shape.personal)
            for shape in shapes.values()
            if (digest := shape.digest) not in known
        ]
    )


def _kind(table: str, column: str, declared: str) -> str:
    kind = kind_of(declared)
    if kind is None:
        raise ImproperlyConfigured(f"{table}.{column}: what is sealed cannot be read from a column of type {declared}")
    return kind


def _columns(connection: BaseDatabaseWrapper, tables: list[str]) -> Iterator[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(tables))
            cursor.execute(
                "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c "
                f"WHERE m.type = 'table' AND m.name IN ({places})",
                tables,
            )
        else:
            cursor.execute(
                "SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a "
                "JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = current_schema()::regnamespace "
                "AND c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped",
                [tables],
            )
        yield from cursor.fetchall()
