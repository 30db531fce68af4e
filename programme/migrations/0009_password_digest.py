"""A history tells one password of an account from the next."""

from hashlib import sha256

from django.db import migrations

import smartcity.lib.records.text_fields


def fill(apps, schema_editor):
    """What no history held until now: its rows say what the password is at this moment, and no change of it."""
    for user in apps.get_model("programme", "User").objects.order_by("pk").iterator():
        digest = sha256(user.password.encode()).hexdigest()
        apps.get_model("programme", "User").objects.filter(pk=user.pk).update(password_digest=digest)
        apps.get_model("programme", "HistoricalUser").objects.filter(id=user.pk).update(password_digest=digest)


class Migration(migrations.Migration):
    dependencies = [("programme", "0008_mark_simulated_people")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="password_digest",
            field=smartcity.lib.records.text_fields.DigestField(of="password", verbose_name="dấu của mật khẩu"),
        )
        for name in ("historicaluser", "user")
    ] + [migrations.RunPython(fill, migrations.RunPython.noop)]
