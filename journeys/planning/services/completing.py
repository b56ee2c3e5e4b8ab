"""Completing a journey: a person says so; time alone, or a missed last visit, never does."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from carttrack.accounts.models import User
from carttrack.audit import services as audit
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import JourneyStatus, RevisionKind
from journeys.planning.services.checks import active_journey, check_within, plan_of
from journeys.planning.services.refusals import StillOpen
from journeys.planning.services.releasing import cancel_open
from journeys.planning.services.writing import Outcome, write_plan
from journeys.planning.workspace import facts
from notifications import services as notifications


@transaction.atomic
def complete_journey(
    *, journey_uid: uuid.UUID, on: date, by: User, today: date, now: datetime, note: str = ""
) -> Outcome:
    """Complete a journey whose every activity is settled; messages stop, nothing is lost.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended before.
        DateInFuture, BeforeTheJourney: `on` is not between the referral and `today`.
        StillOpen: something is still to come or was never settled; it is named.
    """
    space = active_journey(journey_uid)
    journey = space.journey
    check_within(journey, gettext("The end of the journey"), on, today=today)
    waiting = [
        space.title(activity)
        for activity in space.activities.values()
        if activity.is_open and activity.kind != ActivityKind.RESTRICTION
    ]
    if waiting:
        raise StillOpen(list(dict.fromkeys(waiting)))
    plan = plan_of(space, facts(space), today=today)
    cancel_open(space, reason=JourneyStatus.COMPLETED, now=now)
    journey.status, journey.ended_on = JourneyStatus.COMPLETED, on
    journey.save(update_fields=["status", "ended_on"])
    notifications.stop_thread(thread_uid=journey.uid, reason="journey_ended", now=now)
    outcome = write_plan(
        space, plan, kind=RevisionKind.COMPLETED, by=by, now=now, today=today, note=note.strip()
    )
    audit.record(
        actor=by,
        action="journey.completed",
        patient_uid=journey.patient.uid,
        subject=journey,
        centre=journey.centre,
        before={"status": JourneyStatus.ACTIVE},
        after={"status": JourneyStatus.COMPLETED, "ended_on": on.isoformat()},
        note=note.strip(),
        now=now,
    )
    return outcome
