"""Reading tables by their own names as they were at a mark. Nothing of it stays behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.known.marks import Mark
from smartcity.lib.log.known.tables import SCHEMA, views


@contextmanager
def shadowed(connection: BaseDatabaseWrapper, mark: Mark) -> Iterator[None]:
    """Inside, every statement reads what was known at ``mark``, and may not write.

    It is a transaction, or part of one, that is always rolled back, never released: what it switched goes with it.
    """
    mode = getattr(connection, "transaction_mode", None)
    groups = connection.features.allows_group_by_selected_pks
    # On SQLite whoever only reads keeps no writer waiting.
    _begin_as(connection, mode and "DEFERRED")
    # A view has no key by which the database could tell the other columns.
    connection.features.allows_group_by_selected_pks = False
    try:
        with transaction.atomic(using=connection.alias):
            _begin_as(connection, mode)
            was_read_only = _is_read_only(connection)
            _read_only(connection, False)
            _switch(connection, mark)
            try:
                yield
            finally:
                _read_only(connection, was_read_only)
                transaction.set_rollback(True, using=connection.alias)
    finally:
        connection.features.allows_group_by_selected_pks = groups


def _begin_as(connection: BaseDatabaseWrapper, mode: str | None) -> None:
    """How the next transaction begins; SQLite alone tells ways apart."""
    if connection.vendor == "sqlite":
        setattr(connection, "transaction_mode", mode)  # noqa: B010


def _switch(connection: BaseDatabaseWrapper, mark: Mark) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, selected in views(connection, str(mark.block), str(mark.size)):
                cursor.execute(f'DROP VIEW IF EXISTS temp."{name}"')
                cursor.execute(f'CREATE TEMP VIEW "{name}" AS {selected}')
        else:
            cursor.execute(
                "SELECT set_config('smartcity.known_block', %s, true), set_config('smartcity.known_size', %s, true), "
                f"set_config('search_path', '{SCHEMA}, ' || current_setting('search_path'), true)",
                [str(mark.block), str(mark.size)],
            )
    _read_only(connection, True)


def _is_read_only(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "sqlite" and bool(connection.connection.execute("PRAGMA query_only").fetchone()[0])


def _read_only(connection: BaseDatabaseWrapper, is_so: bool) -> None:
    """On PostgreSQL it ends with the transaction, or with what is rolled back of it."""
    if connection.vendor == "sqlite":
        # Past Django, which lets nothing be asked in a transaction in which something failed.
        connection.connection.execute(f"PRAGMA query_only = {'ON' if is_so else 'OFF'}")
    elif is_so:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
