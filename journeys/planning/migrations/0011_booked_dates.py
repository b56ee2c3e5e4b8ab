from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0010_bad_news")]

    operations = [
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("state", "booked")),
                fields=["journey", "planned_at"],
                name="activity_booked",
            ),
        ),
    ]
