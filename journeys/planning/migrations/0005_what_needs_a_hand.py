"""Keep beside each activity from when it needs a hand, beside each journey whether it is stuck."""

import django.db.models.expressions
import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import journeys.planning.domain.protocol
import journeys.planning.domain.states

# Copied from the triggers, for every journey at once; running it again changes nothing.
FILL = """
UPDATE planning_journey AS journey
   SET is_stuck = true
  FROM (SELECT DISTINCT ON (journey_id) journey_id, conflicts
          FROM planning_cycle ORDER BY journey_id, number DESC) AS latest
 WHERE journey.id = latest.journey_id AND NOT journey.is_stuck
   AND latest.conflicts @? '$[*].kind ? (@ == "contradiction" || @ == "no_open_day")'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("patients", "0001_initial"),
        ("planning", "0004_journeys_stand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="activity",
            name="update_update",
        ),
        migrations.RemoveIndex(
            model_name="activity",
            name="activity_open_by_day",
        ),
        migrations.AddField(
            model_name="activity",
            name="needs_hand_on",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            models.Q(
                                (
                                    "state__in",
                                    (
                                        journeys.planning.domain.states.ActivityState["PLANNED"],
                                        journeys.planning.domain.states.ActivityState["BOOKED"],
                                    ),
                                ),
                                _negated=True,
                            ),
                            ("kind", journeys.planning.domain.protocol.ActivityKind["RESTRICTION"]),
                            _connector="OR",
                        ),
                        then=models.Value(None),
                    ),
                    models.When(
                        state=journeys.planning.domain.states.ActivityState["BOOKED"],
                        then=models.ExpressionWrapper(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("chosen_on"), models.F("closes_on")
                                ),
                                "+",
                                models.Value(1),
                            ),
                            output_field=models.DateField(),
                        ),
                    ),
                    models.When(
                        kind__in=(
                            journeys.planning.domain.protocol.ActivityKind["PROCEDURE"],
                            journeys.planning.domain.protocol.ActivityKind["TREATMENT"],
                            journeys.planning.domain.protocol.ActivityKind["VISIT"],
                        ),
                        then=django.db.models.functions.comparison.Least(
                            models.ExpressionWrapper(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("closes_on"), "+", models.Value(-7)
                                ),
                                output_field=models.DateField(),
                            ),
                            models.ExpressionWrapper(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("chosen_on"), "+", models.Value(1)
                                ),
                                output_field=models.DateField(),
                            ),
                        ),
                    ),
                    default=models.ExpressionWrapper(
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.functions.comparison.Least(
                                models.F("closes_on"), models.F("chosen_on")
                            ),
                            "+",
                            models.Value(1),
                        ),
                        output_field=models.DateField(),
                    ),
                    output_field=models.DateField(),
                ),
                output_field=models.DateField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="journey",
            name="is_stuck",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            journeys.planning.domain.states.ActivityState["PLANNED"],
                            journeys.planning.domain.states.ActivityState["BOOKED"],
                        ),
                    )
                ),
                fields=["centre", "chosen_on", "planned_at", "id"],
                name="activity_open_by_hour",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("needs_hand_on__isnull", False)),
                fields=["centre", "needs_hand_on", "id"],
                name="activity_needs_hand",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("needs_hand_on__isnull", False)),
                fields=["journey", "needs_hand_on", "id"],
                name="activity_needs_hand_first",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            journeys.planning.domain.states.ActivityState["PLANNED"],
                            journeys.planning.domain.states.ActivityState["BOOKED"],
                        ),
                    ),
                    models.Q(
                        ("kind", journeys.planning.domain.protocol.ActivityKind["RESTRICTION"]),
                        _negated=True,
                    ),
                ),
                fields=["journey", "chosen_on", "id"],
                name="activity_next_of_journey",
            ),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                condition=models.Q(
                    ("is_stuck", True),
                    ("status", journeys.planning.domain.states.JourneyStatus["ACTIVE"]),
                ),
                fields=["centre", "id"],
                name="journey_stuck_by_centre",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "planning_activityevent" ("centre_id", "chosen_on", "close_reason", "closes_on", "code", "cycle_id", "happened_at", "happened_on", "id", "journey_id", "kind", "lock_kind", "locked_by_id", "locked_on", "occurrence", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_version", "planned_at", "stage_id", "state", "target_on", "title", "uid", "why") SELECT new_values."centre_id", new_values."chosen_on", new_values."close_reason", new_values."closes_on", new_values."code", new_values."cycle_id", new_values."happened_at", new_values."happened_on", new_values."id", new_values."journey_id", new_values."kind", new_values."lock_kind", new_values."locked_by_id", new_values."locked_on", new_values."occurrence", new_values."opens_on", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."plan_version", new_values."planned_at", new_values."stage_id", new_values."state", new_values."target_on", new_values."title", new_values."uid", new_values."why" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."centre_id" IS DISTINCT FROM (new_values."centre_id") OR old_values."chosen_on" IS DISTINCT FROM (new_values."chosen_on") OR old_values."close_reason" IS DISTINCT FROM (new_values."close_reason") OR old_values."closes_on" IS DISTINCT FROM (new_values."closes_on") OR old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."cycle_id" IS DISTINCT FROM (new_values."cycle_id") OR old_values."happened_at" IS DISTINCT FROM (new_values."happened_at") OR old_values."happened_on" IS DISTINCT FROM (new_values."happened_on") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."journey_id" IS DISTINCT FROM (new_values."journey_id") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."lock_kind" IS DISTINCT FROM (new_values."lock_kind") OR old_values."locked_by_id" IS DISTINCT FROM (new_values."locked_by_id") OR old_values."locked_on" IS DISTINCT FROM (new_values."locked_on") OR old_values."occurrence" IS DISTINCT FROM (new_values."occurrence") OR old_values."opens_on" IS DISTINCT FROM (new_values."opens_on") OR old_values."plan_version" IS DISTINCT FROM (new_values."plan_version") OR old_values."planned_at" IS DISTINCT FROM (new_values."planned_at") OR old_values."stage_id" IS DISTINCT FROM (new_values."stage_id") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."target_on" IS DISTINCT FROM (new_values."target_on") OR old_values."title" IS DISTINCT FROM (new_values."title") OR old_values."uid" IS DISTINCT FROM (new_values."uid") OR old_values."why" IS DISTINCT FROM (new_values."why")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="9bb209c7386a260b6f117486cc2e9078c6ded1ea",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ce550",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="planning_activity",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cycle",
            trigger=pgtrigger.compiler.Trigger(
                name="journey_is_stuck_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\nUPDATE planning_journey AS journey\n   SET is_stuck = latest.is_stuck\n  FROM (SELECT DISTINCT journey_id FROM changed) AS touched,\n       LATERAL (\n       SELECT cycle.conflicts @? \'$[*].kind ? (@ == "contradiction" || @ == "no_open_day")\'\n              AS is_stuck\n         FROM planning_cycle AS cycle\n        WHERE cycle.journey_id = touched.journey_id\n        ORDER BY cycle.number DESC\n        LIMIT 1) AS latest\n WHERE journey.id = touched.journey_id AND journey.is_stuck <> latest.is_stuck;\nRETURN NULL;\n',
                    hash="f07abf2738916c971bdc5e32c4902045c2a97801",
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
                    func='\nUPDATE planning_journey AS journey\n   SET is_stuck = latest.is_stuck\n  FROM (SELECT DISTINCT journey_id FROM changed) AS touched,\n       LATERAL (\n       SELECT cycle.conflicts @? \'$[*].kind ? (@ == "contradiction" || @ == "no_open_day")\'\n              AS is_stuck\n         FROM planning_cycle AS cycle\n        WHERE cycle.journey_id = touched.journey_id\n        ORDER BY cycle.number DESC\n        LIMIT 1) AS latest\n WHERE journey.id = touched.journey_id AND journey.is_stuck <> latest.is_stuck;\nRETURN NULL;\n',
                    hash="f515a77bf46aa7b4fb53d8a4f7a90319eae9a40c",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journey_is_stuck_after_update_c979e",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="planning_cycle",
                    when="AFTER",
                ),
            ),
        ),
        # Going back drops the column, so there is nothing to undo here.
        migrations.RunSQL(FILL, migrations.RunSQL.noop, elidable=True),
    ]
