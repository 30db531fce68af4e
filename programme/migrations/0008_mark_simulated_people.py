"""Accounts that were made with a simulated country before belong to it."""

from django.db import migrations
from django.db.models import Q


def mark_people(apps, schema_editor):
    """Those who work, or worked, in a simulated province, and those whom the command makes that belong to none."""
    User = apps.get_model("programme", "User")
    made = Q(memberships__agency__province__is_simulated=True)
    made |= Q(memberships=None) & (Q(username="mo-phong") | Q(username__regex=r"^mp[0-9]+-kiem-toan$"))
    people = list(User.objects.filter(made).values_list("pk", flat=True).distinct())
    User.objects.filter(pk__in=people).update(is_simulated=True)
    # What they were made as, and no change of them.
    apps.get_model("programme", "HistoricalUser").objects.filter(id__in=people).update(is_simulated=True)


class Migration(migrations.Migration):
    dependencies = [("programme", "0007_user_is_simulated")]

    operations = [migrations.RunPython(mark_people, migrations.RunPython.noop)]
