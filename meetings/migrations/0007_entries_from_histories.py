"""What was said of findings, and which assignments were opened again, as rows of their own.

Until now only the histories told it. Each row begins a history of its own, signed as the change that it comes from.
"""

from itertools import groupby, pairwise

from django.db import migrations
from django.utils.timezone import localdate

ANSWER = ("answer", "answered_on", "answer_document_id", "answered_by_id")
SIGNING = ("history_date", "history_user_id", "history_change_reason", "history_action", "history_document_id")
# A text may not be empty; nothing is made up either.
NO_REASON = "(không ghi lý do)"


def fill(apps, schema_editor):
    findings = apps.get_model("meetings", "Finding").objects.filter(entries=None)
    for finding, before, row in _changes(apps.get_model("meetings", "HistoricalFinding").objects.all(), findings):
        if told := _told(before, row):
            _add(apps, "FindingEntry", row, finding_id=finding, **told)
    history = apps.get_model("meetings", "HistoricalAssignment").objects
    ever_confirmed = history.filter(id__in=history.filter(state="confirmed").values("id"))
    assignments = apps.get_model("meetings", "Assignment").objects.filter(reopenings=None)
    for assignment, before, row in _changes(ever_confirmed, assignments):
        if before and (before.state, row.state) == ("confirmed", "returned"):
            _add(apps, "Reopening", row, assignment_id=assignment, on=localdate(row.history_date), text=_reason(row))


def _changes(history, records):
    """Each change of these records, with the row before it, in the order in which they were recorded."""
    # Known before the first row is written, which may be while the history is still being read.
    keys = set(records.values_list("pk", flat=True))
    for key, changes in groupby(history.order_by("id", "history_id").iterator(), key=lambda row: row.id):
        for before, row in pairwise([None, *changes]):
            if key in keys:
                yield key, before, row


def _told(before, row):
    """The entry that the operation would have written with this change of a finding; none where it wrote none."""
    answers = [getattr(row, name) for name in ANSWER]
    if row.state == "answered" and (before is None or answers != [getattr(before, name) for name in ANSWER]):
        return {"kind": "answer", "on": row.answered_on, "text": row.answer, "document_id": row.answer_document_id}
    if row.state == (before.state if before else "open"):
        return None
    if row.state == "closed":
        return {"kind": "closing", "on": row.closed_on, "text": ""}
    if row.state == "open":
        return {"kind": "reopening", "on": localdate(row.history_date), "text": _reason(row)}
    return None


def _reason(row):
    return row.history_change_reason or NO_REASON


def _add(apps, name, row, **values):
    values |= {"author_id": row.history_user_id}
    known = dict(values)
    if document := values.get("document_id"):
        # One that was removed since is in the history alone.
        known["document"] = apps.get_model("programme", "LegalDocument").objects.filter(pk=document).first()
        del known["document_id"]
    entry = apps.get_model("meetings", name).objects.create(**known)
    signing = {field: getattr(row, field) for field in SIGNING}
    history = apps.get_model("meetings", f"Historical{name}")
    history.objects.create(id=entry.pk, **values, **signing, history_type="+")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0006_entries_of_findings_and_reopenings")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
