"""Cancelling appointments inside a larger change; nothing is deleted."""

from datetime import datetime

from journeys.planning.domain.states import OPEN_STATES, ActivityState
from journeys.planning.models import Activity
from journeys.planning.workspace import Workspace


def cancel_appointment(space: Workspace, activity: Activity, *, reason: str, now: datetime) -> None:
    """Cancel an activity's appointment, where it has one, inside a larger change."""
    appointment = space.appointments.pop(activity.pk, None)
    if appointment is None:
        return
    appointment.cancelled_at, appointment.cancel_reason = now, reason[:120]
    appointment.save(update_fields=["cancelled_at", "cancel_reason"])
    appointment.activity = activity
    space.released.append(appointment)


def release(space: Workspace, activity: Activity, *, reason: str, now: datetime) -> None:
    """Cancel a booking inside a larger change; the caller re-plans and records it."""
    cancel_appointment(space, activity, reason=reason, now=now)
    activity.state, activity.planned_at = ActivityState.PLANNED, None
    activity.save(update_fields=["state", "planned_at"])


def cancel_open(space: Workspace, *, reason: str, now: datetime) -> None:
    """Cancel every open activity of the cycle with its appointment; one that was kept stays."""
    still_open = [activity for activity in space.activities.values() if activity.is_open]
    for activity in still_open:
        cancel_appointment(space, activity, reason=reason, now=now)
    space.cycle.activities.filter(state__in=OPEN_STATES).update(
        state=ActivityState.CANCELLED, planned_at=None
    )
    for activity in still_open:
        activity.state, activity.planned_at = ActivityState.CANCELLED, None
