"""Keep the daily proof, and which database is the one that sends."""

import django.db.models.deletion
from django.db import migrations, models

import notifications.labels

# Where a database is at home, as only it can tell. A dump that is restored comes to another server,
# database or table; a base backup or a promoted standby to another timeline; a copied disk is told
# apart by the name that the settings give.
IDENTITY = """
CREATE FUNCTION notifications_identity(name text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(
        ':',
        (SELECT system_identifier FROM pg_control_system()),
        left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        to_regclass('notifications_installation')::oid,
        name
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("notifications", "0006_answers_and_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("marker", models.CharField(max_length=200)),
                ("held_at", models.DateTimeField(blank=True, null=True, verbose_name="held since")),
                (
                    "held_because",
                    models.CharField(
                        blank=True,
                        choices=notifications.labels.held_choices,
                        default="",
                        max_length=10,
                        verbose_name="because",
                    ),
                ),
            ],
            options={
                "verbose_name": "installation",
                "verbose_name_plural": "installations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="installation_is_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_at__isnull", True), ("held_because", "")),
                            models.Q(
                                ("held_at__isnull", False),
                                ("held_because__in", ["copy", "clock", "person"]),
                            ),
                            _connector="OR",
                        ),
                        name="installation_held_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(IDENTITY, "DROP FUNCTION notifications_identity(text)"),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("journeys", models.PositiveIntegerField(verbose_name="journeys")),
                ("counts", models.JSONField()),
                ("by_rule", models.JSONField(blank=True, default=dict)),
                ("unaccounted", models.JSONField(blank=True, default=list)),
                ("unaccounted_count", models.PositiveIntegerField(verbose_name="unaccounted for")),
                ("is_closed", models.BooleanField(verbose_name="closes")),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.centre",
                    ),
                ),
            ],
            options={
                "verbose_name": "reconciliation",
                "verbose_name_plural": "reconciliations",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_closed", False), ("settled_at__isnull", True)),
                        fields=["centre"],
                        name="reconciliation_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "day"), name="reconciliation_once_per_centre_and_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_closed", False), ("unaccounted_count", 0), _connector="OR"
                        ),
                        name="reconciliation_closed_has_nothing_left",
                    ),
                ],
            },
        ),
    ]
