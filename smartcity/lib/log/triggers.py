"""Seeing that the database guards histories, log and records: what is missing or otherwise is made, or named."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import UniqueConstraint

from smartcity.lib.log import postgresql_triggers, sqlite_triggers
from smartcity.lib.log.models import KEPT
from smartcity.lib.log.reconstruction import reconstruct
from smartcity.lib.log.shapes import keep_shapes, shapes_now
from smartcity.lib.log.tracked import tracked_tables


def install(connection: BaseDatabaseWrapper) -> None:
    """Make what guards the tables as they are now; costs a few questions where all is there."""
    now = shapes_now(connection)
    keep_shapes(now)
    reconstruct(connection, now)
    shapes = {table: shape.digest for table, shape in now.items()}
    if connection.vendor == "sqlite":
        _install_on_sqlite(connection, shapes)
    else:
        _install_on_postgresql(connection, shapes)


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers and functions that are missing, switched off or not as they should be."""
    shapes = {table: shape.digest for table, shape in shapes_now(connection).items()}
    if connection.vendor == "sqlite":
        wanted, there = _wanted_on_sqlite(connection, shapes), _there_on_sqlite(connection)
        return sorted(name for name, sql in wanted.items() if there.get(name) != sql)
    there_now = _there_on_postgresql(connection)
    wrong = [
        one.name
        for one in _wanted_on_postgresql(connection, shapes)
        if there_now.get(one.name) != _as_in_catalogue(one)
    ]
    functions, schema = _functions_there(connection), _schema(connection)
    wrong += [name for name in postgresql_triggers.FUNCTIONS if functions.get(name) != _function_wanted(name, schema)]
    if _is_silenced(connection):
        wrong.append("session_replication_role")
    return sorted(wrong)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off while tables are made anew; SQLite alone has to."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in _there_on_sqlite(connection):
                cursor.execute(f'DROP TRIGGER "{name}"')


def uninstall(connection: BaseDatabaseWrapper) -> None:
    """Take all of it off: the release before the log writes its histories with numbers of its own."""
    remove(connection)
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name, (table, function, *_) in _there_on_postgresql(connection).items():
            if function in postgresql_triggers.FUNCTIONS:
                cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
        cursor.execute(f"DROP SEQUENCE IF EXISTS {postgresql_triggers.SEQUENCE}")
        for table in shapes_now(connection):
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'history_id'), "
                f'(SELECT coalesce(max(history_id), 0) + 1 FROM "{table}"), false)',
                [table],
            )


def _pruned_tables(connection: BaseDatabaseWrapper) -> list[tuple[Any, int]]:
    """Of which old rows may go, and how many days they have to be old: what says ``KEPT_FOR``, where it is there."""
    found = [model for model in apps.get_models() if hasattr(model, "KEPT_FOR")]
    there = connection.introspection.table_names() if found else []
    return [(model, model.KEPT_FOR.days) for model in found if model._meta.db_table in there]


def _wanted_on_sqlite(connection: BaseDatabaseWrapper, shapes: dict[str, str]) -> dict[str, str]:
    found: list[tuple[str, str]] = []
    for tracked in tracked_tables().values():
        if tracked.history in shapes:
            found += sqlite_triggers.history(tracked.history, tracked.key, shapes[tracked.history])
    for model in KEPT:
        found += sqlite_triggers.append_only(model._meta.db_table, *_keys_of(model))
    for model, days in _pruned_tables(connection):
        found += sqlite_triggers.pruned(model._meta.db_table, days, *_keys_of(model))
    return {name: f'CREATE TRIGGER "{name}" {body}' for name, body in found}


def _keys_of(model: Any) -> list[tuple[str, ...]]:
    """The columns of each of its keys: no two rows have the same in all of them."""
    keys: list[tuple[str, ...]] = [(field.column,) for field in model._meta.local_concrete_fields if field.unique]
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            keys.append(tuple(model._meta.get_field(name).column for name in constraint.fields))
    return keys


def _there_on_sqlite(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _install_on_sqlite(connection: BaseDatabaseWrapper, shapes: dict[str, str]) -> None:
    wanted, there = _wanted_on_sqlite(connection, shapes), _there_on_sqlite(connection)
    with connection.cursor() as cursor:
        for name, sql in wanted.items():
            if there.get(name) == sql:
                continue
            with transaction.atomic(connection.alias):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
                cursor.execute(sql)


def _wanted_on_postgresql(
    connection: BaseDatabaseWrapper, shapes: dict[str, str]
) -> Iterator[postgresql_triggers.Trigger]:
    for tracked in tracked_tables().values():
        if tracked.history in shapes:
            yield from postgresql_triggers.history(tracked.history, shapes[tracked.history])
            yield from postgresql_triggers.live(tracked)
    for model in KEPT:
        yield from postgresql_triggers.append_only(model._meta.db_table)
    for model, days in _pruned_tables(connection):
        yield from postgresql_triggers.pruned(model._meta.db_table, days)


def _as_in_catalogue(trigger: postgresql_triggers.Trigger) -> tuple:
    # For every row and column, whatever they hold.
    is_limited = False
    return (trigger.table, trigger.function, trigger.kind, trigger.arguments, trigger.is_deferred, "O", is_limited)


def _there_on_postgresql(connection: BaseDatabaseWrapper) -> dict[str, tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname, p.proname, t.tgtype, t.tgargs, t.tginitdeferred, t.tgenabled::text, "
            "t.tgqual IS NOT NULL OR t.tgattr::text <> '' "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
        return {
            name: (table, function, kind, tuple(bytes(arguments).decode().split("\0")[:-1]), *others)
            for name, table, function, kind, arguments, *others in cursor.fetchall()
        }


def _functions_there(connection: BaseDatabaseWrapper) -> dict[str, tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc, prosecdef, proconfig, "
            "has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc "
            "WHERE pronamespace = current_schema()::regnamespace"
        )
        return {name: tuple(others) for name, *others in cursor.fetchall()}


def _function_wanted(name: str, schema: str) -> tuple:
    body, is_definer = postgresql_triggers.FUNCTIONS[name]
    is_open = False
    return body, is_definer, [f"search_path={schema}, pg_temp"] if is_definer else None, is_open


def _schema(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return cursor.fetchone()[0]


def _is_silenced(connection: BaseDatabaseWrapper) -> bool:
    """Whether a setting of server, database or role keeps all triggers from being asked."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        return cursor.fetchone()[0] == "replica"


def _install_on_postgresql(connection: BaseDatabaseWrapper, shapes: dict[str, str]) -> None:
    there, functions, schema = _there_on_postgresql(connection), _functions_there(connection), _schema(connection)
    with connection.cursor() as cursor:
        _install_sequence(cursor, shapes)
        for name in postgresql_triggers.FUNCTIONS:
            if functions.get(name) != _function_wanted(name, schema):
                cursor.execute(postgresql_triggers.function_sql(name, schema), None)
        for trigger in _wanted_on_postgresql(connection, shapes):
            if there.get(trigger.name) == _as_in_catalogue(trigger):
                continue
            # Others may be writing: at no moment is the table without it.
            with transaction.atomic(connection.alias):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger.name}" ON "{trigger.table}"')
                cursor.execute(trigger.sql)


def _install_sequence(cursor, shapes: dict[str, str]) -> None:
    """One for all histories, from above what they have."""
    cursor.execute("SELECT to_regclass(%s)", [postgresql_triggers.SEQUENCE])
    if cursor.fetchone()[0] is None:
        last = [f'(SELECT max(history_id) FROM "{table}")' for table in shapes]
        cursor.execute(f"SELECT coalesce(greatest({', '.join(last)}), 0) + 1" if last else "SELECT 1")
        cursor.execute(f"CREATE SEQUENCE {postgresql_triggers.SEQUENCE} START {cursor.fetchone()[0]}")
