"""How a database of tests is emptied: of its three hundred tables a test writes to a few."""

from typing import Any

from django.core.management import sql
from django.db.backends.base.base import BaseDatabaseWrapper


def statements(
    style: Any, connection: BaseDatabaseWrapper, *, reset_sequences: bool = True, **options: Any
) -> list[str]:
    """What the flush command executes; on PostgreSQL, where a new file is made for each table, of those with rows."""
    if connection.vendor == "sqlite" or reset_sequences:
        return sql.sql_flush(style, connection, reset_sequences=reset_sequences, **options)
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(asked)
        filled = [table for (table,) in cursor.fetchall()]
    # Whoever empties them has put foreign keys aside (past_the_history).
    return [f'DELETE FROM "{table}"' for table in filled]  # noqa: S608
