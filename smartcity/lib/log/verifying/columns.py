"""Whether a history shows what is sealed, in a column that is said to have been renamed or dropped and is there."""

from collections.abc import Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.leaves import known_shapes
from smartcity.lib.log.models import ColumnChange, LogEntry
from smartcity.lib.log.shapes import Shape, shapes_now
from smartcity.lib.log.values import read_values, unreadable_at
from smartcity.lib.log.verifying.faults import Fault
from smartcity.lib.seal.canonical import canonical_value

OF_THESE = 'WHERE history_id IN (SELECT l.history_id FROM smartcity_logentry l WHERE l."table" = %s AND l.number <= %s)'


def column_faults(connection: BaseDatabaseWrapper) -> Iterator[Fault]:
    """A column that came back has one value in all rows from before it went; with several, each is the sealed one."""
    now, known = shapes_now(connection), known_shapes(connection)
    for change in ColumnChange.objects.order_by("pk"):
        columns = now[change.table].columns if change.table in now else {}
        # One of another kind holds what was made of the values.
        if change.column not in columns or columns[change.column] not in _kinds_then(change, known):
            continue
        try:
            yield from _shown_otherwise(connection, change, columns)
        except ValueError:
            yield Fault(change.table, change.column, unreadable_at(change.column))


def _shown_otherwise(connection: BaseDatabaseWrapper, change: ColumnChange, columns: dict[str, str]) -> Iterator[Fault]:
    shown = _values(connection, change, change.column, columns)
    if len(set(shown.values())) < 2:
        return
    sealed = _values(connection, change, change.renamed_to, columns) if change.renamed_to else _dropped(change)
    what = f"cột {change.column} không còn giá trị như khi niêm phong: đã bị sửa"
    for key, value in shown.items():
        if key not in sealed or sealed[key] != value:
            yield Fault(change.table, str(key), what)


def _kinds_then(change: ColumnChange, known: dict[str, Shape]) -> set[str | None]:
    digests = LogEntry.objects.filter(table=change.table, number__lte=change.upto).values_list("shape", flat=True)
    return {known[digest].columns.get(change.column) for digest in digests.distinct() if digest in known}


def _values(
    connection: BaseDatabaseWrapper, change: ColumnChange, name: str, columns: dict[str, str]
) -> dict[int, Any]:
    if name not in columns:
        return {}
    read = {"history_id": "int", name: columns[name]}
    rows = read_values(connection, change.table, read, OF_THESE, [change.table, change.upto])
    return {row["history_id"]: canonical_value(row[name]) for row in rows}


def _dropped(change: ColumnChange) -> dict[int, Any]:
    return dict(change.values.values_list("history_id", "value"))  # type: ignore[attr-defined]
