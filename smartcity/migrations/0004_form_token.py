"""The word of the field is that of the trade: a token."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("smartcity", "0003_imported_file_sheet_and_notes")]

    operations = [
        migrations.RemoveConstraint(model_name="keptfile", name="kept_file_once_for_a_form"),
        migrations.RenameField(model_name="keptfile", old_name="slip", new_name="token"),
        migrations.RenameField(model_name="sentform", old_name="slip", new_name="token"),
        migrations.AddConstraint(
            model_name="keptfile",
            constraint=models.UniqueConstraint(
                fields=("token", "sha256"),
                name="kept_file_once_for_a_form",
                violation_error_code="content",
                violation_error_message="Tệp này đã được giữ cho biểu mẫu đó.",
            ),
        ),
    ]
