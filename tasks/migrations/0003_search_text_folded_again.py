"""Tasks are found with i for y, and without apostrophes."""

from django.db import migrations

from smartcity.lib.records.refolding import refold


def fold_again(apps, schema_editor):
    refold(apps.get_model("tasks", "PlannedTask"), lambda planned: f"{planned.name} {planned.field}")


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_search_indexes")]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop)]
