"""Rows that many tests begin with: loaded once a worker, then given back as they were, in a fraction of the time.

Rolling back cannot do it: each module begins with other rows, and a server under test has connections of its own.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from tests.past_the_history import past_the_history

# What the emptied database makes again by itself.
MADE_BY_ITSELF = {"django_migrations", "django_content_type", "auth_permission", "smartcity_recordshape", "known_state"}


def fill(kept: dict[str, Any], load: Callable[[], None]) -> None:
    """Fill the empty tables: with ``load`` and keep what it made, or with what was kept."""
    with transaction.atomic():
        if not kept:
            load()
            kept.update(_keep())
        else:
            # With their histories and their log, as these were.
            with past_the_history():
                _give_back(kept)
        # Once for all who begin with these rows: asked within a test, it is undone with the test and asked again.
        connection.check_constraints()


def _give_back(kept: dict[str, Any]) -> None:
    if connection.vendor == "sqlite":
        _give_back_to_sqlite(kept)
    else:
        _give_back_to_postgresql(kept)


def _keep() -> dict[str, Any]:
    """Every row of every table, by the table's name."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - MADE_BY_ITSELF)
        kept = {table: _rows_of(cursor, table) for table in tables}
    return {table: rows for table, rows in kept.items() if rows}


def _rows_of(cursor, table: str) -> Any:
    if connection.vendor == "sqlite":
        columns = connection.introspection.get_table_description(cursor, table)
        # With the sign a column is an expression, which is read as it is stored.
        as_stored = ", ".join(f'+"{column.name}"' for column in columns)
        return cursor.connection.execute(f'SELECT {as_stored} FROM "{table}"').fetchall()  # noqa: S608
    rows = BytesIO()
    cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
    return rows.getvalue()


def _give_back_to_sqlite(kept: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for table, rows in kept.items():
            places = ", ".join("?" * len(rows[0]))
            cursor.connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608


def _give_back_to_postgresql(kept: dict[str, Any]) -> None:
    """Keys are compared when all is there, in whatever order they come."""
    with connection.cursor() as cursor:
        for table, rows in kept.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', BytesIO(rows))
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)
