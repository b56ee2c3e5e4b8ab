"""What is given about a plan, and the plan that follows from it."""

from collections.abc import Collection, Mapping, Set
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from journeys.planning.domain.pauses import Pause
from journeys.planning.domain.plan import Fact, FactKind, Plan, make_plan
from journeys.planning.domain.protocol import ActivityDefinition, Point, RuleValue
from journeys.planning.domain.reasons import Conflict
from journeys.planning.domain.rules import applies
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity
from journeys.planning.workspace.space import Workspace


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
        definition.code == activity.code
        and applies(definition.regions, space.journey.region)
        and _has(definition, activity.occurrence)
        for definition in space.protocol.activities
    )


def unasked(space: Workspace, *, today: date) -> frozenset[Point]:
    """Return what is booked or fixed, and still to come, beyond the number that a label rule gives.

    Raises:
        MissingRule: no label rule holds on the day of the infusion.
    """
    counted = {
        definition.code
        for definition in space.protocol.activities
        if definition.repeat and isinstance(definition.repeat.count, RuleValue)
    }
    found = {
        point
        for point in facts(space)
        if space.activities[point].is_open and space.activities[point].code in counted
    }
    if not found:
        return frozenset()
    plan = compute(space, facts(space, released=found), today=today)
    return frozenset(found - {planned.point for planned in plan.activities})


def _has(definition: ActivityDefinition, occurrence: int) -> bool:
    """Tell whether an activity comes so often, on some track or under some label rule."""
    count = definition.repeat.count if definition.repeat else 1
    if isinstance(count, Mapping):
        return any(occurrence in numbers for numbers in count.values())
    return isinstance(count, RuleValue) or occurrence <= count


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
    """Return the plan for the given facts; nothing is read or written.

    What was passed over contradicts nothing that is over: its days stand for no event.
    """
    plan = make_plan(
        space.protocol,
        region=space.journey.region,
        facts=given.values(),
        rules=space.rules,
        open_days=space.open_days,
        today=today,
        pauses=[
            Pause(hold.from_on, hold.until_on) for hold in space.holds if hold.until_on is not None
        ],
        held_since=space.live_hold.from_on if space.live_hold else None,
        track=space.journey.track,
    )
    over = {point for point, activity in space.activities.items() if not activity.is_open}
    passed = {point for point in over if space.activities[point].happened_on is None}
    return replace(
        plan,
        conflicts=tuple(each for each in plan.conflicts if not _is_void(each, over, passed)),
    )


def _is_void(conflict: Conflict, over: Set[Point], passed: Set[Point]) -> bool:
    """Tell whether a conflict is only about what was passed over, or that and what happened."""
    facts = _facts_of(conflict)
    return facts <= passed or (conflict.is_direct and facts <= over and bool(facts & passed))


def _facts_of(conflict: Conflict) -> Set[Point | None]:
    """Return the points whose days are at odds, the conflict's own among them."""
    facts = {clause.later for clause in conflict.because if clause.bound == "fact"}
    return {conflict.point, *facts}
