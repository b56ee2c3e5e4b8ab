"""Call a journey stuck only while something is open; what is over asks for no other date."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# As the triggers say it, for every journey at once; running it again changes nothing.
FILL = """
UPDATE planning_journey AS journey
   SET is_stuck = latest.is_stuck
  FROM (SELECT DISTINCT ON (journey_id) journey_id, conflicts @? '{}' AS is_stuck
          FROM planning_cycle ORDER BY journey_id, number DESC) AS latest
 WHERE journey.id = latest.journey_id AND journey.is_stuck <> latest.is_stuck
"""
NOW = """$[*] ? (
           @.kind == "no_open_day" || @.kind == "contradiction" && !(
               @.because.size() == 3
               && !exists(@.because[*] ? (@.bound == "fact" && !(@.fact == "happened")))))"""
BEFORE = '$[*].kind ? (@ == "contradiction" || @ == "no_open_day")'


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0007_what_comes_next"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="cycle",
            name="journey_is_stuck_after_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="cycle",
            name="journey_is_stuck_after_update",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cycle",
            trigger=pgtrigger.compiler.Trigger(
                name="journey_is_stuck_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\nUPDATE planning_journey AS journey\n   SET is_stuck = latest.is_stuck\n  FROM (SELECT DISTINCT journey_id FROM changed) AS touched,\n       LATERAL (\n       SELECT cycle.conflicts @? \'$[*] ? (\n           @.kind == "no_open_day" || @.kind == "contradiction" && !(\n               @.because.size() == 3\n               && !exists(@.because[*] ? (@.bound == "fact" && !(@.fact == "happened")))))\' AS is_stuck\n         FROM planning_cycle AS cycle\n        WHERE cycle.journey_id = touched.journey_id\n        ORDER BY cycle.number DESC\n        LIMIT 1) AS latest\n WHERE journey.id = touched.journey_id AND journey.is_stuck <> latest.is_stuck;\nRETURN NULL;\n',
                    hash="05664df77bc6dd8b6c2e6d33b2285f10212d2604",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journey_is_stuck_after_insert_dfcef",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="planning_cycle",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cycle",
            trigger=pgtrigger.compiler.Trigger(
                name="journey_is_stuck_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\nUPDATE planning_journey AS journey\n   SET is_stuck = latest.is_stuck\n  FROM (SELECT DISTINCT journey_id FROM changed) AS touched,\n       LATERAL (\n       SELECT cycle.conflicts @? \'$[*] ? (\n           @.kind == "no_open_day" || @.kind == "contradiction" && !(\n               @.because.size() == 3\n               && !exists(@.because[*] ? (@.bound == "fact" && !(@.fact == "happened")))))\' AS is_stuck\n         FROM planning_cycle AS cycle\n        WHERE cycle.journey_id = touched.journey_id\n        ORDER BY cycle.number DESC\n        LIMIT 1) AS latest\n WHERE journey.id = touched.journey_id AND journey.is_stuck <> latest.is_stuck;\nRETURN NULL;\n',
                    hash="8691d67c7898f827df4aa4c621f6bceb8d8befd5",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journey_is_stuck_after_update_c979e",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="planning_cycle",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(FILL.format(NOW), FILL.format(BEFORE)),
    ]
