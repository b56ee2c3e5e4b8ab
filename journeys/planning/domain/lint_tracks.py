"""Whether a protocol's follow-up tracks are known where they are named, and lead to visits."""

from collections.abc import Iterator, Mapping

from journeys.planning.domain.problems import Key, Problem, ProblemKind, problem_at
from journeys.planning.domain.protocol import ActivityDefinition, Protocol
from journeys.planning.domain.rules import applies


def track_codes(protocol: Protocol) -> tuple[str, ...]:
    """Return the codes of all tracks; the empty one alone where a protocol has none."""
    return tuple(track.code for track in protocol.tracks) or ("",)


def track_problems(protocol: Protocol) -> Iterator[Problem]:
    """Yield every track that is unknown, left without a number, or without any follow-up."""
    known = [track.code for track in protocol.tracks]
    for place, definition in enumerate(protocol.activities):
        yield from _named(protocol, place, definition, known)
        yield from _numbered(protocol, place, definition, known)
    for place, code in enumerate(known):
        if not any(_follows_up(protocol, definition, code) for definition in protocol.activities):
            key: Key = ("tracks", place)
            yield problem_at(protocol, key, ProblemKind.TRACK_WITHOUT_FOLLOW_UP, code)


def _named(
    protocol: Protocol, place: int, definition: ActivityDefinition, known: list[str]
) -> Iterator[Problem]:
    for code in sorted(set(definition.tracks) - set(known)):
        key = ("activities", place, "tracks")
        yield problem_at(protocol, key, ProblemKind.UNKNOWN_TRACK, code)


def _numbered(
    protocol: Protocol, place: int, definition: ActivityDefinition, known: list[str]
) -> Iterator[Problem]:
    """Yield what is wrong with a count by track: it has one for each track of the activity."""
    count = definition.repeat.count if definition.repeat else None
    if not isinstance(count, Mapping):
        return
    key = ("activities", place, "repeat", "count")
    for code in sorted(set(count) - set(known)):
        named = (*key, "tracks", code)
        yield problem_at(protocol, named, ProblemKind.UNKNOWN_TRACK, code)
    for code in known:
        if applies(definition.tracks, code) and not count.get(code):
            yield problem_at(protocol, key, ProblemKind.MISSING_TRACK, code)


def _follows_up(protocol: Protocol, definition: ActivityDefinition, track: str) -> bool:
    return definition.stage == protocol.stages[-1].code and applies(definition.tracks, track)
