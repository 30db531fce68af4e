"""Columns of histories that are about to be renamed or dropped: what is sealed is read by their names."""

import json
from collections.abc import Iterator
from itertools import batched
from typing import NamedTuple

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import AddField, Migration, RemoveField, RenameField
from django.db.models import Max

from smartcity.lib.log.models import ColumnChange, DroppedValue, LogEntry
from smartcity.lib.log.shapes import Shape, shapes_now
from smartcity.lib.log.values import read_values
from smartcity.lib.seal.canonical import canonical_bytes

AT_ONCE = 2_000


class Change(NamedTuple):
    shape: Shape
    column: str
    renamed_to: str = ""


def keep_changed_columns(connection: BaseDatabaseWrapper, plan: list[tuple[Migration, bool]]) -> None:
    """Write down what the migrations of ``plan`` will rename, and all values of what they will drop."""
    upto = LogEntry.objects.aggregate(last=Max("number"))["last"]
    if upto is None:
        return
    shapes = shapes_now(connection)
    for migration, is_backwards in plan:
        for change in _changes(migration, is_backwards, shapes):
            if not change.renamed_to:
                _keep_values(connection, change)
            ColumnChange.objects.create(
                table=change.shape.table, column=change.column, renamed_to=change.renamed_to, upto=upto
            )


def _changes(migration: Migration, is_backwards: bool, shapes: dict[str, Shape]) -> Iterator[Change]:
    for operation in migration.operations:
        is_dropped = isinstance(operation, AddField if is_backwards else RemoveField)
        if not is_dropped and not isinstance(operation, RenameField):
            continue
        shape = shapes.get(_table_of(migration.app_label, operation.model_name))  # type: ignore[attr-defined]
        if shape is None:
            continue
        if isinstance(operation, RenameField):
            names = [operation.old_name, operation.new_name]
            before, after = reversed(names) if is_backwards else names
        else:
            before, after = operation.name, ""  # type: ignore[attr-defined]
        for suffix in ("", "_id"):
            if f"{before}{suffix}" in shape.columns:
                yield Change(shape, f"{before}{suffix}", f"{after}{suffix}" if after else "")


def _table_of(app_label: str, model_name: str) -> str:
    try:
        return apps.get_model(app_label, model_name)._meta.db_table
    except LookupError:
        return f"{app_label}_{model_name}".lower()


def _keep_values(connection: BaseDatabaseWrapper, change: Change) -> None:
    kind = change.shape.columns[change.column]
    rows = read_values(connection, change.shape.table, {"history_id": "int", change.column: kind})
    for some in batched(rows, AT_ONCE):
        DroppedValue.objects.bulk_create(
            DroppedValue(
                table=change.shape.table,
                column=change.column,
                history_id=row["history_id"],
                value=json.loads(canonical_bytes({"value": row[change.column]}))["value"],
            )
            for row in some
        )
