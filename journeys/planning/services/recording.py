"""Recording that something happened, or that it will not."""

import uuid
from datetime import date, datetime

from django.db import transaction

from carttrack.accounts.models import User
from journeys.planning.domain.protocol import ActivityDefinition, ActivityKind
from journeys.planning.domain.states import ActivityState, RevisionKind
from journeys.planning.models import Activity
from journeys.planning.services.checks import open_activity
from journeys.planning.services.gates import require_gates
from journeys.planning.services.refusals import (
    BeforeTheJourney,
    DateInFuture,
    HourInFuture,
    OutOfOrder,
    ReasonMissing,
)
from journeys.planning.services.releasing import cancel_appointment
from journeys.planning.services.revising import revise
from journeys.planning.services.writing import Outcome
from journeys.planning.workspace import Workspace


@transaction.atomic
def record_happened(
    *,
    activity_uid: uuid.UUID,
    on: date,
    by: User,
    today: date,
    now: datetime,
    at: datetime | None = None,
    note: str = "",
    with_findings: bool = False,
) -> Outcome:
    """Record that an activity took place; the plan then counts from the actual day.

    Appointments of other activities are kept: what they no longer fit is reported as a conflict.
    What was recorded together with a visit's findings (`with_findings`) is corrected, not undone.

    Units:
        on, today: local calendar dates at the centre; at: the UTC instant, when it is known.

    Raises:
        Activity.DoesNotExist: no such activity.
        JourneyNotActive, ActivityNotOpen, RestrictionEndsByItself: nothing can be recorded here.
        DateInFuture, HourInFuture: `on` is after `today`, or `at` after `now`.
        BeforeTheJourney: `on` is before the referral.
        NoRuleThen: no label rule holds on the day of the infusion.
        OutOfOrder: what must come first is not recorded on or before that day.
        GateNotMet: the stage that it completes asks for something that is not in place.
    """
    space, activity = open_activity(activity_uid)
    definition = space.definition(activity)
    title = space.title(activity)
    if on > today:
        raise DateInFuture(title, on)
    if at is not None and at > now:
        raise HourInFuture(title)
    if on < space.journey.started_on:
        raise BeforeTheJourney(on, space.journey.started_on)
    missing = _not_before(space, activity, definition, on)
    if missing:
        raise OutOfOrder(title, missing)
    require_gates(space, activity)
    before = _state_record(activity)
    activity.state = ActivityState.DONE
    activity.happened_on, activity.happened_at = on, at
    activity.locked_on, activity.lock_kind, activity.locked_by = None, "", None
    activity.save(
        update_fields=[
            "state",
            "happened_on",
            "happened_at",
            "locked_on",
            "lock_kind",
            "locked_by",
        ]
    )
    return revise(
        space,
        activity,
        RevisionKind.VISITED if with_findings else RevisionKind.RECORDED,
        before=before,
        after=_state_record(activity),
        by=by,
        today=today,
        now=now,
        note=note,
    )


@transaction.atomic
def close_without(
    *,
    activity_uid: uuid.UUID,
    state: ActivityState,
    reason: str,
    by: User,
    today: date,
    now: datetime,
) -> Outcome:
    """Close an activity as missed, skipped or not needed; the reason is kept beside it.

    Raises:
        Activity.DoesNotExist: no such activity.
        JourneyNotActive, ActivityNotOpen, RestrictionEndsByItself: nothing can be closed here.
        ReasonMissing: no reason was given.
    """
    space, activity = open_activity(activity_uid)
    if not reason.strip():
        raise ReasonMissing
    before = _state_record(activity)
    activity.state = state
    activity.close_reason = reason.strip()
    activity.save(update_fields=["state", "close_reason"])
    cancel_appointment(space, activity, reason=state, now=now)
    return revise(
        space,
        activity,
        RevisionKind.CLOSED,
        before=before,
        after=_state_record(activity),
        by=by,
        today=today,
        now=now,
        note=reason,
    )


def _not_before(
    space: Workspace, activity: Activity, definition: ActivityDefinition, on: date
) -> list[str]:
    """Return the titles of what must have happened on or before that day and has not."""
    required = [
        other
        for other in space.activities.values()
        if other.code in definition.requires
        or (other.code == activity.code and other.occurrence < activity.occurrence)
    ]
    closed = (ActivityState.SKIPPED, ActivityState.NOT_NEEDED)
    missing = [
        space.title(other)
        for other in required
        if other.kind != ActivityKind.RESTRICTION
        and other.state not in closed
        and (other.happened_on is None or other.happened_on > on)
        and not _may_be_missed(other, activity)
    ]
    return list(dict.fromkeys(missing))


def _may_be_missed(other: Activity, activity: Activity) -> bool:
    """Tell whether an earlier occurrence may have been missed: a yearly visit does not wait."""
    return other.code == activity.code and other.kind in (ActivityKind.VISIT, ActivityKind.CHECK)


def _state_record(activity: Activity) -> dict[str, str | None]:
    return {
        "point": activity.point,
        "state": str(activity.state),
        "happened_on": activity.happened_on.isoformat() if activity.happened_on else None,
        "chosen_on": activity.chosen_on.isoformat() if activity.chosen_on else None,
    }
