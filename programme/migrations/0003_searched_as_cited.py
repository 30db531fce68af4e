"""Documents are found as they are cited and by their signer; all are found with i for y, and without apostrophes."""

from django.db import migrations

import smartcity.lib.records.text_fields
from smartcity.lib.language.document_code import DocumentCode
from smartcity.lib.records.refolding import refold

# What the record itself says, which a migration cannot ask.
KINDS = {
    "law": "Luật",
    "resolution": "Nghị quyết",
    "decree": "Nghị định",
    "decision": "Quyết định",
    "instruction": "Chỉ thị",
    "plan": "Kế hoạch",
    "notice": "Thông báo",
    "report": "Báo cáo",
    "submission": "Tờ trình",
    "circular": "Thông tư",
    "official_letter": "Công văn",
    "other": "Văn bản",
}


def cited(document):
    code = str(DocumentCode(document.number, document.symbol)) if document.symbol or document.number is not None else ""
    day = f"{document.signed_on:%d/%m/%Y}" if document.signed_on else ""
    if document.kind == "press":
        name = f"{document.publisher}, {day or document.date_as_written}" if day or document.date_as_written else document.publisher
    else:
        name = f"{KINDS[document.kind]} {code} {day or document.date_as_written}"
    return " ".join([name, document.subject, document.publisher, document.signer])


def fold_again(apps, schema_editor):
    refold(apps.get_model("programme", "Agency"), lambda agency: f"{agency.name} {agency.short_name}")
    refold(apps.get_model("programme", "LegalDocument"), cited)
    refold(apps.get_model("programme", "Revision"), lambda revision: revision.name)


class Migration(migrations.Migration):
    dependencies = [("programme", "0002_search_indexes")]

    operations = [
        migrations.AlterField(
            model_name="legaldocument",
            name="search_text",
            field=smartcity.lib.records.text_fields.FoldedField(of=("citation", "subject", "publisher", "signer")),
        ),
        migrations.RunPython(fold_again, migrations.RunPython.noop),
    ]
