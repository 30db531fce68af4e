"""The names of the databases that are there already."""

from django.db import migrations

from smartcity.lib.records.refolding import refold


def fold_names(apps, schema_editor):
    refold(apps.get_model("tasks", "Dataset"), lambda dataset: dataset.name)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0012_datasets_searched")]

    operations = [migrations.RunPython(fold_names, migrations.RunPython.noop)]
