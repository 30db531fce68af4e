from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0008_task_days_by_span'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='budgetentry',
            index=models.Index(fields=['-decided_on', '-id'], name='budget_entry_by_day'),
        ),
        migrations.RemoveIndex(
            model_name='budgetentry',
            name='budget_entry_by_task_and_kind',
        ),
        # With the amount, so that what was paid for the tasks of a programme is summed from the index alone.
        migrations.AddIndex(
            model_name='budgetentry',
            index=models.Index(fields=['task', 'kind', 'decided_on', 'amount_vnd'], name='budget_entry_by_task_and_kind'),
        ),
    ]
