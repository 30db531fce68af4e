"""An account says whether it is of a simulated province, or of a simulated country as a whole."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programme", "0006_people_folded")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="is_simulated",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Chỉ thấy số liệu mô phỏng; tài khoản khác không thấy tài khoản này.",
                verbose_name="thuộc tỉnh mô phỏng",
            ),
        )
        for name in ("historicaluser", "user")
    ]
