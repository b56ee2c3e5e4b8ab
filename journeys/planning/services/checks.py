"""What every change of an open activity checks first."""

import uuid

from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Journey
from journeys.planning.services.refusals import (
    ActivityNotOpen,
    JourneyNotActive,
    RestrictionEndsByItself,
)
from journeys.planning.workspace import Workspace, load


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
    if activity is None or space.journey.status != JourneyStatus.ACTIVE:
        raise JourneyNotActive
    if not activity.is_open:
        raise ActivityNotOpen(space.title(activity.code))
    if activity.kind == ActivityKind.RESTRICTION:
        raise RestrictionEndsByItself
    return space, activity
