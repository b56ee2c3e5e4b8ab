"""Dating what only hangs on another point: calendar-exact, straight from the anchor's day."""

from collections.abc import Iterable, Mapping
from datetime import date

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
    today: date | None,
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
        return _kept(occurrence, room, fact, open_days, today)
    clock = None
    if today is not None and not never_late(occurrence):
        clock = Clock(today, Step(kind=StepKind.TODAY, gives=today))
    return place(occurrence, room, open_days, clock)


def _room(occurrence: Occurrence, anchor: Point, days: Days, facts: Facts, held: HeldDays) -> Room:
    anchor_on = days[anchor]
    counted = occurrence.offset.after(anchor_on)
    base = anchor_on if occurrence.window_from_anchor else counted
    opens, closes = occurrence.opens.after(base), occurrence.closes.after(base)
    target, closes = held.after(anchor_on, counted), held.after(anchor_on, closes)
    opens, floor = _latest(opens, occurrence.floors, days)
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
    if target < opens:
        by = floor or Limit(anchor, Duration(days=(opens - anchor_on).days), "")
        steps.append(_bound_step(StepKind.FLOOR, opens, by, days, facts))
    elif target > closes:
        by = ceiling or Limit(anchor, Duration(days=(closes - anchor_on).days), "")
        since = held.between(days[by.anchor], closes)
        steps.append(_bound_step(StepKind.CEILING, closes, by, days, facts, held=since))

    def lower() -> tuple[Clause, ...]:
        by = floor or Limit(anchor, Duration(days=(opens - anchor_on).days), "")
        days_after = (opens - days[by.anchor]).days
        return (_given(by.anchor, days, facts), _limit("min", by, occurrence, days_after))

    def upper() -> tuple[Clause, ...]:
        by = ceiling or Limit(anchor, Duration(days=(closes - anchor_on).days), "")
        days_after = (closes - days[by.anchor]).days
        since = held.between(days[by.anchor], closes)
        limit = _limit("max", by, occurrence, days_after, held=since)
        return (_given(by.anchor, days, facts), limit)

    target = min(max(target, opens), closes)
    return Room(
        target=target, opens=opens, closes=closes, steps=tuple(steps), lower=lower, upper=upper
    )


def _latest(opens: date, floors: Iterable[Limit], days: Days) -> tuple[date, Limit | None]:
    """Raise a window's first day to its highest floor; one whose anchor has no day waits."""
    found = [(each.offset.after(days[each.anchor]), each) for each in floors if each.anchor in days]
    highest = max(found, key=lambda pair: pair[0], default=None)
    return highest if highest and highest[0] > opens else (opens, None)


def _earliest(
    closes: date, ceilings: Iterable[Limit], days: Days, held: HeldDays
) -> tuple[date, Limit | None]:
    """Lower a window's last day to its lowest ceiling."""
    found = [_stretched(each, days[each.anchor], held) for each in ceilings if each.anchor in days]
    lowest = min(found, key=lambda pair: pair[0], default=None)
    return lowest if lowest and lowest[0] < closes else (closes, None)


def _stretched(ceiling: Limit, anchor_on: date, held: HeldDays) -> tuple[date, Limit]:
    """Return the day of a ceiling, and the ceiling itself with the days on hold added."""
    counted = ceiling.offset.after(anchor_on)
    day = held.after(anchor_on, counted)
    if day == counted:
        return day, ceiling
    return day, Limit(ceiling.anchor, Duration(days=(day - anchor_on).days), ceiling.why)


def _bound_step(
    kind: StepKind, gives: date, by: Limit, days: Days, facts: Facts, *, held: int = 0
) -> Step:
    fact = facts.get(by.anchor)
    return Step(
        kind=kind,
        gives=gives,
        anchor=by.anchor,
        anchor_on=days[by.anchor],
        anchor_fact=fact.kind if fact else None,
        offset=str(by.offset),
        because=by.why,
        held=held or None,
    )


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


def _given(point: Point, days: Days, facts: Facts) -> Clause:
    """Return the day of a point as a clause; without a fact it is only planned."""
    fact = facts.get(point)
    return Clause(bound="fact", later=point, on=days[point], fact=fact.kind if fact else None)


def _limit(bound: str, by: Limit, occurrence: Occurrence, days: int, *, held: int = 0) -> Clause:
    return Clause(
        bound=bound,
        earlier=by.anchor,
        later=occurrence.point,
        days=days,
        why=by.why,
        source=occurrence.source,
        held=held or None,
    )
