"""A history tells one password of an account, and one token, from the next."""

from hashlib import sha256

from django.db import migrations

import smartcity.lib.records.text_fields


def fill(apps, schema_editor):
    """What no history held until now: its rows say what the password is at this moment, and no change of it."""
    for user in apps.get_model("programme", "User").objects.order_by("pk").iterator():
        digests = {"password_digest": sha256(user.password.encode()).hexdigest()}
        token = apps.get_model("authtoken", "Token").objects.filter(user_id=user.pk).first()
        if token:
            digests["token_digest"] = sha256(token.key.encode()).hexdigest()
        apps.get_model("programme", "User").objects.filter(pk=user.pk).update(**digests)
        apps.get_model("programme", "HistoricalUser").objects.filter(id=user.pk).update(**digests)


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0008_mark_simulated_people"),
        ("authtoken", "0004_alter_tokenproxy_options"),
    ]

    operations = [
        migrations.AddField(
            model_name=name,
            name="password_digest",
            field=smartcity.lib.records.text_fields.DigestField(of="password", verbose_name="dấu của mật khẩu"),
        )
        for name in ("historicaluser", "user")
    ] + [
        migrations.AddField(
            model_name=name,
            name="token_digest",
            field=smartcity.lib.records.text_fields.DigestField(of="", verbose_name="dấu của mã truy cập"),
        )
        for name in ("historicaluser", "user")
    ] + [migrations.RunPython(fill, migrations.RunPython.noop)]
