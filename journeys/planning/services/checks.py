"""What every change of an open activity checks first."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from carttrack.accounts.models import Centre
from journeys.planning.domain.plan import Fact, Plan
from journeys.planning.domain.protocol import ActivityKind, Point
from journeys.planning.domain.rules import MissingRule
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Journey, ProtocolVersion
from journeys.planning.services.refusals import (
    ActivityNotOpen,
    BeforeTheJourney,
    BeyondTheHorizon,
    DateInFuture,
    JourneyNotActive,
    NoRuleThen,
    ProtocolElsewhere,
    RegionNotCovered,
    RestrictionEndsByItself,
)
from journeys.planning.workspace import Workspace, compute, load

# Follow-up lasts fifteen years and sometimes a few more; a day beyond this is a mistyped one.
HORIZON = timedelta(days=25 * 366)


def open_activity(
    activity_uid: uuid.UUID, *, for_update: bool = True
) -> tuple[Workspace, Activity]:
    """Return the workspace of an activity that may still change, its journey locked.

    Raises:
        Activity.DoesNotExist: no such activity.
        JourneyNotActive, ActivityNotOpen, RestrictionEndsByItself: it may not change.
    """
    journey_uid = Journey.objects.filter(activities__uid=activity_uid).values_list("uid", flat=True)
    found = journey_uid.first()
    if found is None:
        raise Activity.DoesNotExist
    space = load(found, for_update=for_update)
    activity = next((row for row in space.activities.values() if row.uid == activity_uid), None)
    if space.journey.status != JourneyStatus.ACTIVE:
        raise JourneyNotActive
    if activity is None:  # it belongs to an earlier cycle, which is over
        raise ActivityNotOpen(space.title(Activity.objects.get(uid=activity_uid)))
    if not activity.is_open:
        raise ActivityNotOpen(space.title(activity))
    if activity.kind == ActivityKind.RESTRICTION:
        raise RestrictionEndsByItself
    return space, activity


def active_journey(journey_uid: uuid.UUID) -> Workspace:
    """Return the workspace of a journey that still goes on, locked.

    Raises:
        Journey.DoesNotExist: no such journey.
        JourneyNotActive: it has ended.
    """
    space = load(journey_uid, for_update=True)
    if space.journey.status != JourneyStatus.ACTIVE:
        raise JourneyNotActive
    return space


def check_horizon(title: str, on: date, *, today: date) -> None:
    """Refuse a day that no journey reaches, before or after today.

    Raises:
        BeyondTheHorizon: it is further away than any follow-up lasts.
    """
    if abs(on - today) > HORIZON:
        raise BeyondTheHorizon(title, on)


def check_within(journey: Journey, title: str, on: date, *, today: date) -> None:
    """Refuse a day on which nothing of the journey can have happened.

    Raises:
        DateInFuture, BeforeTheJourney: `on` is not between the referral and `today`.
    """
    if on > today:
        raise DateInFuture(title, on)
    if on < journey.started_on:
        raise BeforeTheJourney(on, journey.started_on)


def plan_of(space: Workspace, given: Mapping[Point, Fact], *, today: date) -> Plan:
    """Return the plan for the given facts, or refuse what leads to none.

    Raises:
        NoRuleThen: no label rule holds on the day on which the infusion would be.
    """
    try:
        return compute(space, given, today=today)
    except MissingRule as error:
        raise NoRuleThen(error.on) from error


def check_offered(version: ProtocolVersion, centre: Centre) -> None:
    """Refuse a version that the centre's journeys cannot follow.

    Raises:
        ProtocolElsewhere: the protocol is another centre's own.
        RegionNotCovered: the version was not published for the centre's region.
    """
    if version.protocol.centre_id not in (None, centre.pk):
        raise ProtocolElsewhere
    if centre.region not in version.regions:
        raise RegionNotCovered
