"""What a patient who comes to a visit must have been told, worked out apart from the ledger."""

from datetime import date, timedelta

from journeys.planning.domain.reminding import Audience, ReminderDefinition, ReminderWhen
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity, Appointment
from journeys.planning.workspace import definition_of
from notifications.models import Reminder


class Witness:
    """Asks on the day of each booked visit whether its reminders stand in the ledger.

    Reads the protocol and the appointment only: a rule that came due and left no row would
    otherwise be missed by every count of rows.
    """

    def __init__(self) -> None:
        self.looked = 0
        self.missing = 0

    def look(self, activity: Activity, on: date) -> None:
        """Look for what had to be written for this visit, whatever became of it."""
        if activity.state != ActivityState.BOOKED:
            return
        row = Activity.objects.select_related(
            "journey__protocol_version", "cycle__protocol_version"
        ).get(pk=activity.pk)
        booked = Appointment.objects.get(activity=activity, cancelled_at=None)
        due = {
            f"{row.code}:{one.code}"
            for rule in definition_of(row).reminders
            if row.occurrence == 1 or not rule.first_only
            for one in rule.each()
            if _was_owed(one, on=on, booked_on=booked.booked_at.date())
        }
        written = Reminder.objects.filter(topic__uid=row.uid, occurs_on=on, rule__in=due)
        self.looked += len(due)
        self.missing += len(due - set(written.values_list("rule", flat=True)))


def _was_owed(rule: ReminderDefinition, *, on: date, booked_on: date) -> bool:
    """Tell whether a rule for the patient came due after the visit was booked."""
    if rule.audience != Audience.PATIENT or rule.when != ReminderWhen.BOOKED:
        return False
    return bool(rule.offset_days) and booked_on < on + timedelta(days=rule.offset_days or 0) < on
