"""Columns of histories that a migration renames or drops, noted in it: what is sealed is read by their names."""

from contextlib import nullcontext
from copy import copy
from functools import partial
from itertools import batched
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import (
    AddField,
    AlterField,
    AlterModelTable,
    CreateModel,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field, Max, Model

from smartcity.lib.log.guard import UnrecordedWrite, recorded
from smartcity.lib.log.models import ColumnChange, DroppedValue, LogEntry
from smartcity.lib.log.shapes import columns_of, kind_of
from smartcity.lib.log.tracked import tracked_tables
from smartcity.lib.log.values import read_values
from smartcity.lib.seal.canonical import canonical_value

AT_ONCE = 2_000
OF_COLUMNS = (AddField, AlterField, RemoveField, RenameField)
OF_TABLES = (AlterModelTable, CreateModel, DeleteModel, RenameModel)


class HistoryStays(Exception):
    """A migration would remove or rename the table of a history; what is sealed is read from it."""


def log_is_there(connection: BaseDatabaseWrapper) -> bool:
    return LogEntry._meta.db_table in connection.introspection.table_names()


def noting(operation: Operation) -> Operation:
    """The same, which before it runs writes down what it is about to rename, and all values of what it drops."""
    if isinstance(operation, SeparateDatabaseAndState):
        noted: Any = copy(operation)
        noted.database_operations = [noting(one) for one in operation.database_operations]
        return noted
    if not isinstance(operation, OF_COLUMNS + OF_TABLES):
        return operation
    noted = copy(operation)
    noted.database_forwards = partial(_run, operation, False)
    noted.database_backwards = partial(_run, operation, True)
    return noted


def _run(
    operation: Any,
    is_backwards: bool,
    app_label: str,
    schema_editor: BaseDatabaseSchemaEditor,
    from_state: ProjectState,
    to_state: ProjectState,
) -> None:
    names = _names(operation)
    before, after = reversed(names) if is_backwards else names
    old, new = _model(from_state, app_label, before), _model(to_state, app_label, after)
    connection = schema_editor.connection
    if old is not None and log_is_there(connection) and LogEntry.objects.filter(table=old._meta.db_table).exists():
        if new is None or new._meta.db_table != old._meta.db_table:
            raise HistoryStays(
                f"{old._meta.db_table}: a history keeps its table and its name (SeparateDatabaseAndState)."
            )
        if isinstance(operation, OF_COLUMNS):
            _note(connection, old, new, _renamed(operation, is_backwards))
    if isinstance(operation, AlterField) and old is not None and new is not None:
        _refuse_to_fill(connection, _fields(old)[operation.name], _fields(new)[operation.name])
    run = operation.database_backwards if is_backwards else operation.database_forwards
    # What is empty has just been refused: an UPDATE that Django adds finds nothing.
    with recorded() if isinstance(operation, AlterField) else nullcontext():
        run(app_label, schema_editor, from_state, to_state)


def _refuse_to_fill(connection: BaseDatabaseWrapper, old: Field, new: Field) -> None:
    """A column that may not be empty any more gets its default where it was: nobody would have signed that."""
    table, column = old.model._meta.db_table, connection.ops.quote_name(str(old.column))
    histories = {tracked.history for tracked in tracked_tables().values()}
    if new.null or not old.null or not (table in histories or table in tracked_tables()):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)} WHERE {column} IS NULL")
        (empty,) = cursor.fetchone()
    if empty and table in histories:
        raise HistoryStays(f"{table}.{old.column}: empty in {empty} rows. It stays null=True in a history.")
    if empty:
        raise UnrecordedWrite(f"{table}.{old.column}: empty in {empty} rows. Fill them with signed_migration first.")


def _names(operation: Any) -> tuple[str, str]:
    """What the model is called before it and after it."""
    if isinstance(operation, RenameModel):
        return operation.old_name, operation.new_name
    name = operation.model_name if isinstance(operation, OF_COLUMNS) else operation.name
    return name, name


def _model(state: ProjectState, app_label: str, name: str) -> type[Model] | None:
    try:
        return state.apps.get_model(app_label, name)
    except LookupError:
        return None


def _fields(model: type[Model]) -> dict[str, Field]:
    return {field.name: field for field in model._meta.local_concrete_fields}


def _renamed(operation: Operation, is_backwards: bool) -> dict[str, str]:
    if not isinstance(operation, RenameField):
        return {}
    names = (operation.old_name, operation.new_name)
    old, new = reversed(names) if is_backwards else names
    return {old: new}


def _note(connection: BaseDatabaseWrapper, old: type[Model], new: type[Model], renamed: dict[str, str]) -> None:
    table, after = old._meta.db_table, _fields(new)
    for name, field in _fields(old).items():
        later = after.get(renamed.get(name, name))
        if later is None or _kind(connection, later) != _kind(connection, field):
            _note_one(connection, table, str(field.column), "")
        elif later.column != field.column:
            _note_one(connection, table, str(field.column), str(later.column))


def _kind(connection: BaseDatabaseWrapper, field: Field) -> str | None:
    return kind_of(field.db_type(connection) or "")


def _note_one(connection: BaseDatabaseWrapper, table: str, column: str, renamed_to: str) -> None:
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        # Whoever writes to it now comes before, and is in the log already; all others come after.
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(table)} IN ACCESS EXCLUSIVE MODE")
    upto = LogEntry.objects.aggregate(last=Max("number"))["last"]
    if upto is None:
        return
    change = ColumnChange.objects.create(table=table, column=column, renamed_to=renamed_to, upto=upto)
    if not renamed_to:
        _keep_values(connection, change)


def _keep_values(connection: BaseDatabaseWrapper, change: ColumnChange) -> None:
    """Spelled as they are hashed."""
    kind = kind_of(columns_of(connection, [change.table])[change.table][change.column]) or "text"
    rows = read_values(connection, change.table, {"history_id": "int", change.column: kind})
    for some in batched(rows, AT_ONCE):
        DroppedValue.objects.bulk_create(
            DroppedValue(
                change=change, history_id=row["history_id"], value=canonical_value(row[change.column], change.column)
            )
            for row in some
        )
