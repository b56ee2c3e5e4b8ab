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
    here, source = occurrence.point, occurrence.source
    if occurrence.anchor:
        offset = _days(here, occurrence.offset)
        base = 0 if occurrence.window_from_anchor else offset
        opens = base + _days(here, occurrence.opens)
        closes = base + _days(here, occurrence.closes)
        for bound, days in (("min", opens), ("max", closes)):
            clause = _clause(bound, occurrence.anchor, here, days, source=source)
            yield _edge(clause, occurrence.anchor, here, index, is_window=True)
    for floor in occurrence.floors:
        days = _days(here, floor.offset)
        clause = _clause("min", floor.anchor, here, days, why=floor.why, source=source)
        yield _edge(clause, floor.anchor, here, index)


def constraint_edges(
    constraint: Constraint, names: PointNames, index: Mapping[Point, int], rules: Rules
) -> Iterator[Edge]:
    """Yield the one or two limits of a constraint.

    Raises:
        NotInDays: a limit is not in days.
        UnknownPoint: an end is not a point of the protocol in this region.
    """
    earlier, later = names.resolve(constraint.earlier), names.resolve(constraint.later)
    for bound, limit in (("min", constraint.min), ("max", constraint.max)):
        if limit is not None:
            days = _days(later, span_of(limit, rules))
            clause = _clause(
                bound, earlier, later, days, why=constraint.why, source=constraint.source
            )
            yield _edge(clause, earlier, later, index)


def _clause(
    bound: str, earlier: Point, later: Point, days: int, *, why: str = "", source: str = ""
) -> Clause:
    return Clause(bound=bound, earlier=earlier, later=later, days=days, why=why, source=source)


def _edge(
    clause: Clause,
    earlier: Point,
    later: Point,
    index: Mapping[Point, int],
    *,
    is_window: bool = False,
) -> Edge:
    """Return a clause as an edge: "at least n days after" runs back from the later point."""
    days = clause.days or 0
    if clause.bound == "min":
        return Edge(index[later], index[earlier], -days, clause, is_window)
    return Edge(index[earlier], index[later], days, clause, is_window)


def _days(point: Point, span: Duration) -> int:
    if not span.is_days_only:
        raise NotInDays(point)
    return span.days
