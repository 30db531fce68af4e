"""People who had accounts before are found and ordered too; their passwords stay what they are."""

from django.db import migrations

from smartcity.lib.language.text import given_name
from smartcity.lib.records.refolding import refold


def fold_names(apps, schema_editor):
    people = apps.get_model("programme", "User")
    refold(people, lambda user: f"{user.full_name} {user.title} {user.username} {user.email}")
    # Derived and in no history, so nobody signs for it.
    for user in people.objects.order_by("pk").iterator(chunk_size=500):
        people.objects.filter(pk=user.pk).update(given_name=given_name(user.full_name))


class Migration(migrations.Migration):
    dependencies = [("programme", "0005_people_found_and_passwords_given")]

    operations = [migrations.RunPython(fold_names, migrations.RunPython.noop)]
