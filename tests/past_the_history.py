"""Writing as nobody may: to prepare what old versions left, or what somebody with the database in their hands does."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from smartcity.lib.log.guard import recorded


@contextmanager
def past_the_history() -> Iterator[None]:
    """Inside, neither Python nor the database asks for a history, and histories can be changed like any table."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with recorded(), _without_triggers(connection.connection):
            yield
        return
    with recorded(), transaction.atomic(), connection.cursor() as cursor:
        # What was written before is compared with its history now: at the end it would be no longer what it was.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        # When it is rolled back, this is too.
        cursor.execute("SET LOCAL session_replication_role = origin")


@contextmanager
def _without_triggers(raw: sqlite3.Connection) -> Iterator[None]:
    raw.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
    try:
        yield
    finally:
        raw.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, True)
