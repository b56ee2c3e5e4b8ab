"""What comes next for a patient, kept by the database beside the patient, for lists in its order.

A journey locks its row before it writes dates, and its patient's after it, here as everywhere.
"""

import pgtrigger

from journeys.planning.models.following import follow

# The states are those of `ActivityQuerySet.open`; a test holds the two together.
FIRST_OPEN_DAY = """
SELECT activity.chosen_on
  FROM planning_journey AS journey JOIN planning_activity AS activity
    ON activity.journey_id = journey.id
 WHERE journey.patient_id = {patient} AND journey.status = 'active'
   AND activity.state IN ('planned', 'booked') AND activity.kind <> 'restriction'
   AND activity.chosen_on IS NOT NULL
 ORDER BY activity.chosen_on LIMIT 1
"""
DATES_CHANGED = f"""
UPDATE patients_patient AS patient SET next_on = comes.next_on
  FROM (SELECT touched.patient_id,
               ({FIRST_OPEN_DAY.format(patient="touched.patient_id")}) AS next_on
          FROM (SELECT DISTINCT journey.patient_id
                  FROM changed JOIN planning_journey AS journey
                    ON journey.id = changed.journey_id) AS touched) AS comes
 WHERE patient.id = comes.patient_id AND patient.next_on IS DISTINCT FROM comes.next_on;
RETURN NULL;
"""  # noqa: S608 - our own text
JOURNEY_CHANGED = f"""
UPDATE patients_patient AS patient SET next_on = comes.next_on, started_on = comes.started_on
  FROM (SELECT ({FIRST_OPEN_DAY.format(patient="NEW.patient_id")}) AS next_on,
               (SELECT max(journey.started_on) FROM planning_journey AS journey
                 WHERE journey.patient_id = NEW.patient_id) AS started_on) AS comes
 WHERE patient.id = NEW.patient_id
   AND (patient.next_on, patient.started_on)
       IS DISTINCT FROM (comes.next_on, comes.started_on);
RETURN NULL;
"""  # noqa: S608 - our own text


def dates_followed() -> list[pgtrigger.Trigger]:
    """Return the triggers of the activities' table that say what comes next for whom."""
    return follow("patient_comes_next", DATES_CHANGED)


def journeys_followed() -> pgtrigger.Trigger:
    """Return the trigger of the journeys' table for one that begins, ends or goes on."""
    return pgtrigger.Trigger(
        name="patient_comes_next",
        operation=(
            pgtrigger.Insert | pgtrigger.UpdateOf("status", "started_on")  # type: ignore[no-untyped-call]
        ),
        level=pgtrigger.Row,
        when=pgtrigger.After,
        func=JOURNEY_CHANGED,
    )
