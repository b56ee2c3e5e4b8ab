"""One journey's plan loaded whole: protocol, rules, open days, activities and the facts."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
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
from journeys.planning.domain.unscheduled import UNSCHEDULED
from journeys.planning.models import (
    Activity,
    Appointment,
    Cycle,
    Hold,
    Journey,
    ProtocolVersion,
    Stage,
)
from journeys.planning.models import LabelRule as LabelRuleRow

# What a use-case may change of an activity, apart from its dates; as JSON keeps it.
StateRecord = dict[str, str | None]


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
    holds: list[Hold]  # of the journey, oldest first
    loaded: dict[int, StateRecord] = field(default_factory=dict)  # as it was, by activity id
    released: list[Appointment] = field(default_factory=list)  # cancelled since it was loaded

    @property
    def live_hold(self) -> Hold | None:
        """Return the hold that nobody has resumed from."""
        return next((hold for hold in self.holds if hold.until_on is None), None)

    @property
    def zone(self) -> ZoneInfo:
        """Return the centre's time zone."""
        return ZoneInfo(self.journey.centre.time_zone)

    def definition(self, activity: Activity) -> ActivityDefinition:
        """Return what the protocol says of an activity."""
        return definition_of(activity)

    def title(self, activity: Activity) -> str:
        """Return an activity's title in English, for records and refusals."""
        return activity.title or self.definition(activity).title["en"]


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


def definition_of(activity: Activity) -> ActivityDefinition:
    """Return what the protocol says of an activity, with the journey's version fetched along.

    An activity that the journey's version no longer knows is defined by an earlier version of it,
    or by the version of its own cycle; one that no protocol names is an unscheduled visit.
    """
    if activity.code == UNSCHEDULED.code:
        return UNSCHEDULED
    try:
        return protocol_of(activity.journey.protocol_version).activity(activity.code)
    except KeyError:
        return _former_definition(activity)


_FORMER: dict[tuple[int, str], ActivityDefinition] = {}


def _former_definition(activity: Activity) -> ActivityDefinition:
    """Return the latest definition of a code that is gone; versions are frozen, so asked once."""
    key = (activity.cycle_id, activity.code)
    if key not in _FORMER:
        followed = {activity.journey.protocol_version.protocol_id}
        followed.add(activity.cycle.protocol_version.protocol_id)
        versions = ProtocolVersion.objects.filter(protocol__in=followed).order_by("-published_at")
        _FORMER[key] = next(
            definition
            for version in versions
            for definition in protocol_of(version).activities
            if definition.code == activity.code
        )
    return _FORMER[key]


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
    for activity in activities:
        activity.journey, activity.cycle = journey, cycle
    appointments = Appointment.objects.filter(activity__cycle=cycle, cancelled_at__isnull=True)
    space = Workspace(
        journey=journey,
        cycle=cycle,
        protocol=protocol_of(journey.protocol_version),
        rules=label_rules(journey.protocol_version, journey.region),
        open_days=open_days_of(journey),
        stages={stage.code: stage for stage in cycle.stages.all()},
        activities={activity.point: activity for activity in activities},
        appointments={appointment.activity_id: appointment for appointment in appointments},
        holds=list(journey.holds.all()),
    )
    space.loaded = {activity.pk: state_record(activity) for activity in activities}
    return space


def state_record(activity: Activity) -> StateRecord:
    """Return what a use-case may change of an activity, apart from its dates."""
    return {
        "state": str(activity.state),
        "starts": activity.planned_at.isoformat() if activity.planned_at else None,
        "happened": activity.happened_on.isoformat() if activity.happened_on else None,
        "happened_at": activity.happened_at.isoformat() if activity.happened_at else None,
        "locked": activity.locked_on.isoformat() if activity.locked_on else None,
        "lock_kind": activity.lock_kind,
        "reason": activity.close_reason,
    }


def facts(space: Workspace, *, released: Collection[Point] = ()) -> dict[Point, Fact]:
    """Return what is given about the plan, by point.

    `released` names points whose booking or lock is left out, to see what the plan says without.
    What was closed without taking place keeps the day it had.
    """
    found = (
        _fact(activity, space.zone)
        for point, activity in space.activities.items()
        if point not in released and is_planned(space, activity)
    )
    return {fact.point: fact for fact in found if fact}


def is_planned(space: Workspace, activity: Activity) -> bool:
    """Tell whether the protocol plans an activity.

    It does not plan unscheduled visits, nor what an earlier version or another follow-up asked for.
    """
    return activity.state != ActivityState.CANCELLED and any(
        definition.code == activity.code for definition in space.protocol.activities
    )


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

    What is stored and no longer, or never was, in the plan comes last, as it is stored.

    What belongs to the last stage gets its rows once the thing it counts from has happened; until
    then fifteen years of it would only move about.
    """
    planned_points = {planned.point for planned in plan.activities}
    unplanned = [
        _stored_line(activity)
        for point, activity in space.activities.items()
        if point not in planned_points
    ]
    return [
        _line(space, planned, is_released=planned.point in released)
        for planned in plan.activities
        if planned.point in space.activities or _is_due_for_a_row(space, planned)
    ] + unplanned


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
    return [_stored_line(activity) for activity in space.activities.values()]


def _stored_line(activity: Activity) -> Line:
    return Line(
        uid=activity.uid,
        planned=_as_planned(activity),
        activity=activity,
        state=activity.state,
    )


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
