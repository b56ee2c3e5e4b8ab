"""Follow-up tracks: which occurrences another track or another label rule would have asked for."""

from collections.abc import Iterable, Mapping
from itertools import chain

from journeys.planning.domain.protocol import (
    ActivityDefinition,
    Point,
    Protocol,
    RuleValue,
    point_of,
)
from journeys.planning.domain.rules import applies


def elsewhere(
    protocol: Protocol, region: str, points: Iterable[Point]
) -> tuple[tuple[str, int], ...]:
    """Return those of the points, by code and number, that exist under another track or rule."""
    definitions = {
        definition.code: definition
        for definition in protocol.activities
        if applies(definition.regions, region)
    }
    found: set[tuple[str, int]] = set()
    for point in points:
        code, _, text = point.partition("#")
        number = int(text) if text.isdecimal() else 1
        if code in definitions and point == point_of(code, number):
            found |= {(code, each) for each in _up_to(definitions[code], number)}
    return tuple(sorted(found))


def left_out(protocol: Protocol, points: Iterable[Point], *, track: str) -> frozenset[Point]:
    """Return those of the points that the track does not ask for, where others do.

    The planner keeps them as long as there are facts about them. Whoever changes a journey's track
    withdraws what is only booked or fixed, and keeps what happened.

    Raises:
        UnknownTrack: the protocol has no such track.
    """
    chosen = protocol.track_or_first(track)
    definitions = {definition.code: definition for definition in protocol.activities}
    found: set[Point] = set()
    for point in points:
        code, _, number = point.partition("#")
        if code in definitions and not _has(definitions[code], int(number or 1), chosen):
            found.add(point)
    return frozenset(found)


def _has(definition: ActivityDefinition, number: int, track: str) -> bool:
    """Tell whether the track does not speak against the occurrence."""
    count = definition.repeat.count if definition.repeat else None
    if isinstance(count, Mapping):
        return applies(definition.tracks, track) and number in count.get(track, ())
    return applies(definition.tracks, track)


def _up_to(definition: ActivityDefinition, number: int) -> Iterable[int]:
    """Return the occurrence, when some label rule or some track could ask for it.

    A label rule counts without gaps, so there the ones before it come along.
    """
    count = definition.repeat.count if definition.repeat else 1
    if isinstance(count, RuleValue):
        return range(1, number + 1)
    if isinstance(count, Mapping):
        return {number}.intersection(chain.from_iterable(count.values()))
    return {number}.intersection(range(1, count + 1)) if definition.tracks else ()
