"""Derive through which days the extensions of an older database hold.

Only the newest step that fills them runs the code of today; where what is derived changes, this one becomes empty.
"""

from django.db import migrations

from meetings.operations.extended_days import keep_extended_days


def fill(apps, schema_editor):
    keep_extended_days()


class Migration(migrations.Migration):
    dependencies = [("meetings", "0008_extended_days")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
