"""Checking a protocol before it is published: every mistake, with the place to look at."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from journeys.planning.domain.lint_rules import eras, rule_problems
from journeys.planning.domain.lint_timing import timing_problems
from journeys.planning.domain.lint_tracks import track_codes, track_problems
from journeys.planning.domain.occurrences import numbers
from journeys.planning.domain.points import PointNames, UnknownPoint
from journeys.planning.domain.problems import Key, Problem, ProblemKind, problem_at
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    LabelRule,
    LabelRules,
    Protocol,
)
from journeys.planning.domain.rules import applies, is_asked_for


def lint_protocol(
    protocol: Protocol, rules: LabelRules, *, region: str | None = None
) -> tuple[Problem, ...]:
    """Return what is wrong with the protocol, each mistake once; nothing means it can be planned.

    Every region, every follow-up track and every set of label rules that ever holds is checked.
    With `region`, whose label rules these are, only that one.
    """
    found = [
        *_code_problems(protocol),
        *_stage_problems(protocol),
        *_region_problems(protocol),
        *track_problems(protocol),
        *_requires_problems(protocol),
    ]
    if not found:
        for one in (region,) if region is not None else protocol.regions:
            found += rule_problems(protocol, rules, one)
            for track in track_codes(protocol):
                for holding in eras(protocol, rules, one, track):
                    found += _era_problems(protocol, one, track, holding)
    once: dict[tuple[ProblemKind, Key], Problem] = {}
    for problem in found:
        once.setdefault((problem.kind, problem.key), problem)
    return tuple(once.values())


def _era_problems(
    protocol: Protocol, region: str, track: str, rules: tuple[LabelRule, ...]
) -> Iterator[Problem]:
    """Yield what is wrong in one region, on one track, while one set of label rules holds."""
    by_key = {rule.key: rule for rule in rules}
    names = PointNames(numbers(protocol, region, track, by_key), protocol.stages)
    unknown = list(_unknown(protocol, region, track, names))
    yield from unknown
    yield from _unreachable(protocol, region, track)
    if not unknown:
        yield from timing_problems(protocol, region, track, rules, names)


def _code_problems(protocol: Protocol) -> Iterator[Problem]:
    sections = {
        "stages": [stage.code for stage in protocol.stages],
        "activities": [definition.code for definition in protocol.activities],
        "tracks": [track.code for track in protocol.tracks],
    }
    for section, codes in sections.items():
        for place, code in enumerate(codes):
            if code in codes[:place]:
                key: Key = (section, place, "code")
                yield problem_at(protocol, key, ProblemKind.DUPLICATE_CODE, code)
    for place, stage in enumerate(protocol.stages):
        of_gate = [item.code for item in stage.gate]
        for number, code in enumerate(of_gate):
            if code in of_gate[:number]:
                key = ("stages", place, "gate", number, "code")
                yield problem_at(protocol, key, ProblemKind.DUPLICATE_CODE, code)


def _stage_problems(protocol: Protocol) -> Iterator[Problem]:
    stages = {stage.code for stage in protocol.stages}
    for place, definition in enumerate(protocol.activities):
        if definition.stage not in stages:
            key = ("activities", place, "stage")
            yield problem_at(protocol, key, ProblemKind.UNKNOWN_STAGE, definition.stage)


def _region_problems(protocol: Protocol) -> Iterator[Problem]:
    sections = {
        "activities": [definition.regions for definition in protocol.activities],
        "constraints": [constraint.regions for constraint in protocol.constraints],
    }
    for section, limited in sections.items():
        for place, regions in enumerate(limited):
            for region in sorted(set(regions) - set(protocol.regions)):
                key = (section, place, "regions")
                yield problem_at(protocol, key, ProblemKind.UNKNOWN_REGION, region)


def _requires_problems(protocol: Protocol) -> Iterator[Problem]:
    codes = {definition.code: place for place, definition in enumerate(protocol.activities)}
    for place, definition in enumerate(protocol.activities):
        for number, code in enumerate(definition.requires):
            if code not in codes:
                key: Key = ("activities", place, "requires", number)
                yield problem_at(protocol, key, ProblemKind.UNKNOWN_ACTIVITY, code)
    sorter = TopologicalSorter(
        {definition.code: definition.requires for definition in protocol.activities}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        key = ("activities", codes[circle[0]], "requires")
        yield problem_at(protocol, key, ProblemKind.REQUIRES_LOOP, *circle)


def _of_activity(place: int, definition: ActivityDefinition) -> Iterator[tuple[Key, str]]:
    if definition.anchor is not None:
        yield ("activities", place, "anchor"), definition.anchor
    for number, floor in enumerate(definition.not_before):
        yield ("activities", place, "not_before", number, "anchor"), floor.anchor
    for number, ceiling in enumerate(definition.not_after):
        yield ("activities", place, "not_after", number, "anchor"), ceiling.anchor


def _references(protocol: Protocol, region: str, track: str) -> Iterator[tuple[Key, str]]:
    """Yield every point that the protocol names in a region, with its place."""
    for place, definition in enumerate(protocol.activities):
        if is_asked_for(definition, region, track):
            yield from _of_activity(place, definition)
    for place, constraint in enumerate(protocol.constraints):
        if applies(constraint.regions, region):
            yield ("constraints", place, "earlier"), constraint.earlier
            yield ("constraints", place, "later"), constraint.later
    for place, stage in enumerate(protocol.stages):
        yield ("stages", place, "starts_with"), stage.starts_with
        yield ("stages", place, "ends_with"), stage.ends_with


def _unknown(protocol: Protocol, region: str, track: str, names: PointNames) -> Iterator[Problem]:
    """Yield every name of a point that nothing goes by, with those that come close."""
    for key, point in _references(protocol, region, track):
        try:
            names.resolve(point)
        except UnknownPoint as error:
            meant = (error.name, *error.matches)
            yield problem_at(protocol, key, ProblemKind.UNKNOWN_POINT, *meant)


def _unreachable(protocol: Protocol, region: str, track: str) -> Iterator[Problem]:
    """Yield every activity without an anchor but the one that the journey starts with."""
    roots = [
        place
        for place, definition in enumerate(protocol.activities)
        if definition.anchor is None and is_asked_for(definition, region, track)
    ]
    for place in roots[1:]:
        key = ("activities", place, "anchor")
        code = protocol.activities[place].code
        yield problem_at(protocol, key, ProblemKind.UNREACHABLE, code)
