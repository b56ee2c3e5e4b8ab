"""A visit that no protocol asks for: somebody adds it between two scheduled ones."""

from journeys.planning.domain.protocol import ActivityDefinition, ActivityKind
from journeys.planning.domain.reminding import Audience, ReminderDefinition, ReminderWhen

# It belongs to no network of constraints: nothing counts from it and nothing moves it.
UNSCHEDULED = ActivityDefinition(
    code="unscheduled",
    stage="",
    title={"en": "Unscheduled visit"},
    kind=ActivityKind.VISIT,
    minutes=30,
    patient_title={"en": "Extra visit"},
    reminders=(
        ReminderDefinition(
            code="booked",
            kind="appointment_booked",
            audience=Audience.PATIENT,
            channel="email",
            offset_days=None,
            when=ReminderWhen.BOOKED,
        ),
        ReminderDefinition(
            code="soon_1",
            kind="visit_soon",
            audience=Audience.PATIENT,
            channel="email",
            offset_days=-1,
            expires_days=0,
            when=ReminderWhen.BOOKED,
        ),
        ReminderDefinition(
            code="passed",
            kind="date_passed",
            audience=Audience.COORDINATOR,
            channel="in_app",
            offset_days=1,
            expires_days=30,
        ),
    ),
)
