"""A province whose rows a command made up says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programme", "0003_searched_as_cited")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="is_simulated",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Số liệu do lệnh simulate lập ra, không có thật.",
                verbose_name="mô phỏng",
            ),
        )
        for name in ("historicalprovince", "province")
    ]
