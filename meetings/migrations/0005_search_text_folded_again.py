"""Meetings, directives and findings are found with i for y, and without apostrophes."""

from django.db import migrations

from smartcity.lib.records.refolding import refold


def fold_again(apps, schema_editor):
    refold(apps.get_model("meetings", "Meeting"), lambda meeting: f"{meeting.title} {meeting.place}")
    refold(apps.get_model("meetings", "Directive"), lambda directive: directive.text)
    refold(apps.get_model("meetings", "Finding"), lambda finding: f"{finding.subject} {finding.asks}")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0004_who_answered_findings")]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop)]
