"""Dating what only hangs on another point: calendar-exact, straight from the anchor's day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.contradictions import fact_clause
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.facts import Fact
from journeys.planning.domain.occurrences import Limit, Occurrence
from journeys.planning.domain.pauses import HeldDays
from journeys.planning.domain.placing import (
    Clock,
    Placed,
    Room,
    keep,
    never_late,
    place,
    ways_out,
)
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.reasons import Clause, Conflict, ConflictKind, Step, StepKind

Facts = Mapping[Point, Fact]
Days = Mapping[Point, date]


def plan_leaf(
    occurrence: Occurrence,
    days: Days,
    facts: Facts,
    *,
    open_days: OpenDays,
    clock: Clock | None,
    held: HeldDays,
) -> Placed | None:
    """Date one occurrence from the days so far; None while neither its anchor nor it has one."""
    fact = facts.get(occurrence.point)
    if occurrence.anchor is None or occurrence.anchor not in days:
        if fact is None:
            return None
        alone = Room(target=fact.on, opens=fact.on, closes=fact.on, steps=())
        return keep(occurrence, alone, fact)
    room = _room(occurrence, occurrence.anchor, days, facts, held)
    if fact is not None:
        return _kept(occurrence, room, fact, open_days, clock.today if clock else None)
    return place(occurrence, room, open_days, None if never_late(occurrence) else clock)


def _room(occurrence: Occurrence, anchor: Point, days: Days, facts: Facts, held: HeldDays) -> Room:
    anchor_on = days[anchor]
    counted = occurrence.offset.after(anchor_on)
    base = anchor_on if occurrence.window_from_anchor else counted
    opens, closes = occurrence.opens.after(base), occurrence.closes.after(base)
    target, closes = held.after(anchor_on, counted), held.after(anchor_on, closes)
    opens, floor = _latest(held.reaching(opens, anchor_on), occurrence.floors, days, held)
    closes, ceiling = _earliest(closes, occurrence.ceilings, days, held)
    closes = max(opens, closes)
    anchor_fact = facts[anchor].kind if anchor in facts else None
    steps = [
        Step(
            kind=StepKind.OFFSET,
            gives=counted,
            anchor=anchor,
            anchor_on=anchor_on,
            anchor_fact=anchor_fact,
            offset=occurrence.offset_text,
            rule=occurrence.rule,
            source=occurrence.source,
        )
    ]
    if target != counted:
        steps.append(Step(kind=StepKind.PAUSED, gives=target, held=held.between(anchor_on, target)))
    around = _Around(anchor, days, facts, held)
    if target < opens:
        steps.append(around.step(StepKind.FLOOR, opens, floor))
    elif target > closes:
        steps.append(around.step(StepKind.CEILING, closes, ceiling))
    return Room(
        target=min(max(target, opens), closes),
        opens=opens,
        closes=closes,
        steps=tuple(steps),
        lower=partial(around.clauses, occurrence, "min", opens, floor),
        upper=partial(around.clauses, occurrence, "max", closes, ceiling),
    )


@dataclass(slots=True)
class _Around:
    """What is known around a leaf, to say which limit made an end of its window."""

    anchor: Point
    days: Days
    facts: Facts
    held: HeldDays

    def step(self, kind: StepKind, gives: date, limit: Limit | None) -> Step:
        """Return the step to an end of the window."""
        by = limit or self._own(gives)
        fact = self.facts.get(by.anchor)
        return Step(
            kind=kind,
            gives=gives,
            anchor=by.anchor,
            anchor_on=self.days[by.anchor],
            anchor_fact=fact.kind if fact else None,
            offset=str(by.offset),
            because=by.why,
            held=self._held("min" if kind is StepKind.FLOOR else "max", gives, by),
        )

    def clauses(
        self, occurrence: Occurrence, bound: str, end: date, limit: Limit | None
    ) -> tuple[Clause, ...]:
        """Return the day that an end of the window counts from, and the limit to it."""
        by = limit or self._own(end)
        fact = self.facts.get(by.anchor)
        anchor_on = self.days[by.anchor]
        return (
            Clause(bound="fact", later=by.anchor, on=anchor_on, fact=fact.kind if fact else None),
            Clause(
                bound=bound,
                earlier=by.anchor,
                later=occurrence.point,
                days=(end - anchor_on).days,
                why=by.why,
                source=occurrence.source,
                held=self._held(bound, end, by),
            ),
        )

    def _own(self, end: date) -> Limit:
        return Limit(self.anchor, Duration(days=(end - self.days[self.anchor]).days), "")

    def _held(self, bound: str, end: date, by: Limit) -> int | None:
        """Return how many days on hold a limit has in it: a first day has them only backwards."""
        anchor_on = self.days[by.anchor]
        span = (end, anchor_on) if bound == "min" else (anchor_on, end)
        return self.held.between(*span) or None


def _latest(
    opens: date, floors: tuple[Limit, ...], days: Days, held: HeldDays
) -> tuple[date, Limit | None]:
    """Raise a window's first day to its highest floor; one whose anchor has no day waits."""
    if not floors:
        return opens, None
    found = [_floor(each, days[each.anchor], held) for each in floors if each.anchor in days]
    highest = max(found, key=lambda pair: pair[0], default=None)
    return highest if highest and highest[0] > opens else (opens, None)


def _earliest(
    closes: date, ceilings: tuple[Limit, ...], days: Days, held: HeldDays
) -> tuple[date, Limit | None]:
    """Lower a window's last day to its lowest ceiling."""
    if not ceilings:
        return closes, None
    found = [_ceiling(each, days[each.anchor], held) for each in ceilings if each.anchor in days]
    lowest = min(found, key=lambda pair: pair[0], default=None)
    return lowest if lowest and lowest[0] < closes else (closes, None)


def _floor(floor: Limit, anchor_on: date, held: HeldDays) -> tuple[date, Limit]:
    counted = floor.offset.after(anchor_on)
    return _moved(floor, anchor_on, counted, held.reaching(counted, anchor_on))


def _ceiling(ceiling: Limit, anchor_on: date, held: HeldDays) -> tuple[date, Limit]:
    counted = ceiling.offset.after(anchor_on)
    return _moved(ceiling, anchor_on, counted, held.after(anchor_on, counted))


def _moved(limit: Limit, anchor_on: date, counted: date, day: date) -> tuple[date, Limit]:
    """Return the day of a limit, and the limit itself with the days on hold in its offset."""
    if day == counted:
        return day, limit
    return day, Limit(limit.anchor, Duration(days=(day - anchor_on).days), limit.why)


def _kept(
    occurrence: Occurrence, room: Room, fact: Fact, open_days: OpenDays, today: date | None
) -> Placed:
    """Keep the fact's day; outside the window it is a contradiction, with days that would do."""
    placed = keep(occurrence, room, fact)
    if room.opens <= fact.on <= room.closes or never_late(occurrence):
        return placed
    if fact.on > room.closes:
        because = (*room.upper(), fact_clause(fact))
    else:
        because = (*room.lower(), fact_clause(fact))
    conflict = Conflict(
        kind=ConflictKind.CONTRADICTION,
        point=occurrence.point,
        because=because,
        nearest=ways_out(occurrence, room, fact, open_days, today),
    )
    return Placed(placed.activity, placed.day, (conflict,))
