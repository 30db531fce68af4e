"""An index of the days that each row covers: which rows a past day has, of all programmes, without reading the rest."""

from django.db import migrations


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE INDEX task_day_by_span ON tasks_taskday USING gist (daterange(since, until))")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX task_day_by_span")


class Migration(migrations.Migration):
    dependencies = [("tasks", "0007_fill_proposed_moves")]

    operations = [migrations.RunPython(add_index, drop_index)]
