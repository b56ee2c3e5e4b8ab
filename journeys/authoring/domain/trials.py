"""A dry run: three journeys of a synthetic patient by the real planner, kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.plan import REFERENCE_POINT, make_plan
from journeys.planning.domain.planned import Plan, PlannedActivity
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    ActivityKind,
    LabelRules,
    Point,
    Protocol,
)
from journeys.planning.domain.rules import is_asked_for

PRODUCT_LATE_DAYS = 14
INFECTION_DAYS = 10


class Story(StrEnum):
    """What happens to the synthetic patient."""

    AS_PLANNED = "as_planned"
    PRODUCT_LATE = "product_late"
    INFECTION = "infection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One synthetic journey: what happens, and the plan that follows from it."""

    story: Story
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where and when the synthetic patient is referred, and on which follow-up track."""

    region: str
    referred_on: date
    rules: LabelRules
    open_days: OpenDays
    track: str = ""


def trials(protocol: Protocol, given: Surroundings) -> tuple[Trial, ...]:
    """Plan three journeys: nothing goes wrong, the product is late, an infection delays day 0.

    A protocol without a product or an infusion tells fewer stories. It must be one that the lint
    finds nothing wrong with.

    Raises:
        OverflowError: a date would lie outside the calendar.
    """
    usual = usual_plan(protocol, given)
    by_point = {planned.point: planned for planned in usual.activities}
    product = _day(by_point.get(_product(protocol, given)))
    infusion = _day(by_point.get(REFERENCE_POINT))
    found = [Trial(story=Story.AS_PLANNED, plan=usual)]
    # What leads to the product is over by the time anybody hears of a delay.
    way = [_day(by_point.get(point)) for point in _way_to(protocol, _product(protocol, given))]
    over = [_later(one, 0, FactKind.EXPECTED) for one in way if one]
    if product:
        late = _later(product, PRODUCT_LATE_DAYS, FactKind.EXPECTED)
        found.append(Trial(story=Story.PRODUCT_LATE, plan=_plan(protocol, given, [*over, late])))
    if infusion:
        delays = [*over, _later(infusion, INFECTION_DAYS, FactKind.LOCKED)]
        if product:  # the cells wait; they came when they were due
            delays.append(_later(product, 0, FactKind.EXPECTED))
        found.append(Trial(story=Story.INFECTION, plan=_plan(protocol, given, delays)))
    return tuple(found)


def usual_plan(protocol: Protocol, given: Surroundings) -> Plan:
    """Plan the journey in which nothing goes wrong.

    Raises:
        OverflowError: a date would lie outside the calendar.
    """
    return _plan(protocol, given, [])


def _plan(protocol: Protocol, given: Surroundings, delays: Iterable[Fact]) -> Plan:
    start = Fact(point=_root(protocol, given), on=given.referred_on, kind=FactKind.HAPPENED)
    return make_plan(
        protocol,
        region=given.region,
        facts=[start, *delays],
        rules=given.rules,
        open_days=given.open_days,
        today=given.referred_on,
        track=given.track,
    )


def _root(protocol: Protocol, given: Surroundings) -> Point:
    """Return the point that a journey starts with."""
    return next(d.code for d in _asked_for(protocol, given) if d.anchor is None)


def _product(protocol: Protocol, given: Surroundings) -> Point:
    """Return the point at which the product arrives; empty where the protocol has none."""
    kinds = (d.code for d in _asked_for(protocol, given) if d.kind is ActivityKind.PRODUCT)
    return next(kinds, "")


def _way_to(protocol: Protocol, point: Point) -> list[Point]:
    """Return the activities that a point counts from, one after the other, without the first."""
    by_code = {definition.code: definition for definition in protocol.activities}
    way: list[Point] = []
    definition = by_code.get(point)
    while definition and definition.anchor and definition.anchor in by_code:
        definition = by_code[definition.anchor]
        if definition.anchor is not None:
            way.append(definition.code)
    return way


def _asked_for(protocol: Protocol, given: Surroundings) -> Iterable[ActivityDefinition]:
    track = protocol.track_or_first(given.track)
    return (d for d in protocol.activities if is_asked_for(d, given.region, track))


def _day(planned: PlannedActivity | None) -> tuple[Point, date] | None:
    """Return an activity's point and day, if it has one."""
    on = (planned.chosen or planned.target) if planned else None
    return (planned.point, on) if planned and on else None


def _later(usual: tuple[Point, date], days: int, kind: FactKind) -> Fact:
    """Return the fact that something comes so many days after its usual day."""
    point, on = usual
    return Fact(point=point, on=on + timedelta(days=days), kind=kind)
