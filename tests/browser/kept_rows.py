"""Rows that many tests begin with: loaded once, then given back as they were, in a fraction of the time.

Tests in a real browser cannot be undone by rolling back: the server has connections of its own. PostgreSQL only.
"""

from io import BytesIO

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

# What the emptied database makes again by itself.
MADE_BY_DJANGO = {"django_migrations", "django_content_type", "auth_permission"}


def keep() -> dict[str, bytes]:
    """Every row of every table, by the table's name."""
    kept = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - MADE_BY_DJANGO):
            rows = BytesIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
            if rows.tell():
                kept[table] = rows.getvalue()
    return kept


def give_back(kept: dict[str, bytes]) -> None:
    """Fill the emptied tables again. Keys are compared when all is there, in whatever order they come."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in kept.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', BytesIO(rows))
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)
