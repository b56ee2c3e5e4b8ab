"""Where a journey stands, kept by the database so that lists of any size can be read by it."""

import pgtrigger

from journeys.planning.models.following import follow

# The stage that goes on in the latest cycle, otherwise the first that is to come; with the day on
# which it began or, for one to come, on which what went before it ended.
STAND = """
UPDATE planning_journey AS journey
   SET standing = COALESCE(stands.code, ''), standing_since = stands.since
  FROM (SELECT DISTINCT cycle.journey_id
          FROM changed JOIN planning_cycle AS cycle ON cycle.id = changed.cycle_id) AS touched
  LEFT JOIN LATERAL (
       SELECT stage.code,
              COALESCE(stage.started_on,
                       (SELECT max(before.ended_on) FROM planning_stage AS before
                         WHERE before.cycle_id = stage.cycle_id
                           AND before.position < stage.position),
                       cycle.started_on) AS since
         FROM planning_cycle AS cycle JOIN planning_stage AS stage ON stage.cycle_id = cycle.id
        WHERE cycle.journey_id = touched.journey_id AND stage.state IN ('current', 'planned')
        ORDER BY cycle.number DESC, stage.state, stage.position
        LIMIT 1) AS stands ON true
 WHERE journey.id = touched.journey_id
   AND (journey.standing, journey.standing_since)
       IS DISTINCT FROM (COALESCE(stands.code, ''), stands.since);
RETURN NULL;
"""


def standing() -> list[pgtrigger.Trigger]:
    """Return the triggers of the stages' table that say where their journeys stand."""
    return follow("journey_stands", STAND)
