"""One journey read for its pages: as much of it as a page can show, whatever its length."""

import uuid
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import connection

from journeys.planning.domain.protocol import Point, Protocol
from journeys.planning.models import Activity, Appointment, Cycle, Hold, Journey, Stage
from journeys.planning.workspace import protocol_of

# Of each activity that repeats so many times, the ones nearest to today, before and after it, and
# the ones that need a hand; no protocol on file repeats anything oftener.
NEAR = 30
NEAREST = """
SELECT near.id
  FROM (SELECT DISTINCT code FROM planning_activity WHERE cycle_id = %(cycle)s) AS kind,
       LATERAL (
         (SELECT id FROM planning_activity AS activity
           WHERE cycle_id = %(cycle)s AND activity.code = kind.code AND chosen_on < %(today)s
           ORDER BY chosen_on DESC LIMIT %(near)s)
         UNION ALL
         (SELECT id FROM planning_activity AS activity
           WHERE cycle_id = %(cycle)s AND activity.code = kind.code AND chosen_on >= %(today)s
           ORDER BY chosen_on LIMIT %(near)s)
         UNION ALL
         (SELECT id FROM planning_activity AS activity
           WHERE cycle_id = %(cycle)s AND activity.code = kind.code AND chosen_on IS NULL
           LIMIT %(near)s)) AS near
UNION
(SELECT id FROM planning_activity
  WHERE journey_id = %(journey)s AND cycle_id = %(cycle)s AND needs_hand_on <= %(today)s
  ORDER BY needs_hand_on LIMIT %(near)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What pages show of a journey's latest cycle; `hidden` dates are too far away to be shown."""

    journey: Journey
    cycle: Cycle
    protocol: Protocol
    stages: dict[str, Stage]
    activities: dict[Point, Activity]
    appointments: dict[int, Appointment]  # live ones, by activity id
    holds: list[Hold]
    hidden: int

    @property
    def zone(self) -> ZoneInfo:
        """Return the centre's time zone."""
        return ZoneInfo(self.journey.centre.time_zone)


def read(journey_uid: uuid.UUID, *, today: date) -> Reading:
    """Read a journey's latest cycle in a fixed number of queries.

    Raises:
        Journey.DoesNotExist: no such journey.
    """
    journey = (
        Journey.objects.select_related("centre", "protocol_version__protocol__product")
        .defer("protocol_version__document")
        .get(uid=journey_uid)
    )
    cycle = journey.cycles.order_by("-number")[:1].get()
    stages = {stage.pk: stage for stage in cycle.stages.all()}
    activities = Activity.objects.filter(pk__in=_nearest(cycle, today))
    found = {}
    for activity in activities:
        activity.journey, activity.cycle = journey, cycle
        activity.stage = stages[activity.stage_id]
        found[activity.point] = activity
    return Reading(
        journey=journey,
        cycle=cycle,
        protocol=protocol_of(journey.protocol_version),
        stages={stage.code: stage for stage in stages.values()},
        activities=found,
        appointments={
            appointment.activity_id: appointment
            for appointment in Appointment.objects.filter(
                activity__in=[activity.pk for activity in found.values()],
                cancelled_at__isnull=True,
            )
        },
        holds=list(journey.holds.all()),
        hidden=cycle.activities.count() - len(found),
    )


def _nearest(cycle: Cycle, today: date) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            NEAREST,
            {"cycle": cycle.pk, "journey": cycle.journey_id, "today": today, "near": NEAR},
        )
        return [pk for (pk,) in cursor.fetchall()]
