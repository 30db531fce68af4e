"""Derive the days of all tasks, what waits to be put off, and what was paid by each day, of an older database.

Only the newest step that fills them runs the code of today; where what is derived changes, this one becomes empty.
"""

from django.db import migrations

from programme.models import Programme
from tasks.operations.task_days import keep_task_days


def fill(apps, schema_editor):
    for programme in Programme.objects.order_by("pk").values_list("pk", flat=True):
        keep_task_days(programme)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0010_paid_days")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
