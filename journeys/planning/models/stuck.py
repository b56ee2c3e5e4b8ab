"""Whether dates of a journey do not fit, kept by the database so that Today need not search."""

import pgtrigger

# The kinds are those of `domain.reasons.PLAN_CONFLICTS`; a test holds the two together.
STICK = """
UPDATE planning_journey AS journey
   SET is_stuck = latest.is_stuck
  FROM (SELECT DISTINCT journey_id FROM changed) AS touched,
       LATERAL (
       SELECT cycle.conflicts @? '$[*].kind ? (@ == "contradiction" || @ == "no_open_day")'
              AS is_stuck
         FROM planning_cycle AS cycle
        WHERE cycle.journey_id = touched.journey_id
        ORDER BY cycle.number DESC
        LIMIT 1) AS latest
 WHERE journey.id = touched.journey_id AND journey.is_stuck <> latest.is_stuck;
RETURN NULL;
"""


def stuck() -> list[pgtrigger.Trigger]:
    """Return the triggers of the cycles' table that say whether their journeys are stuck.

    They belong to the statement, so that bulk writes and a database shell are followed as well.
    """
    return [
        pgtrigger.Trigger(
            name=f"journey_is_stuck_after_{name}",
            operation=operation,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            referencing=pgtrigger.Referencing(new="changed"),  # type: ignore[no-untyped-call]
            func=STICK,
        )
        for name, operation in (("insert", pgtrigger.Insert), ("update", pgtrigger.Update))
    ]
