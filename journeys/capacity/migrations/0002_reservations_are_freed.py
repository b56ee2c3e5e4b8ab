"""Reservations and slots are freed with what they were for, whoever writes it (decision 0012)."""

from django.db import migrations

FREE = """
CREATE FUNCTION capacity_free_with_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE capacity_reservation
       SET released_at = NEW.cancelled_at,
           release_reason = left(coalesce(nullif(NEW.cancel_reason, ''), 'cancelled'), 120)
     WHERE activity_id = NEW.activity_id AND released_at IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER capacity_free_with_appointment
AFTER UPDATE ON planning_appointment FOR EACH ROW
WHEN (OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL)
EXECUTE FUNCTION capacity_free_with_appointment();

CREATE FUNCTION capacity_free_with_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE capacity_reservation
       SET released_at = statement_timestamp(), release_reason = NEW.state
     WHERE activity_id = NEW.id AND released_at IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER capacity_free_with_activity
AFTER UPDATE ON planning_activity FOR EACH ROW
WHEN (OLD.state IS DISTINCT FROM NEW.state
      AND NEW.state IN ('missed', 'skipped', 'cancelled', 'not_needed'))
EXECUTE FUNCTION capacity_free_with_activity();

CREATE FUNCTION capacity_free_with_journey() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE capacity_reservation AS reservation
       SET released_at = statement_timestamp(), release_reason = 'journey ' || NEW.status
      FROM planning_activity AS activity
     WHERE activity.id = reservation.activity_id AND activity.journey_id = NEW.id
       AND reservation.released_at IS NULL AND reservation.ends_at > statement_timestamp();
    UPDATE capacity_manufacturingslot AS slot
       SET state = 'released', closed_at = statement_timestamp(),
           close_reason = 'journey ' || NEW.status
      FROM planning_cycle AS cycle
     WHERE cycle.id = slot.cycle_id AND cycle.journey_id = NEW.id
       AND slot.state IN ('requested', 'held');
    RETURN NULL;
END $$;

CREATE TRIGGER capacity_free_with_journey
AFTER UPDATE ON planning_journey FOR EACH ROW
WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('ended', 'completed'))
EXECUTE FUNCTION capacity_free_with_journey();
"""

KEEP = """
DROP TRIGGER capacity_free_with_journey ON planning_journey;
DROP FUNCTION capacity_free_with_journey();
DROP TRIGGER capacity_free_with_activity ON planning_activity;
DROP FUNCTION capacity_free_with_activity();
DROP TRIGGER capacity_free_with_appointment ON planning_appointment;
DROP FUNCTION capacity_free_with_appointment();
"""


class Migration(migrations.Migration):
    dependencies = [("capacity", "0001_initial")]

    operations = [migrations.RunSQL(FREE, KEEP)]
