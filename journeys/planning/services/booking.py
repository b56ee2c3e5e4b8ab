"""Booking an activity at a time and a place, and cancelling a booking."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction

from carttrack.accounts.models import User
from journeys.planning.domain.states import ActivityState, RevisionKind
from journeys.planning.models import Appointment
from journeys.planning.services.checks import check_horizon, open_activity
from journeys.planning.services.refusals import AlreadyBooked, DateInPast, NotBooked, ReasonMissing
from journeys.planning.services.releasing import release
from journeys.planning.services.revising import revise, with_notice
from journeys.planning.services.writing import Outcome
from journeys.planning.workspace import Workspace


@transaction.atomic
def book(
    *,
    activity_uid: uuid.UUID,
    starts_at: datetime,
    minutes: int,
    place: str,
    by: User,
    today: date,
    now: datetime,
) -> Outcome:
    """Book an open activity; an earlier booking of it is replaced in the same transaction.

    The plan counts from the booked day on. A day outside the window is allowed, since a person
    decided it, and is reported as a conflict.

    Units:
        starts_at: UTC instant; minutes: how long it takes.

    Raises:
        Activity.DoesNotExist: no such activity.
        JourneyNotActive, ActivityNotOpen, RestrictionEndsByItself: it cannot be booked.
        DateInPast: the time is over.
        AlreadyBooked: it is booked for that time and place.
        BeyondTheHorizon, NoRuleThen: no plan can be made with it.
    """
    space, activity = open_activity(activity_uid)
    check_horizon(space.title(activity), starts_at.date(), today=today)
    if starts_at <= now:
        raise DateInPast(space.title(activity), starts_at.astimezone(space.zone).date())
    ends_at = starts_at + timedelta(minutes=minutes)
    previous = space.appointments.pop(activity.pk, None)
    if previous and (previous.starts_at, previous.ends_at, previous.place) == (
        starts_at,
        ends_at,
        place,
    ):
        raise AlreadyBooked(space.title(activity))
    if previous:
        previous.cancelled_at, previous.cancel_reason = now, "rebooked"
        previous.save(update_fields=["cancelled_at", "cancel_reason"])
    appointment = Appointment.objects.create(
        activity=activity,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        booked_by=by,
        booked_at=now,
    )
    space.appointments[activity.pk] = appointment
    before = _record(previous)
    activity.state = ActivityState.BOOKED
    activity.planned_at = starts_at
    activity.locked_on, activity.lock_kind, activity.locked_by = None, "", None
    activity.save(update_fields=["state", "planned_at", "locked_on", "lock_kind", "locked_by"])
    outcome = revise(
        space,
        activity,
        RevisionKind.BOOKED,
        before=before,
        after=_record(appointment),
        by=by,
        today=today,
        now=now,
    )
    if previous and _is_same_day(space, previous, appointment):
        # A new day is told by its own reminder.
        return with_notice(outcome, space, about=activity, now=now)
    return outcome


@transaction.atomic
def cancel_booking(
    *, activity_uid: uuid.UUID, reason: str, by: User, today: date, now: datetime
) -> Outcome:
    """Cancel the live appointment; the activity stays in the plan and gets its day anew.

    Raises:
        Activity.DoesNotExist: no such activity.
        JourneyNotActive, ActivityNotOpen, RestrictionEndsByItself: it cannot be changed.
        NotBooked: there is no live appointment.
        ReasonMissing: no reason was given.
    """
    space, activity = open_activity(activity_uid)
    if not reason.strip():
        raise ReasonMissing
    appointment = space.appointments.get(activity.pk)
    if appointment is None:
        raise NotBooked
    before = _record(appointment)
    release(space, activity, reason=reason.strip(), now=now)
    return revise(
        space,
        activity,
        RevisionKind.RELEASED,
        before=before,
        after=_record(appointment),
        by=by,
        today=today,
        now=now,
        note=reason.strip(),
    )


def _is_same_day(space: Workspace, one: Appointment, other: Appointment) -> bool:
    days = {each.starts_at.astimezone(space.zone).date() for each in (one, other)}
    return len(days) == 1


def _record(appointment: Appointment | None) -> dict[str, str] | None:
    if appointment is None:
        return None
    return {
        "appointment": str(appointment.uid),
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "place": appointment.place,
        "cancelled": appointment.cancel_reason,
    }
