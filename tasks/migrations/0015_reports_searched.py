"""Reports are found by what they say; ``contains`` without reading every row."""

from django.db import migrations

import smartcity.lib.records.text_fields


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX tasks_progressupdate_search_text_trgm ON tasks_progressupdate USING gin (search_text gin_trgm_ops)"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX tasks_progressupdate_search_text_trgm")


class Migration(migrations.Migration):
    dependencies = [("tasks", "0014_urgings"), ("programme", "0002_search_indexes")]

    operations = [
        migrations.AddField(
            model_name="progressupdate",
            name="search_text",
            field=smartcity.lib.records.text_fields.FoldedField(
                of=("results", "obstacles", "proposals", "next_steps", "objective_cause", "subjective_cause")
            ),
        ),
        migrations.RunPython(add_index, drop_index),
    ]
