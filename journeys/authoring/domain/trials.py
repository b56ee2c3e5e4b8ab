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
    found = [Trial(story=Story.AS_PLANNED, plan=usual)]
    by_point = {planned.point: planned for planned in usual.activities}
    product = _product(protocol, given)
    stories = (
        (Story.PRODUCT_LATE, product, PRODUCT_LATE_DAYS, FactKind.EXPECTED),
        (Story.INFECTION, REFERENCE_POINT, INFECTION_DAYS, FactKind.LOCKED),
    )
    for story, point, days, kind in stories:
        day = _day(by_point.get(point or ""))
        if point and day:
            delayed = Fact(point=point, on=day + timedelta(days=days), kind=kind)
            found.append(Trial(story=story, plan=_plan(protocol, given, [delayed])))
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


def _product(protocol: Protocol, given: Surroundings) -> Point | None:
    """Return the point at which the product arrives."""
    kinds = (d.code for d in _asked_for(protocol, given) if d.kind is ActivityKind.PRODUCT)
    return next(kinds, None)


def _asked_for(protocol: Protocol, given: Surroundings) -> Iterable[ActivityDefinition]:
    track = protocol.track_or_first(given.track)
    return (d for d in protocol.activities if is_asked_for(d, given.region, track))


def _day(planned: PlannedActivity | None) -> date | None:
    return planned.chosen or planned.target if planned else None
