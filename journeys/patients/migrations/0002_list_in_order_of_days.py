"""Add the days that a list of patients may stand in the order of."""

import datetime

import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="next_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="started_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "next_on",
                    models.Value(datetime.date(9999, 12, 31), output_field=models.DateField()),
                ),
                models.F("id"),
                name="patient_list_by_next",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "next_on", models.Value(datetime.date(1, 1, 1), output_field=models.DateField())
                ),
                models.F("id"),
                name="patient_list_by_next_turned",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "started_on",
                    models.Value(datetime.date(9999, 12, 31), output_field=models.DateField()),
                ),
                models.F("id"),
                name="patient_list_by_start",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "started_on",
                    models.Value(datetime.date(1, 1, 1), output_field=models.DateField()),
                ),
                models.F("id"),
                name="patient_list_by_start_turned",
            ),
        ),
    ]
