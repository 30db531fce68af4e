"""A change is found at every agency and task that it names, or named before; the timeline is derived anew.

So is what was drafted while a report was taken back: until here it was told to all. What is derived is emptied, and
filled by what follows ``migrate``, from the log and the histories.
"""

from django.db import migrations, models


DERIVED = ("LoggedChange", "ChangedFields", "LoggedDay", "CaughtUp")


def empty_what_is_derived(apps, schema_editor):
    for name in DERIVED:
        apps.get_model("smartcity", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("smartcity", "0008_changes"),
    ]

    operations = [
        # What was derived anew stays right for the code before.
        migrations.RunPython(empty_what_is_derived, migrations.RunPython.noop),
        migrations.AddField(
            model_name="loggedchange",
            name="former_holder",
            field=models.BigIntegerField(null=True, verbose_name="mã cơ quan trước đó của bản ghi"),
        ),
        migrations.AddField(
            model_name="loggedchange",
            name="former_task",
            field=models.BigIntegerField(null=True, verbose_name="mã nhiệm vụ trước đó"),
        ),
        migrations.AddField(
            model_name="loggedchange",
            name="other_former_holder",
            field=models.BigIntegerField(null=True, verbose_name="mã cơ quan thứ hai trước đó của bản ghi"),
        ),
        migrations.AddField(
            model_name="loggedchange",
            name="other_holder",
            field=models.BigIntegerField(null=True, verbose_name="mã cơ quan thứ hai của bản ghi"),
        ),
        migrations.AddField(
            model_name="loggedchange",
            name="other_task",
            field=models.BigIntegerField(null=True, verbose_name="mã nhiệm vụ thứ hai"),
        ),
        migrations.AddField(
            model_name="loggedchange",
            name="other_former_task",
            field=models.BigIntegerField(null=True, verbose_name="mã nhiệm vụ thứ hai trước đó"),
        ),
        migrations.AddIndex(
            model_name="loggedchange",
            index=models.Index(
                condition=models.Q(("other_former_task__isnull", False)),
                fields=["other_former_task", "place"],
                name="change_by_other_former_task",
            ),
        ),
        migrations.AddIndex(
            model_name="loggedchange",
            index=models.Index(
                condition=models.Q(("other_holder__isnull", False)),
                fields=["other_holder", "place"],
                name="change_by_other_holder",
            ),
        ),
        migrations.AddIndex(
            model_name="loggedchange",
            index=models.Index(
                condition=models.Q(("former_holder__isnull", False)),
                fields=["former_holder", "place"],
                name="change_by_former_holder",
            ),
        ),
        migrations.AddIndex(
            model_name="loggedchange",
            index=models.Index(
                condition=models.Q(("other_former_holder__isnull", False)),
                fields=["other_former_holder", "place"],
                name="change_by_other_former_holder",
            ),
        ),
        migrations.AddIndex(
            model_name="loggedchange",
            index=models.Index(
                condition=models.Q(("other_task__isnull", False)),
                fields=["other_task", "place"],
                name="change_by_other_task",
            ),
        ),
        migrations.AddIndex(
            model_name="loggedchange",
            index=models.Index(
                condition=models.Q(("former_task__isnull", False)),
                fields=["former_task", "place"],
                name="change_by_former_task",
            ),
        ),
    ]
