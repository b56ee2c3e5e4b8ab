"""The last steps of every date: not in the past, on an open day, or a conflict that says why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.facts import Fact, FactKind
from journeys.planning.domain.occurrences import Occurrence
from journeys.planning.domain.planned import PlannedActivity
from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.reasons import Clause, Conflict, ConflictKind, Step, StepKind

NEAREST_SHOWN = 3


class Room(NamedTuple):
    """Where an occurrence should lie and where it may, before calendar and clock have their say.

    `lower` and `upper` tell which days and limits make the window's ends, in the order of time;
    they are asked only when something is wrong.
    """

    target: date
    opens: date
    closes: date
    steps: tuple[Step, ...]
    lower: Callable[[], tuple[Clause, ...]] = tuple
    upper: Callable[[], tuple[Clause, ...]] = tuple


@dataclass(frozen=True, slots=True)
class Clock:
    """Today, for one occurrence: the soonest day that leaves everything open out of the past."""

    today: date
    soonest: Step  # of kind TODAY


def clock_of(today: date | None) -> Clock | None:
    """Return the clock of what nothing else hangs on: it may not lie in the past itself."""
    return Clock(today, Step(kind=StepKind.TODAY, gives=today)) if today else None


class Placed(NamedTuple):
    """An occurrence with its days, and what was wrong with them.

    `day` is the one that others are dated from: the chosen day or, where there is none, the target.
    """

    activity: PlannedActivity
    day: date
    conflicts: tuple[Conflict, ...] = ()


def place(occurrence: Occurrence, room: Room, open_days: OpenDays, clock: Clock | None) -> Placed:
    """Choose the open occurrence's day inside its window."""
    day, first, steps = room.target, room.opens, list(room.steps)
    conflicts: list[Conflict] = []
    if clock is not None:
        soonest = clock.soonest.gives
        if room.closes < clock.today:
            conflicts.append(_window_passed(occurrence, room, open_days, clock.today))
        elif first < soonest <= room.closes:
            first = soonest
            if day < soonest:
                day = soonest
                steps.append(clock.soonest)
    chosen = open_days.choose(day, first, room.closes, occurrence.roll)
    if chosen is None:
        conflicts.append(_no_open_day(occurrence, room, open_days, day))
        steps = list(room.steps)
    elif chosen != day:
        steps.append(
            Step(
                kind=StepKind.OPEN_DAY,
                gives=chosen,
                anchor_on=first if first > room.opens else None,
                because=open_days.name_of_closed(day),
                roll=occurrence.roll,
            )
        )
    activity = _planned(occurrence, room, chosen, None, steps)
    return Placed(activity, chosen or room.target, tuple(conflicts))


def keep(occurrence: Occurrence, room: Room, fact: Fact) -> Placed:
    """Leave the occurrence on the day of its fact, and show the room it would have had."""
    step = Step(
        kind=StepKind.FACT,
        gives=fact.on,
        anchor=fact.point,
        anchor_on=fact.on,
        anchor_fact=fact.kind,
    )
    return Placed(_planned(occurrence, room, fact.on, fact, [step]), fact.on)


def undated(occurrence: Occurrence) -> PlannedActivity:
    """Return the occurrence without any day."""
    return PlannedActivity(
        code=occurrence.code,
        stage=occurrence.stage,
        occurrence=occurrence.number,
        point=occurrence.point,
        target=None,
        opens=None,
        closes=None,
        chosen=None,
        fact=None,
        why=(),
    )


def _planned(
    occurrence: Occurrence, room: Room, chosen: date | None, fact: Fact | None, steps: list[Step]
) -> PlannedActivity:
    return PlannedActivity(
        code=occurrence.code,
        stage=occurrence.stage,
        occurrence=occurrence.number,
        point=occurrence.point,
        target=room.target,
        opens=room.opens,
        closes=room.closes,
        chosen=chosen,
        fact=fact.kind if fact else None,
        why=tuple(steps),
    )


def _no_open_day(occurrence: Occurrence, room: Room, open_days: OpenDays, day: date) -> Conflict:
    return Conflict(
        kind=ConflictKind.NO_OPEN_DAY,
        point=occurrence.point,
        because=tuple(dict.fromkeys((*room.lower(), *room.upper()))),
        nearest=open_days.nearest(day, NEAREST_SHOWN),
    )


def _window_passed(
    occurrence: Occurrence, room: Room, open_days: OpenDays, today: date
) -> Conflict:
    return Conflict(
        kind=ConflictKind.WINDOW_PASSED,
        point=occurrence.point,
        because=(*room.upper(), Clause(bound="today", later=occurrence.point, on=today)),
        nearest=open_days.nearest(today, NEAREST_SHOWN, opens=today, roll=occurrence.roll),
    )


def ways_out(
    occurrence: Occurrence, room: Room, fact: Fact, open_days: OpenDays, today: date | None
) -> tuple[date, ...]:
    """Return the open days to move a fact to; none for what has happened."""
    if fact.kind is FactKind.HAPPENED:
        return ()
    opens = max(room.opens, today or room.opens)
    return open_days.nearest(
        fact.on, NEAREST_SHOWN, opens=opens, closes=room.closes, roll=occurrence.roll
    )


def never_late(occurrence: Occurrence) -> bool:
    """Tell whether the occurrence ends by itself, so that its passing is no trouble."""
    return occurrence.kind is ActivityKind.RESTRICTION
