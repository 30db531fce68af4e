"""Who gave each answer to a finding, as far as its history tells: whoever saved what is answered now and was not before."""

from itertools import groupby

from django.db import migrations

ANSWER = ("state", "answer", "answered_on", "answer_document_id")


def fill(apps, schema_editor):
    Finding, History = apps.get_model("meetings", "Finding"), apps.get_model("meetings", "HistoricalFinding")
    rows = History.objects.order_by("id", "history_id")
    for key, history in groupby(rows.iterator(), key=lambda row: row.id):
        before, who = None, None
        for row in history:
            told = tuple(getattr(row, name) for name in ANSWER)
            if row.state == "open":
                who = None
            elif row.state == "answered" and told != before:
                who = row.history_user_id
            before = told
            History.objects.filter(pk=row.pk).update(answered_by_id=who)
        Finding.objects.filter(pk=key).update(answered_by_id=who)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_finding_answered_by")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
