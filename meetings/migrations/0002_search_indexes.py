"""Trigram indexes for the search boxes: ``contains`` on folded text without reading every row."""

from django.db import migrations

COLUMNS = [
    ("meetings_meeting", "search_text"),
    ("meetings_directive", "search_text"),
    ("meetings_finding", "search_text"),
]


def add_indexes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in COLUMNS:
        schema_editor.execute(f"CREATE INDEX {table}_{column}_trgm ON {table} USING gin ({column} gin_trgm_ops)")


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in COLUMNS:
        schema_editor.execute(f"DROP INDEX {table}_{column}_trgm")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("programme", "0002_search_indexes")]

    operations = [migrations.RunPython(add_indexes, drop_indexes)]
