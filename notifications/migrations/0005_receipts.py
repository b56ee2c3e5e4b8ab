"""Keep what providers report, and on which channel a kept message would have left."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import notifications.labels


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_digests_and_hushed_threads")]

    operations = [
        migrations.AlterModelOptions(
            name="outboxmail",
            options={"verbose_name": "kept message", "verbose_name_plural": "kept messages"},
        ),
        migrations.AddField(
            model_name="outboxmail",
            name="channel",
            field=models.CharField(
                choices=notifications.labels.open_channel_choices,
                default="email",
                max_length=20,
                verbose_name="channel",
            ),
        ),
        migrations.AlterField(
            model_name="outboxmail",
            name="to",
            field=models.CharField(max_length=254, verbose_name="to"),
        ),
        migrations.CreateModel(
            name="DeliveryReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verdict", models.CharField(max_length=12, verbose_name="what became of it")),
                ("provider_id", models.CharField(blank=True, max_length=200)),
                ("code", models.CharField(blank=True, max_length=20, verbose_name="code")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "reminder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="notifications.reminder",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery receipt",
                "verbose_name_plural": "delivery receipts",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reminder", "verdict", "provider_id", "code"),
                        name="receipt_kept_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["on_its_way", "delivered", "failed", "complained"])
                        ),
                        name="receipt_verdict_is_known",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deliveryreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'rows of % are kept: % is refused', TG_TABLE_NAME, TG_OP;",
                    hash="41fa1db346d4384ea48963fa9fe8987a7eb63a7f",
                    level="STATEMENT",
                    operation="DELETE OR TRUNCATE OR UPDATE",
                    pgid="pgtrigger_append_only_817b8",
                    table="notifications_deliveryreceipt",
                    when="BEFORE",
                ),
            ),
        ),
    ]
