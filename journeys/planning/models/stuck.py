"""Whether dates of a journey do not fit, kept by the database so that Today need not search."""

import pgtrigger

from journeys.planning.models.following import follow

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
    """Return the triggers of the cycles' table that say whether their journeys are stuck."""
    return follow("journey_is_stuck", STICK)
