"""One journey read for its pages: as much of it as a page can show, whatever its length.

Two statements, asked in one round trip, give everything; what pages do not show, such as the
reasons of each date, stays where it is. Rows are plain tuples: a page has dozens of them and
changes none.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from carttrack.prepared import Asked, Rows, Statement
from journeys.planning.domain.protocol import ActivityDefinition, Protocol
from journeys.planning.domain.states import OPEN_STATES
from journeys.planning.models import Activity, Appointment, Cycle, Hold, Journey, Stage
from journeys.planning.workspace import Workspace, definition_of, protocol_of

# An activity that repeats no oftener is read whole; no protocol on file asks for more. Of one that
# does, the dates nearest to today are read, before and after it, and the ones that need a hand.
WHOLE = 30
NEAR = 10
# What lies further away is counted so far and no further: more would cost as much as reading it.
COUNTED = 500
LATEST = Statement("""
SELECT cycle.id, cycle.journey_id, cycle.protocol_version_id, cycle.number, cycle.reason,
       cycle.chain_of_identity, cycle.started_on, cycle.conflicts, cycle.dates, cycle.has_holds,
       stage.code, stage.state, stage.planned_start_on, stage.planned_end_on,
       stage.started_on, stage.ended_on
  FROM (SELECT latest.*,
               (SELECT count(*)
                  FROM (SELECT FROM planning_activity WHERE cycle_id = latest.id
                         LIMIT %(counted)s::int) AS counted) AS dates,
               EXISTS (SELECT FROM planning_hold WHERE journey_id = latest.journey_id) AS has_holds
          FROM planning_cycle AS latest
         WHERE journey_id = (SELECT id FROM planning_journey WHERE uid = %(journey)s::uuid)
         ORDER BY number DESC LIMIT 1) AS cycle
  JOIN planning_stage AS stage ON stage.cycle_id = cycle.id
 ORDER BY stage.position
""")
# The kinds are found by stepping from one to the next in the index, not by reading thousands alike.
NEAREST = Statement("""
  WITH RECURSIVE latest AS (
         SELECT id, journey_id FROM planning_cycle
          WHERE journey_id = (SELECT id FROM planning_journey WHERE uid = %(journey)s::uuid)
          ORDER BY number DESC LIMIT 1),
       kind AS (
         (SELECT code FROM planning_activity WHERE cycle_id = (SELECT id FROM latest)
           ORDER BY code LIMIT 1)
         UNION ALL
         SELECT (SELECT code FROM planning_activity
                  WHERE cycle_id = (SELECT id FROM latest) AND code > kind.code
                  ORDER BY code LIMIT 1)
           FROM kind WHERE kind.code IS NOT NULL),
       measured AS MATERIALIZED (
         SELECT code,
                EXISTS (SELECT FROM planning_activity
                         WHERE cycle_id = (SELECT id FROM latest) AND code = kind.code
                        OFFSET %(whole)s::int) AS is_long
           FROM kind),
       near AS (
         SELECT found.id
           FROM measured AS kind,
                LATERAL (
                  (SELECT id FROM planning_activity
                    WHERE NOT kind.is_long
                      AND cycle_id = (SELECT id FROM latest) AND code = kind.code)
                  UNION ALL
                  (SELECT id FROM planning_activity
                    WHERE kind.is_long
                      AND cycle_id = (SELECT id FROM latest) AND code = kind.code
                      AND chosen_on < %(today)s::date
                    ORDER BY chosen_on DESC LIMIT %(near)s::int)
                  UNION ALL
                  (SELECT id FROM planning_activity
                    WHERE kind.is_long
                      AND cycle_id = (SELECT id FROM latest) AND code = kind.code
                      AND chosen_on >= %(today)s::date
                    ORDER BY chosen_on LIMIT %(near)s::int)
                  UNION ALL
                  (SELECT id FROM planning_activity
                    WHERE kind.is_long
                      AND cycle_id = (SELECT id FROM latest) AND code = kind.code
                      AND chosen_on IS NULL
                    LIMIT %(near)s::int)) AS found
         UNION
         (SELECT id FROM planning_activity
           WHERE journey_id = (SELECT journey_id FROM latest)
             AND cycle_id = (SELECT id FROM latest)
             AND needs_hand_on <= %(today)s::date
           ORDER BY needs_hand_on LIMIT %(whole)s::int))
SELECT activity.id, activity.uid, stage.code, activity.code, activity.occurrence, activity.title,
       activity.state, activity.target_on, activity.opens_on, activity.closes_on,
       activity.chosen_on, activity.happened_on, activity.locked_on, activity.lock_kind,
       activity.close_reason, activity.why <> '[]', appointment.starts_at, appointment.ends_at,
       appointment.place
  FROM near
  JOIN planning_activity AS activity USING (id)
  JOIN planning_stage AS stage ON stage.id = activity.stage_id
  LEFT JOIN planning_appointment AS appointment
    ON appointment.activity_id = activity.id AND appointment.cancelled_at IS NULL
""")
CYCLE = ("id", "journey_id", "protocol_version_id", "number", "reason", "chain_of_identity")
CYCLE_COLUMNS = (*CYCLE, "started_on", "conflicts")


class ReadStage(NamedTuple):
    """A stage as it is stored."""

    code: str
    state: str
    planned_start_on: date | None
    planned_end_on: date | None
    started_on: date | None
    ended_on: date | None


class ReadActivity(NamedTuple):
    """An activity as it is stored, with its live appointment."""

    pk: int
    uid: uuid.UUID
    stage: str
    code: str
    occurrence: int
    title: str
    state: str
    target_on: date | None
    opens_on: date | None
    closes_on: date | None
    chosen_on: date | None
    happened_on: date | None
    locked_on: date | None
    lock_kind: str
    close_reason: str
    has_reasons: bool  # the plan says why its day is what it is
    starts_at: datetime | None
    ends_at: datetime | None
    place: str | None

    @property
    def is_open(self) -> bool:
        """Tell whether the activity is still to come."""
        return self.state in OPEN_STATES

    @property
    def day(self) -> date | None:
        """Return the day that counts: happened, booked or chosen, otherwise the target."""
        return self.happened_on or self.chosen_on or self.target_on

    @property
    def deviation_days(self) -> int:
        """Return how many days the day lies outside the window, signed; 0 inside."""
        if self.day is None or self.opens_on is None or self.closes_on is None:
            return 0
        if self.day < self.opens_on:
            return (self.day - self.opens_on).days
        return max(0, (self.day - self.closes_on).days)

    def is_due(self, today: date) -> bool:
        """Tell whether it is open and its window too."""
        if not self.is_open or self.opens_on is None or self.closes_on is None:
            return False
        return self.opens_on <= today <= self.closes_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What pages show of one cycle; `hidden` dates are too far away to be shown.

    With `hides_more` there are more of them than that.
    """

    journey: Journey
    cycle: Cycle
    protocol: Protocol
    stages: dict[str, ReadStage]
    activities: Sequence[ReadActivity]
    holds: tuple[Hold, ...]
    hidden: int = 0
    hides_more: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Return the centre's time zone."""
        return ZoneInfo(self.journey.centre.time_zone)

    def definition(self, code: str) -> ActivityDefinition:
        """Return what the protocol, or an earlier one that was followed, says of an activity."""
        return definition_of(Activity(code=code, journey=self.journey, cycle=self.cycle))


def asked_of(journey_uid: uuid.UUID, *, today: date) -> tuple[Asked, Asked]:
    """Return what has to be asked to read a journey, for `read_from`.

    Of what repeats without end, `today` tells which dates are near; it may be a day late.
    """
    near = NEAREST.asked(journey=journey_uid, today=today, near=NEAR, whole=WHOLE)
    return LATEST.asked(journey=journey_uid, counted=COUNTED + 1), near


def read_from(journey: Journey, latest: Rows, nearest: Rows) -> Reading:
    """Return the latest cycle of a journey that was fetched with its centre and protocol version.

    Raises:
        Cycle.DoesNotExist: nothing was ever planned.
    """
    if not latest:
        raise Cycle.DoesNotExist
    counted, has_holds = latest[0][len(CYCLE_COLUMNS) :][:2]
    stages = [ReadStage._make(row[len(CYCLE_COLUMNS) + 2 :]) for row in latest]
    cycle = _cycle(journey, latest[0])
    hidden, hides_more = _hidden(cycle, counted=counted, shown=len(nearest))
    return Reading(
        journey=journey,
        cycle=cycle,
        protocol=protocol_of(journey.protocol_version),
        stages={stage.code: stage for stage in stages},
        activities=[ReadActivity._make(row) for row in nearest],
        holds=tuple(journey.holds.all()) if has_holds else (),
        hidden=hidden,
        hides_more=hides_more,
    )


def _hidden(cycle: Cycle, *, counted: int, shown: int) -> tuple[int, bool]:
    """Return how many dates are not shown, and whether there are more of them than was counted."""
    if counted <= COUNTED:
        return counted - shown, False
    if shown < COUNTED:
        return COUNTED - shown, True
    return cycle.activities.count() - shown, False


def _cycle(journey: Journey, row: tuple[object, ...]) -> Cycle:
    *plain, conflicts = row[: len(CYCLE_COLUMNS)]
    cycle = Cycle.from_db(connection.alias, CYCLE_COLUMNS, [*plain, json.loads(str(conflicts))])
    cycle.journey = journey
    if cycle.protocol_version_id == journey.protocol_version_id:
        cycle.protocol_version = journey.protocol_version
    return cycle


def reading_of(space: Workspace) -> Reading:
    """Return a loaded workspace as pages read it: nothing is hidden."""
    return Reading(
        journey=space.journey,
        cycle=space.cycle,
        protocol=space.protocol,
        stages={code: _read_stage(stage) for code, stage in space.stages.items()},
        activities=[
            _read_activity(activity, space.appointments.get(activity.pk))
            for activity in space.activities.values()
        ],
        holds=tuple(space.holds),
    )


def _read_stage(stage: Stage) -> ReadStage:
    return ReadStage._make(getattr(stage, name) for name in ReadStage._fields)


def _read_activity(activity: Activity, appointment: Appointment | None) -> ReadActivity:
    return ReadActivity(
        pk=activity.pk,
        uid=activity.uid,
        stage=activity.stage.code,
        code=activity.code,
        occurrence=activity.occurrence,
        title=activity.title,
        state=activity.state,
        target_on=activity.target_on,
        opens_on=activity.opens_on,
        closes_on=activity.closes_on,
        chosen_on=activity.chosen_on,
        happened_on=activity.happened_on,
        locked_on=activity.locked_on,
        lock_kind=activity.lock_kind,
        close_reason=activity.close_reason,
        has_reasons=bool(activity.why),
        starts_at=appointment.starts_at if appointment else None,
        ends_at=appointment.ends_at if appointment else None,
        place=appointment.place if appointment else None,
    )
