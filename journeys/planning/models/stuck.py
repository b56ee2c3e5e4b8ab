"""Whether dates of a journey do not fit, kept by the database so that Today need not search."""

import pgtrigger

from journeys.planning.models.following import follow

# `domain.reasons.Conflict.asks_for_a_date` as a path of JSON; a test holds the two together.
ASKS_FOR_A_DATE = """$[*] ? (
           @.kind == "no_open_day" || @.kind == "contradiction" && !(
               @.because.size() == 3
               && !exists(@.because[*] ? (@.bound == "fact" && !(@.fact == "happened")))))"""

STICK = f"""
UPDATE planning_journey AS journey
   SET is_stuck = latest.is_stuck
  FROM (SELECT DISTINCT journey_id FROM changed) AS touched,
       LATERAL (
       SELECT cycle.conflicts @? '{ASKS_FOR_A_DATE}' AS is_stuck
         FROM planning_cycle AS cycle
        WHERE cycle.journey_id = touched.journey_id
        ORDER BY cycle.number DESC
        LIMIT 1) AS latest
 WHERE journey.id = touched.journey_id AND journey.is_stuck <> latest.is_stuck;
RETURN NULL;
"""  # noqa: S608 - our own text


def stuck() -> list[pgtrigger.Trigger]:
    """Return the triggers of the cycles' table that say whether their journeys are stuck."""
    return follow("journey_is_stuck", STICK)
