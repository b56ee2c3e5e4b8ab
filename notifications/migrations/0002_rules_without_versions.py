"""What was told under one version of a protocol is not told again under the next."""

from django.db import migrations, models

# "protocol:version:activity:rule" becomes "activity:rule".
WITHOUT_VERSIONS = """
UPDATE notifications_reminder
   SET rule = split_part(rule, ':', 3) || ':' || split_part(rule, ':', 4)
 WHERE is_planned AND rule ~ '^[^:]+:[0-9]+:[^:]+:[^:]+$'
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        # Going back, the next plan of a journey withdraws and writes anew what is still to come.
        migrations.RunSQL(WITHOUT_VERSIONS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="reminder",
            name="rule",
            field=models.CharField(
                help_text="Codes of the activity and its rule, or the event.", max_length=160
            ),
        ),
    ]
