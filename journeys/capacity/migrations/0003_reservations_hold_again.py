"""An appointment that holds again takes its units again, if nobody else has them (decision 0012)."""

from django.db import migrations

HOLD_AGAIN = """
CREATE FUNCTION capacity_hold_again_with_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE capacity_reservation
       SET released_at = NULL, release_reason = ''
     WHERE activity_id = NEW.activity_id AND released_at = OLD.cancelled_at;
    RETURN NULL;
END $$;

CREATE TRIGGER capacity_hold_again_with_appointment
AFTER UPDATE ON planning_appointment FOR EACH ROW
WHEN (OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS NULL)
EXECUTE FUNCTION capacity_hold_again_with_appointment();
"""

STAY_FREE = """
DROP TRIGGER capacity_hold_again_with_appointment ON planning_appointment;
DROP FUNCTION capacity_hold_again_with_appointment();
"""


class Migration(migrations.Migration):
    dependencies = [("capacity", "0002_reservations_are_freed")]

    operations = [migrations.RunSQL(HOLD_AGAIN, STAY_FREE)]
