"""Keep beside each patient what comes next and when their treatment was begun last."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# As the triggers say it, for every patient at once; running it again changes nothing.
FILL = """
UPDATE patients_patient AS patient SET next_on = comes.next_on, started_on = comes.started_on
  FROM (SELECT journey.patient_id, max(journey.started_on) AS started_on,
               min(activity.chosen_on) FILTER (WHERE journey.status = 'active') AS next_on
          FROM planning_journey AS journey LEFT JOIN planning_activity AS activity
            ON activity.journey_id = journey.id AND activity.state IN ('planned', 'booked')
               AND activity.kind <> 'restriction'
         GROUP BY journey.patient_id) AS comes
 WHERE patient.id = comes.patient_id
   AND (patient.next_on, patient.started_on)
       IS DISTINCT FROM (comes.next_on, comes.started_on)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0002_list_in_order_of_days"),
        ("planning", "0006_long_journeys"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="patient_comes_next_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nUPDATE patients_patient AS patient SET next_on = comes.next_on\n  FROM (SELECT touched.patient_id,\n               (\nSELECT activity.chosen_on\n  FROM planning_journey AS journey JOIN planning_activity AS activity\n    ON activity.journey_id = journey.id\n WHERE journey.patient_id = touched.patient_id AND journey.status = 'active'\n   AND activity.state IN ('planned', 'booked') AND activity.kind <> 'restriction'\n   AND activity.chosen_on IS NOT NULL\n ORDER BY activity.chosen_on LIMIT 1\n) AS next_on\n          FROM (SELECT DISTINCT journey.patient_id\n                  FROM changed JOIN planning_journey AS journey\n                    ON journey.id = changed.journey_id) AS touched) AS comes\n WHERE patient.id = comes.patient_id AND patient.next_on IS DISTINCT FROM comes.next_on;\nRETURN NULL;\n",
                    hash="581231cf169f99c071035cb143e34d305ea5d86d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_patient_comes_next_after_insert_6e662",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="planning_activity",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="patient_comes_next_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nUPDATE patients_patient AS patient SET next_on = comes.next_on\n  FROM (SELECT touched.patient_id,\n               (\nSELECT activity.chosen_on\n  FROM planning_journey AS journey JOIN planning_activity AS activity\n    ON activity.journey_id = journey.id\n WHERE journey.patient_id = touched.patient_id AND journey.status = 'active'\n   AND activity.state IN ('planned', 'booked') AND activity.kind <> 'restriction'\n   AND activity.chosen_on IS NOT NULL\n ORDER BY activity.chosen_on LIMIT 1\n) AS next_on\n          FROM (SELECT DISTINCT journey.patient_id\n                  FROM changed JOIN planning_journey AS journey\n                    ON journey.id = changed.journey_id) AS touched) AS comes\n WHERE patient.id = comes.patient_id AND patient.next_on IS DISTINCT FROM comes.next_on;\nRETURN NULL;\n",
                    hash="27a75daf9adedbf9fb6c2891a87ce22564de353a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_patient_comes_next_after_update_58d4b",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="planning_activity",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="journey",
            trigger=pgtrigger.compiler.Trigger(
                name="patient_comes_next",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nUPDATE patients_patient AS patient SET next_on = comes.next_on, started_on = comes.started_on\n  FROM (SELECT (\nSELECT activity.chosen_on\n  FROM planning_journey AS journey JOIN planning_activity AS activity\n    ON activity.journey_id = journey.id\n WHERE journey.patient_id = NEW.patient_id AND journey.status = 'active'\n   AND activity.state IN ('planned', 'booked') AND activity.kind <> 'restriction'\n   AND activity.chosen_on IS NOT NULL\n ORDER BY activity.chosen_on LIMIT 1\n) AS next_on,\n               (SELECT max(journey.started_on) FROM planning_journey AS journey\n                 WHERE journey.patient_id = NEW.patient_id) AS started_on) AS comes\n WHERE patient.id = NEW.patient_id\n   AND (patient.next_on, patient.started_on)\n       IS DISTINCT FROM (comes.next_on, comes.started_on);\nRETURN NULL;\n",
                    hash="698ed31578764092d2a4b8dad38cce8ac3356da9",
                    operation='INSERT OR UPDATE OF "status", "started_on"',
                    pgid="pgtrigger_patient_comes_next_35173",
                    table="planning_journey",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
