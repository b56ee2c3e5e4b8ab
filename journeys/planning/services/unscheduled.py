"""Visits that no protocol asks for."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from carttrack.accounts.models import User
from journeys.planning.domain.states import ActivityState, RevisionKind, StageState
from journeys.planning.domain.unscheduled import UNSCHEDULED
from journeys.planning.models import Activity, Stage
from journeys.planning.services.checks import active_journey, check_horizon
from journeys.planning.services.refusals import DateInPast, ReasonMissing, SentTwice
from journeys.planning.services.revising import revise
from journeys.planning.services.writing import Outcome
from journeys.planning.workspace import Workspace


@transaction.atomic
def add_unscheduled(
    *,
    journey_uid: uuid.UUID,
    title: str,
    on: date,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
    uid: uuid.UUID | None = None,
) -> Outcome:
    """Add a visit between the scheduled ones, in the stage where the journey stands.

    No other date counts from it, so that it moves nothing. `uid` is the visit's name where a form
    chose one.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
        SentTwice: there is something of this name.
        ReasonMissing: the visit has no title.
        DateInPast, BeyondTheHorizon: `on` cannot be.
    """
    space = active_journey(journey_uid)
    if uid and Activity.objects.filter(uid=uid).exists():
        raise SentTwice
    if not title.strip():
        raise ReasonMissing
    check_horizon(title, on, today=today)
    if on < today:
        raise DateInPast(title, on)
    activity = Activity.objects.create(
        uid=uid or uuid.uuid4(),
        journey=space.journey,
        cycle=space.cycle,
        stage=_standing(space),
        centre=space.journey.centre,
        code=UNSCHEDULED.code,
        occurrence=_last_number(space) + 1,
        kind=UNSCHEDULED.kind,
        title=title.strip(),
        state=ActivityState.PLANNED,
        target_on=on,
        opens_on=on,
        closes_on=on,
        chosen_on=on,
        plan_version=space.journey.plan_version + 1,
    )
    space.activities[activity.point] = activity
    return revise(
        space,
        activity,
        RevisionKind.ADDED,
        before=None,
        after={"on": on.isoformat(), "title": title.strip()},
        by=by,
        today=today,
        now=now,
        note=note.strip(),
    )


def _standing(space: Workspace) -> Stage:
    """Return the stage where the journey stands: the current one, otherwise the latest begun."""
    ordered = sorted(space.stages.values(), key=lambda stage: stage.position)
    current = [stage for stage in ordered if stage.state == StageState.CURRENT]
    begun = [stage for stage in ordered if stage.started_on]
    return (current or begun or ordered)[-1]


def _last_number(space: Workspace) -> int:
    found = space.cycle.activities.filter(code=UNSCHEDULED.code).aggregate(last=Max("occurrence"))
    return int(found["last"] or 0)
