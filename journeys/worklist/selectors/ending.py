"""What ending a journey would stop."""

from dataclasses import dataclass

from journeys.planning.models import Appointment, Journey
from notifications.models import Reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatEnds:
    """Counts of what is still to come in a journey."""

    activities: int
    appointments: int
    messages: int


def what_ends(journey: Journey) -> WhatEnds:
    """Return what would be cancelled and withdrawn if the journey ended now."""
    return WhatEnds(
        activities=journey.activities.open().count(),
        appointments=Appointment.objects.filter(
            activity__journey=journey, activity__happened_on=None, cancelled_at=None
        ).count(),
        messages=Reminder.objects.live().filter(thread__uid=journey.uid).count(),
    )
