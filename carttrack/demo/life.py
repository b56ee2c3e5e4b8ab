"""A patient in the demonstration, as the virtual days pass."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from carttrack.demo.cohort import DemoPatient
from journeys.planning.models import Journey


@dataclass(slots=True)
class Life:
    """A patient in the demonstration, and the next day on which something is up."""

    patient: DemoPatient
    journey: Journey
    next_on: date | None

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the centre."""
        return ZoneInfo(self.journey.centre.time_zone)

    def at(self, day: date, clock: time) -> datetime:
        """Return the UTC instant of a wall time at the centre."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)


def happened_on(life: Life, code: str) -> date | None:
    """Return the day on which an activity last happened."""
    activity = life.journey.activities.filter(code=code).order_by("-happened_on").first()
    return activity.happened_on if activity else None
