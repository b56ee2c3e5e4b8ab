"""Everything that planning needs to know about one journey's latest cycle."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.protocol import ActivityDefinition, LabelRules, Point, Protocol
from journeys.planning.models import Activity, Appointment, Cycle, Hold, Journey, Stage
from journeys.planning.workspace.versions import definition_of

# What a use-case may change of an activity, apart from its dates; as JSON keeps it.
StateRecord = dict[str, str | None]


@dataclass(slots=True, kw_only=True)
class Workspace:
    """Everything that planning needs to know about one journey's latest cycle."""

    journey: Journey
    cycle: Cycle
    protocol: Protocol
    rules: LabelRules
    open_days: OpenDays
    stages: dict[str, Stage]
    activities: dict[Point, Activity]
    appointments: dict[int, Appointment]  # live ones, by activity id
    holds: list[Hold]  # of the journey, oldest first
    loaded: dict[int, StateRecord] = field(default_factory=dict)  # as it was, by activity id
    released: list[Appointment] = field(default_factory=list)  # cancelled since it was loaded

    @property
    def live_hold(self) -> Hold | None:
        """Return the hold that nobody has resumed from."""
        return next((hold for hold in self.holds if hold.until_on is None), None)

    @property
    def zone(self) -> ZoneInfo:
        """Return the centre's time zone."""
        return ZoneInfo(self.journey.centre.time_zone)

    def state_of(self, activity: Activity) -> StateRecord:
        """Return how an activity stands now."""
        return state_record(activity, self.appointments.get(activity.pk))

    def definition(self, activity: Activity) -> ActivityDefinition:
        """Return what the protocol says of an activity."""
        return definition_of(activity)

    def title(self, activity: Activity) -> str:
        """Return an activity's title in English, for records and refusals."""
        return activity.title or self.definition(activity).title["en"]


def state_record(activity: Activity, appointment: Appointment | None) -> StateRecord:
    """Return what a use-case may change of an activity, apart from its dates.

    The live appointment is named, so that undoing lets that one hold again and no other.
    """
    return {
        "state": str(activity.state),
        "starts": activity.planned_at.isoformat() if activity.planned_at else None,
        "happened": activity.happened_on.isoformat() if activity.happened_on else None,
        "happened_at": activity.happened_at.isoformat() if activity.happened_at else None,
        "locked": activity.locked_on.isoformat() if activity.locked_on else None,
        "lock_kind": activity.lock_kind,
        "locked_by": str(activity.locked_by_id) if activity.locked_by_id else None,
        "appointment": str(appointment.uid) if appointment else None,
        "reason": activity.close_reason,
    }
