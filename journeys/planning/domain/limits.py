"""What limits the core's points: activities' windows and floors, and constraints, as edges."""

from collections.abc import Iterator, Mapping

from journeys.planning.domain.duration import Duration
from journeys.planning.domain.network import Edge
from journeys.planning.domain.occurrences import Occurrence, Rules, span_of
from journeys.planning.domain.points import PointNames
from journeys.planning.domain.protocol import Constraint, Point
from journeys.planning.domain.reasons import Clause


class NotInDays(ValueError):
    """A point that others hang on is placed by months, whose length the network cannot know."""

    def __init__(self, point: Point) -> None:
        self.point = point
        super().__init__(f"{point} has other points hanging on it, so its spans must be in days")


def activity_edges(occurrence: Occurrence, index: Mapping[Point, int]) -> Iterator[Edge]:
    """Yield the limits that an activity of the core sets itself: its window, and its floors.

    Raises:
        NotInDays: one of them is not in days.
    """
    here = occurrence.point
    if occurrence.anchor:
        offset = _days(here, occurrence.offset)
        base = 0 if occurrence.window_from_anchor else offset
        opens = base + _days(here, occurrence.opens)
        closes = base + _days(here, occurrence.closes)
        source = occurrence.source
        yield at_least(occurrence.anchor, here, opens, index, source=source)
        yield at_most(occurrence.anchor, here, closes, index, source=source)
    for floor in occurrence.floors:
        days = _days(here, floor.offset)
        yield at_least(floor.anchor, here, days, index, why=floor.why, source=occurrence.source)


def constraint_edges(
    constraint: Constraint, names: PointNames, index: Mapping[Point, int], rules: Rules
) -> Iterator[Edge]:
    """Yield the one or two limits of a constraint.

    Raises:
        NotInDays: a limit is not in days.
        UnknownPoint: an end is not a point of the protocol in this region.
    """
    earlier, later = names.resolve(constraint.earlier), names.resolve(constraint.later)
    why, source = constraint.why, constraint.source
    if constraint.min is not None:
        days = _days(later, span_of(constraint.min, rules))
        yield at_least(earlier, later, days, index, why=why, source=source)
    if constraint.max is not None:
        days = _days(later, span_of(constraint.max, rules))
        yield at_most(earlier, later, days, index, why=why, source=source)


def at_least(
    earlier: Point,
    later: Point,
    days: int,
    index: Mapping[Point, int],
    why: str = "",
    source: str = "",
) -> Edge:
    """Return the edge that keeps `later` at least `days` after `earlier`."""
    clause = Clause(bound="min", earlier=earlier, later=later, days=days, why=why, source=source)
    return Edge(index[later], index[earlier], -days, clause)


def at_most(
    earlier: Point,
    later: Point,
    days: int,
    index: Mapping[Point, int],
    why: str = "",
    source: str = "",
) -> Edge:
    """Return the edge that keeps `later` at most `days` after `earlier`."""
    clause = Clause(bound="max", earlier=earlier, later=later, days=days, why=why, source=source)
    return Edge(index[earlier], index[later], days, clause)


def _days(point: Point, span: Duration) -> int:
    if not span.is_days_only:
        raise NotInDays(point)
    return span.days
