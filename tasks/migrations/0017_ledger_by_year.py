"""What all programmes planned and paid of one year, without reading the other years."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0006_people_folded"),
        ("tasks", "0016_fill_reports_searched"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="budgetentry",
            index=models.Index(fields=["year", "kind"], name="budget_entry_by_year"),
        ),
    ]
