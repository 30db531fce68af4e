"""The texts of the reports that are there already."""

from django.db import migrations

from smartcity.lib.records.refolding import refold

TEXTS = ["results", "obstacles", "proposals", "next_steps", "objective_cause", "subjective_cause"]


def fold_texts(apps, schema_editor):
    refold(
        apps.get_model("tasks", "ProgressUpdate"),
        lambda report: " ".join(getattr(report, name) for name in TEXTS),
    )


class Migration(migrations.Migration):
    dependencies = [("tasks", "0015_reports_searched")]

    operations = [migrations.RunPython(fold_texts, migrations.RunPython.noop)]
