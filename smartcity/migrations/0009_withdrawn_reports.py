"""The timeline of a database in which a report was taken back is derived anew: what was then drafted was told to all.

What is derived is emptied here, and filled by what follows ``migrate``, from the log and the histories.
"""

from django.db import migrations
from django.db.models import Exists, OuterRef

DERIVED = ("LoggedChange", "ChangedFields", "LoggedDay", "CaughtUp")


def derive_anew(apps, schema_editor):
    reports = apps.get_model("tasks", "HistoricalProgressUpdate").objects
    sent = reports.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).exclude(state="draft")
    if not reports.filter(Exists(sent), state="draft").exists():
        return
    for name in DERIVED:
        apps.get_model("smartcity", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("smartcity", "0008_changes"),
        ("tasks", "0018_planned_task_short_name"),
    ]

    operations = [
        # What was derived anew stays right for the code before.
        migrations.RunPython(derive_anew, migrations.RunPython.noop),
    ]
