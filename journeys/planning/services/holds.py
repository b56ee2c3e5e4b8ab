"""Stopping a journey's clock on the way to the infusion, and letting it run again."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.plan import REFERENCE_POINT
from journeys.planning.domain.states import OPEN_STATES, ActivityState, HoldReason, RevisionKind
from journeys.planning.models import Hold
from journeys.planning.services.checks import active_journey, check_within, plan_of
from journeys.planning.services.refusals import (
    AfterTheInfusion,
    AlreadyOnHold,
    BeforeTheHold,
    DateInFuture,
    DateInPast,
    HeldThen,
    NotOnHold,
    ReasonMissing,
)
from journeys.planning.services.releasing import release
from journeys.planning.services.revising import with_news
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import Workspace, facts


@transaction.atomic
def put_on_hold(
    *,
    journey_uid: uuid.UUID,
    reason: HoldReason,
    from_on: date,
    expected_on: date | None,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
) -> Outcome:
    """Stop the clock: what is still open has no day until the journey resumes.

    Appointments up to the day on which somebody means to resume are released; without such a day,
    all of them. What happened, and dates that a person fixed, stay.

    Units:
        from_on, expected_on: local calendar dates at the centre.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive, AlreadyOnHold, AfterTheInfusion: it cannot be held.
        DateInFuture, BeforeTheJourney, HeldThen: `from_on` cannot be.
        DateInPast: `expected_on` is not after `today`.
        ReasonMissing: "other" needs a note.
    """
    space = active_journey(journey_uid)
    _check_may_hold(space, reason=reason, from_on=from_on, note=note, today=today)
    if expected_on is not None and expected_on <= today:
        raise DateInPast(_("Resuming"), expected_on)
    hold = Hold.objects.create(
        journey=space.journey,
        reason=reason,
        note=note.strip(),
        from_on=from_on,
        expected_on=expected_on,
        held_by=by,
        held_at=now,
    )
    space.holds.append(hold)
    _release_bookings(space, before=expected_on, reason=reason, now=now)
    outcome = _written(
        space, RevisionKind.HELD, reason=reason, note=note, by=by, today=today, now=now
    )
    audit.record(
        actor=by,
        action="journey.held",
        patient_uid=space.journey.patient.uid,
        subject=space.journey,
        centre=space.journey.centre,
        before=None,
        after={
            "from_on": from_on.isoformat(),
            "expected_on": expected_on.isoformat() if expected_on else None,
        },
        reason=reason,
        note=note.strip(),
        now=now,
    )
    return with_news(outcome, space, now=now)


@transaction.atomic
def resume(
    *, journey_uid: uuid.UUID, on: date, by: User, today: date, now: datetime, note: str = ""
) -> Outcome:
    """Let the clock run again from a day on; the days on hold count for no target and no limit.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive, NotOnHold: there is nothing to resume.
        DateInFuture, BeforeTheHold: `on` is not between the hold's first day and `today`.
    """
    space = active_journey(journey_uid)
    hold = space.live_hold
    if hold is None:
        raise NotOnHold
    if on > today:
        raise DateInFuture(_("Resuming"), on)
    if on < hold.from_on:
        raise BeforeTheHold(on, hold.from_on)
    hold.until_on, hold.resumed_by, hold.resumed_at = on, by, now
    hold.save(update_fields=["until_on", "resumed_by", "resumed_at"])
    outcome = _written(
        space, RevisionKind.RESUMED, reason=hold.reason, note=note, by=by, today=today, now=now
    )
    audit.record(
        actor=by,
        action="journey.resumed",
        patient_uid=space.journey.patient.uid,
        subject=space.journey,
        centre=space.journey.centre,
        before={"from_on": hold.from_on.isoformat()},
        after={"until_on": on.isoformat(), "days": (on - hold.from_on).days},
        reason=hold.reason,
        note=note.strip(),
        now=now,
    )
    return outcome


def _check_may_hold(
    space: Workspace, *, reason: HoldReason, from_on: date, note: str, today: date
) -> None:
    if space.live_hold:
        raise AlreadyOnHold
    infusion = space.activities.get(REFERENCE_POINT)
    if infusion and infusion.state == ActivityState.DONE:
        raise AfterTheInfusion
    check_within(space.journey, _("The hold"), from_on, today=today)
    if any(hold.until_on and from_on < hold.until_on for hold in space.holds):
        raise HeldThen
    if reason == HoldReason.OTHER and not note.strip():
        raise ReasonMissing


def _release_bookings(space: Workspace, *, before: date | None, reason: str, now: datetime) -> None:
    """Release the appointments of what stands still."""
    standing = [
        activity
        for activity in space.activities.values()
        if activity.state in OPEN_STATES and activity.pk in space.appointments
    ]
    for activity in sorted(standing, key=lambda each: each.point):
        day = space.appointments[activity.pk].starts_at.astimezone(space.zone).date()
        if before is None or day < before:
            release(space, activity, reason=reason, now=now)


def _written(
    space: Workspace,
    kind: RevisionKind,
    *,
    reason: str,
    note: str,
    by: User,
    today: date,
    now: datetime,
) -> Outcome:
    plan = plan_of(space, facts(space), today=today)
    return write_plan(
        space, plan, kind=kind, by=by, now=now, today=today, reason=reason, note=note.strip()
    )
