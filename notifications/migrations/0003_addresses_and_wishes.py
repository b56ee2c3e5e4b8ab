"""Part where a person is reached from who they are, and keep what they asked for."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import notifications.labels

# What blocked the person blocked the one address they had; who opted out gets safety messages.
MOVE = """
INSERT INTO notifications_address (recipient_id, channel, value, blocked_reason, blocked_at)
SELECT id, 'email', email, CASE WHEN blocked_reason = 'bounced' THEN 'bounced' ELSE '' END,
       CASE WHEN blocked_reason = 'bounced' THEN now() END
  FROM notifications_recipient WHERE email <> '';
UPDATE notifications_recipient SET comfort_off_at = now() WHERE blocked_reason = 'opted_out';
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_rules_without_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=notifications.labels.open_channel_choices,
                        max_length=20,
                        verbose_name="channel",
                    ),
                ),
                ("value", models.CharField(max_length=254, verbose_name="address")),
                (
                    "verified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="verified"),
                ),
                (
                    "blocked_reason",
                    models.CharField(
                        blank=True,
                        choices=notifications.labels.blocked_choices,
                        max_length=40,
                        verbose_name="not used because",
                    ),
                ),
                (
                    "blocked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="not used since"),
                ),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
            },
        ),
        migrations.AddField(
            model_name="recipient",
            name="comfort_off_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="safety messages only since"
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="preferred_channel",
            field=models.CharField(
                blank=True,
                choices=notifications.labels.open_channel_choices,
                max_length=20,
                verbose_name="rather by",
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="quiet_from",
            field=models.TimeField(blank=True, null=True, verbose_name="quiet from"),
        ),
        migrations.AddField(
            model_name="recipient",
            name="quiet_until",
            field=models.TimeField(blank=True, null=True, verbose_name="quiet until"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    ("quiet_from__gt", models.F("quiet_until")),
                    _connector="OR",
                ),
                name="recipient_quiet_hours_are_whole",
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="addresses",
                to="notifications.recipient",
            ),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(
                condition=models.Q(("blocked_reason", ""), _negated=True),
                fields=["recipient"],
                name="address_dead",
            ),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["channel", "value"], name="address_by_value"),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.UniqueConstraint(
                fields=("recipient", "channel"), name="address_once_per_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(("value", ""), _negated=True), name="address_has_a_value"
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("blocked_at__isnull", True), ("blocked_reason", "")),
                    models.Q(
                        ("blocked_at__isnull", False),
                        ("blocked_reason__in", ["bounced", "complained"]),
                    ),
                    _connector="OR",
                ),
                name="address_block_is_known",
            ),
        ),
        migrations.RunSQL(MOVE),
        migrations.RemoveConstraint(
            model_name="recipient",
            name="recipient_block_is_known",
        ),
        migrations.RemoveField(
            model_name="recipient",
            name="blocked_reason",
        ),
        migrations.RemoveField(
            model_name="recipient",
            name="email",
        ),
    ]
