"""Keep where each journey stands beside it, and fill it in for those that are there."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import journeys.planning.domain.states

# Copied from the triggers, for every journey at once; running it again changes nothing.
FILL = """
UPDATE planning_journey AS journey
   SET standing = COALESCE(stands.code, ''), standing_since = stands.since
  FROM planning_journey AS every
  LEFT JOIN LATERAL (
       SELECT stage.code,
              COALESCE(stage.started_on,
                       (SELECT max(before.ended_on) FROM planning_stage AS before
                         WHERE before.cycle_id = stage.cycle_id
                           AND before.position < stage.position),
                       cycle.started_on) AS since
         FROM planning_cycle AS cycle JOIN planning_stage AS stage ON stage.cycle_id = cycle.id
        WHERE cycle.journey_id = every.id AND stage.state IN ('current', 'planned')
        ORDER BY cycle.number DESC, stage.state, stage.position
        LIMIT 1) AS stands ON true
 WHERE journey.id = every.id
   AND (journey.standing, journey.standing_since)
       IS DISTINCT FROM (COALESCE(stands.code, ''), stands.since)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("patients", "0001_initial"),
        ("planning", "0002_holds_cycles_and_gates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="journey",
            name="update_update",
        ),
        migrations.AddField(
            model_name="journey",
            name="standing",
            field=models.SlugField(blank=True, db_index=False, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="journey",
            name="standing_since",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                condition=models.Q(
                    ("status", journeys.planning.domain.states.JourneyStatus["ACTIVE"])
                ),
                fields=["centre", "standing", "standing_since", "id"],
                name="journey_active_by_standing",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="journey",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "planning_journeyevent" ("centre_id", "clinician_id", "coordinator_id", "end_note", "end_reason", "ended_on", "id", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_version", "protocol_version_id", "region", "started_on", "status", "track", "uid") SELECT new_values."centre_id", new_values."clinician_id", new_values."coordinator_id", new_values."end_note", new_values."end_reason", new_values."ended_on", new_values."id", new_values."patient_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."plan_version", new_values."protocol_version_id", new_values."region", new_values."started_on", new_values."status", new_values."track", new_values."uid" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."centre_id" IS DISTINCT FROM (new_values."centre_id") OR old_values."clinician_id" IS DISTINCT FROM (new_values."clinician_id") OR old_values."coordinator_id" IS DISTINCT FROM (new_values."coordinator_id") OR old_values."end_note" IS DISTINCT FROM (new_values."end_note") OR old_values."end_reason" IS DISTINCT FROM (new_values."end_reason") OR old_values."ended_on" IS DISTINCT FROM (new_values."ended_on") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."patient_id" IS DISTINCT FROM (new_values."patient_id") OR old_values."plan_version" IS DISTINCT FROM (new_values."plan_version") OR old_values."protocol_version_id" IS DISTINCT FROM (new_values."protocol_version_id") OR old_values."region" IS DISTINCT FROM (new_values."region") OR old_values."started_on" IS DISTINCT FROM (new_values."started_on") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."track" IS DISTINCT FROM (new_values."track") OR old_values."uid" IS DISTINCT FROM (new_values."uid")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="d981340d9c7c383776f82bd3cf760be8971fe82a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ae1b4",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="planning_journey",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stage",
            trigger=pgtrigger.compiler.Trigger(
                name="journey_stands_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nUPDATE planning_journey AS journey\n   SET standing = COALESCE(stands.code, ''), standing_since = stands.since\n  FROM (SELECT DISTINCT cycle.journey_id\n          FROM changed JOIN planning_cycle AS cycle ON cycle.id = changed.cycle_id) AS touched\n  LEFT JOIN LATERAL (\n       SELECT stage.code,\n              COALESCE(stage.started_on,\n                       (SELECT max(before.ended_on) FROM planning_stage AS before\n                         WHERE before.cycle_id = stage.cycle_id\n                           AND before.position < stage.position),\n                       cycle.started_on) AS since\n         FROM planning_cycle AS cycle JOIN planning_stage AS stage ON stage.cycle_id = cycle.id\n        WHERE cycle.journey_id = touched.journey_id AND stage.state IN ('current', 'planned')\n        ORDER BY cycle.number DESC, stage.state, stage.position\n        LIMIT 1) AS stands ON true\n WHERE journey.id = touched.journey_id\n   AND (journey.standing, journey.standing_since)\n       IS DISTINCT FROM (COALESCE(stands.code, ''), stands.since);\nRETURN NULL;\n",
                    hash="362c7cbb1ce31498840d69f84c55af8c3dd5c4f7",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journey_stands_after_insert_4dca4",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="planning_stage",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stage",
            trigger=pgtrigger.compiler.Trigger(
                name="journey_stands_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nUPDATE planning_journey AS journey\n   SET standing = COALESCE(stands.code, ''), standing_since = stands.since\n  FROM (SELECT DISTINCT cycle.journey_id\n          FROM changed JOIN planning_cycle AS cycle ON cycle.id = changed.cycle_id) AS touched\n  LEFT JOIN LATERAL (\n       SELECT stage.code,\n              COALESCE(stage.started_on,\n                       (SELECT max(before.ended_on) FROM planning_stage AS before\n                         WHERE before.cycle_id = stage.cycle_id\n                           AND before.position < stage.position),\n                       cycle.started_on) AS since\n         FROM planning_cycle AS cycle JOIN planning_stage AS stage ON stage.cycle_id = cycle.id\n        WHERE cycle.journey_id = touched.journey_id AND stage.state IN ('current', 'planned')\n        ORDER BY cycle.number DESC, stage.state, stage.position\n        LIMIT 1) AS stands ON true\n WHERE journey.id = touched.journey_id\n   AND (journey.standing, journey.standing_since)\n       IS DISTINCT FROM (COALESCE(stands.code, ''), stands.since);\nRETURN NULL;\n",
                    hash="8b6c5b733752d7df058a32b402cdbb55ce50d960",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journey_stands_after_update_56f46",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="planning_stage",
                    when="AFTER",
                ),
            ),
        ),
        # Going back drops the columns, so there is nothing to undo here.
        migrations.RunSQL(FILL, migrations.RunSQL.noop, elidable=True),
    ]
