"""Derived the days of all tasks of an older database; a later step, which fills more, does it by the code of today.

Only the newest step that fills them runs the code of today; where what is derived changes, it becomes empty.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_proposed_moves")]

    operations = []
