"""Trigram indexes for the search boxes: ``contains`` on folded text without reading every row."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

COLUMNS = [("programme_agency", "search_text"), ("programme_legaldocument", "search_text"), ("programme_revision", "search_text")]


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
    dependencies = [("programme", "0001_initial")]

    operations = [TrigramExtension(), migrations.RunPython(add_indexes, drop_indexes)]
