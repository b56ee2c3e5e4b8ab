"""One journey's plan loaded whole: protocol, rules, open days, activities and the facts."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from carttrack.accounts.models import Centre, ClosedDay
from journeys.planning.documents import protocol_from_document
from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.plan import Fact, FactKind, Plan, PlannedActivity, make_plan
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    LabelRule,
    LabelRules,
    Point,
    Protocol,
)
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity, Appointment, Cycle, Journey, ProtocolVersion, Stage
from journeys.planning.models import LabelRule as LabelRuleRow


@dataclass(slots=True, kw_only=True)
class Workspace:
    """Everything that planning needs to know about one journey's latest cycle."""

    journey: Journey
    cycle: Cycle
    protocol: Protocol
    rules: LabelRules
    open_days: OpenDays
    stages: dict[str, Stage]
    activities: dict[Point, Activity]
    appointments: dict[int, Appointment]  # live ones, by activity id

    @property
    def zone(self) -> ZoneInfo:
        """Return the centre's time zone."""
        return ZoneInfo(self.journey.centre.time_zone)

    def definition(self, activity: Activity | PlannedActivity) -> ActivityDefinition:
        """Return what the protocol says of an activity."""
        return self.protocol.activity(activity.code)

    def title(self, code: str) -> str:
        """Return an activity's title in English, for records and refusals."""
        return self.protocol.activity(code).title["en"]


@dataclass(slots=True, kw_only=True)
class Line:
    """One activity as it stands in a plan: stored already or about to be."""

    uid: uuid.UUID
    planned: PlannedActivity
    activity: Activity | None
    state: str

    @property
    def day(self) -> date | None:
        """Return the day that counts: what the plan chose, otherwise its target."""
        return self.planned.chosen or self.planned.target


def centre_today(centre: Centre, *, now: datetime) -> date:
    """Return which day it is at a centre."""
    return now.astimezone(ZoneInfo(centre.time_zone)).date()


_PARSED: dict[str, Protocol] = {}


def protocol_of(version: ProtocolVersion) -> Protocol:
    """Return a version as the planner reads it; parsed once, since its content never changes."""
    found = _PARSED.get(version.checksum)
    if found is None:
        found = _PARSED[version.checksum] = protocol_from_document(version.document)
    return found


def label_rules(version: ProtocolVersion, region: str) -> LabelRules:
    """Return every dated label rule for the version's product in a region."""
    rows = LabelRuleRow.objects.filter(product=version.protocol.product_id, region=region)
    found: dict[str, list[LabelRule]] = {}
    for row in rows.order_by("key", "valid_from"):
        found.setdefault(row.key, []).append(
            LabelRule(
                key=row.key,
                days=row.days,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                source=row.source,
            )
        )
    return {key: tuple(values) for key, values in found.items()}


def open_days_of(journey: Journey) -> OpenDays:
    """Return the centre's open days as they are stored now."""
    closed = ClosedDay.objects.filter(centre=journey.centre_id).values_list("on", "name")
    return OpenDays(closed_weekdays=frozenset(journey.centre.closed_weekdays), closed=dict(closed))


def load(journey_uid: uuid.UUID, *, for_update: bool) -> Workspace:
    """Load a journey's latest cycle, its row locked when it is about to be changed.

    Raises:
        Journey.DoesNotExist: no such journey.
    """
    journeys = Journey.objects.select_related(
        "patient", "centre", "protocol_version__protocol", "coordinator", "clinician"
    )
    if for_update:
        journeys = journeys.select_for_update(of=("self",))
    journey = journeys.get(uid=journey_uid)
    cycle = journey.cycles.order_by("-number")[:1].get()
    activities = list(cycle.activities.select_related("stage"))
    appointments = Appointment.objects.filter(activity__cycle=cycle, cancelled_at__isnull=True)
    return Workspace(
        journey=journey,
        cycle=cycle,
        protocol=protocol_of(journey.protocol_version),
        rules=label_rules(journey.protocol_version, journey.region),
        open_days=open_days_of(journey),
        stages={stage.code: stage for stage in cycle.stages.all()},
        activities={activity.point: activity for activity in activities},
        appointments={appointment.activity_id: appointment for appointment in appointments},
    )


def facts(space: Workspace, *, released: Collection[Point] = ()) -> dict[Point, Fact]:
    """Return what is given about the plan, by point.

    `released` names points whose booking or lock is left out, to see what the plan says without.
    What was closed without taking place keeps the day it had.
    """
    found = (
        _fact(activity, space.zone)
        for point, activity in space.activities.items()
        if point not in released
    )
    return {fact.point: fact for fact in found if fact}


def _fact(activity: Activity, zone: ZoneInfo) -> Fact | None:
    kind, on = FactKind.HAPPENED, activity.happened_on
    if activity.state == ActivityState.BOOKED and activity.planned_at:
        kind, on = FactKind.BOOKED, activity.planned_at.astimezone(zone).date()
    elif activity.is_open and activity.locked_on:
        kind, on = FactKind(activity.lock_kind), activity.locked_on
    elif not activity.is_open and activity.happened_on is None:
        kind, on = FactKind.LOCKED, activity.chosen_on
    return Fact(point=activity.point, on=on, kind=kind) if on else None


def compute(space: Workspace, given: Mapping[Point, Fact], *, today: date) -> Plan:
    """Return the plan for the given facts; nothing is read or written."""
    return make_plan(
        space.protocol,
        region=space.journey.region,
        facts=given.values(),
        rules=space.rules,
        open_days=space.open_days,
        today=today,
    )


def lines(space: Workspace, plan: Plan, *, released: Collection[Point] = ()) -> list[Line]:
    """Return the activities of a plan that have, or now get, a row of their own.

    What belongs to the last stage gets its rows once the thing it counts from has happened; until
    then fifteen years of it would only move about.
    """
    return [
        _line(space, planned, is_released=planned.point in released)
        for planned in plan.activities
        if planned.point in space.activities or _is_due_for_a_row(space, planned)
    ]


def _line(space: Workspace, planned: PlannedActivity, *, is_released: bool) -> Line:
    activity = space.activities.get(planned.point)
    return Line(
        uid=activity.uid if activity else uuid.uuid4(),
        planned=planned,
        activity=activity,
        state=_state(activity, is_released=is_released),
    )


def _state(activity: Activity | None, *, is_released: bool) -> str:
    if activity is None or (is_released and activity.is_open):
        return ActivityState.PLANNED
    return activity.state


def _is_due_for_a_row(space: Workspace, planned: PlannedActivity) -> bool:
    if planned.stage != space.protocol.stages[-1].code:
        return True
    anchor = space.protocol.activity(planned.code).anchor
    stored = space.activities.get(anchor) if anchor else None
    return bool(stored and stored.happened_on)


def stored_lines(space: Workspace) -> list[Line]:
    """Return the activities as they are stored, without planning anew."""
    return [
        Line(
            uid=activity.uid,
            planned=_as_planned(activity),
            activity=activity,
            state=activity.state,
        )
        for activity in space.activities.values()
    ]


def _as_planned(activity: Activity) -> PlannedActivity:
    return PlannedActivity(
        code=activity.code,
        stage=activity.stage.code,
        occurrence=activity.occurrence,
        point=activity.point,
        target=activity.target_on,
        opens=activity.opens_on,
        closes=activity.closes_on,
        chosen=activity.chosen_on,
        fact=None,
        why=(),
    )
