"""Databases are found by name; ``contains`` without reading every row."""

from django.db import migrations

import smartcity.lib.records.text_fields


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX tasks_dataset_search_text_trgm ON tasks_dataset USING gin (search_text gin_trgm_ops)")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX tasks_dataset_search_text_trgm")


class Migration(migrations.Migration):
    dependencies = [("tasks", "0011_fill_paid_days"), ("programme", "0002_search_indexes")]

    operations = [
        migrations.AddField(
            model_name="dataset",
            name="search_text",
            field=smartcity.lib.records.text_fields.FoldedField(of=("name",)),
        ),
        migrations.RunPython(add_index, drop_index),
    ]
