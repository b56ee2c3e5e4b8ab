"""Where a point of the core should lie, and where its neighbours let it lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from journeys.planning.domain.compiled import CompiledProtocol, Link
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.facts import Fact
from journeys.planning.domain.network import Bounds, Edge, Network, is_bound
from journeys.planning.domain.occurrences import Occurrence
from journeys.planning.domain.pauses import HeldDays
from journeys.planning.domain.placing import Room
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.reasons import Clause, Step, StepKind


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around a point while the core gets dated: days, facts, bounds so far."""

    compiled: CompiledProtocol
    network: Network
    bounds: Bounds
    facts: Mapping[Point, Fact]
    days: Mapping[Point, date]
    held: HeldDays

    def given(self, point: Point) -> Clause:
        """Return the day of a point as a clause; without a fact it is only planned."""
        fact = self.facts.get(point)
        return Clause(
            bound="fact", later=point, on=self.days[point], fact=fact.kind if fact else None
        )

    def below(self, here: int) -> tuple[Edge, ...]:
        """Return the limits between a point and the one that sets its earliest day."""
        by = self.bounds.earliest_by[here]
        return self.network.path_before(by, self._ordinal(by), here)

    def above(self, here: int) -> tuple[Edge, ...]:
        """Return the limits between a point and the one that sets its latest day."""
        by = self.bounds.latest_by[here]
        return self.network.path_after(by, self._ordinal(by), here)

    def _ordinal(self, place: int) -> int:
        return self.days[self.compiled.core[place].point].toordinal()


def base_of(occurrence: Occurrence, known: Surroundings) -> Link | None:
    """Return the neighbour to count from, or None while none has a day.

    Of neighbours with a fact the nearest wins: lymphodepletion five days before says more about the
    infusion than a product that came twelve days before. Then the point's own anchor, then whatever
    hangs on it, nearest first.
    """
    links = [link for link in known.compiled.links[occurrence.point] if link.point in known.days]
    with_fact = [link for link in links if link.point in known.facts]
    own = [link for link in links if link.point == occurrence.anchor]
    return min(with_fact or own or links, key=lambda link: abs(link.offset), default=None)


def kept_room(
    occurrence: Occurrence, fact: Fact, window: tuple[int, int], known: Surroundings
) -> Room:
    """Return the room that a point with a fact would have had without it."""
    base = base_of(occurrence, known)
    counted_from, offset = fact.on.toordinal(), 0
    if base:
        counted_from, offset = known.days[base.point].toordinal(), base.offset
    target = known.held.later(counted_from, offset)
    opens, closes = _closed(occurrence, counted_from, offset, window, known.held)
    return Room(
        target=_day(min(max(target, opens), closes)),
        opens=_day(opens),
        closes=_day(closes),
        steps=(),
    )


def open_room(occurrence: Occurrence, base: Link, known: Surroundings) -> Room:
    """Return the room of an open point, counted from `base` and cut by the bounds so far.

    Both bounds are there: a limit that gets passed over is never the window of a point around its
    own anchor, nor the last one that ties an anchor to what hangs on it.
    """
    here = known.compiled.index[occurrence.point]
    bounds = known.bounds
    target = _counted(base, known)
    opens, closes = bounds.earliest[here], bounds.latest[here]
    steps = _target_steps(base, target, known)
    if target < opens:
        by = known.compiled.core[bounds.earliest_by[here]].point
        steps.append(_bound_step(StepKind.FLOOR, opens, by, known.below(here), known))
    elif target > closes:
        by = known.compiled.core[bounds.latest_by[here]].point
        steps.append(_bound_step(StepKind.CEILING, closes, by, known.above(here), known))
    return Room(
        target=_day(min(max(target, opens), closes)),
        opens=_day(opens),
        closes=_day(closes),
        steps=tuple(steps),
        lower=lambda: _in_time(known.below(here), bounds.earliest_by[here], here, known),
        upper=lambda: _in_time(known.above(here), bounds.latest_by[here], here, known),
    )


def _closed(
    occurrence: Occurrence,
    counted_from: int,
    offset: int,
    window: tuple[int, int],
    held: HeldDays,
) -> tuple[int, int]:
    """Return the window; an end that nothing limits is the activity's own around its target.

    Each end is a limit by itself, so days on hold between it and the day that it counts from move
    it: the last day later, and the first day earlier where it lies before that day.
    """
    earliest, latest = window
    around = offset - (occurrence.offset.days if occurrence.window_from_anchor else 0)
    if not is_bound(latest):
        closes = max(offset, around + occurrence.closes.days)
        latest = max(held.later(counted_from, closes), earliest)
    if not is_bound(earliest):
        opens = min(offset, around + occurrence.opens.days)
        earliest = min(held.earlier(counted_from, -opens), latest)
    return earliest, latest


def _counted(base: Link, known: Surroundings) -> int:
    """Return the day that lies the offset after the neighbour; days on hold do not count."""
    return known.held.later(known.days[base.point].toordinal(), base.offset)


def _target_steps(base: Link, target: int, known: Surroundings) -> list[Step]:
    counted = known.days[base.point].toordinal() + base.offset
    steps = [_offset_step(base, counted, known)]
    if target != counted:
        steps.append(Step(kind=StepKind.PAUSED, gives=_day(target), held=target - counted))
    return steps


def _offset_step(base: Link, counted: int, known: Surroundings) -> Step:
    fact = known.facts.get(base.point)
    return Step(
        kind=StepKind.OFFSET,
        gives=_day(counted),
        anchor=base.point,
        anchor_on=known.days[base.point],
        anchor_fact=fact.kind if fact else None,
        offset=str(Duration(days=base.offset)),
        rule=base.occurrence.rule,
        source=base.occurrence.source,
    )


def _bound_step(
    kind: StepKind, gives: int, by: Point, path: tuple[Edge, ...], known: Surroundings
) -> Step:
    """Return the step to the bound that another point sets, in the words of a limit between."""
    clause = next((edge.clause for edge in path if edge.clause.why), path[0].clause)
    fact = known.facts.get(by)
    return Step(
        kind=kind,
        gives=_day(gives),
        anchor=by,
        anchor_on=known.days[by],
        anchor_fact=fact.kind if fact else None,
        offset=str(Duration(days=gives - known.days[by].toordinal())),
        because=clause.why,
        source=clause.source,
        held=sum(edge.clause.held or 0 for edge in path) or None,
    )


def _in_time(path: tuple[Edge, ...], by: int, here: int, known: Surroundings) -> tuple[Clause, ...]:
    """Return the limits between a point and the one that bounds it, with that one's day."""
    given = known.given(known.compiled.core[by].point)
    limits = [edge.clause for edge in path]
    if path[0].start == here:  # a lower limit runs back from the point
        limits.reverse()
    first_to_last = limits[0].earlier == given.later
    return (given, *limits) if first_to_last else (*limits, given)


def _day(ordinal: int) -> date:
    return date.fromordinal(ordinal)
