"""Whether a protocol's spans make sense: windows, targets, months in the core, contradictions."""

from collections.abc import Iterator
from datetime import date

from journeys.planning.domain.compiled import AnchorLoop, compile_protocol, core_codes
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.network import Contradiction, Edge
from journeys.planning.domain.occurrences import Rules, numbers, occurrences, span_of
from journeys.planning.domain.points import PointNames
from journeys.planning.domain.problems import Key, Problem, ProblemKind, problem_at
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    LabelRule,
    Protocol,
    RuleValue,
)
from journeys.planning.domain.rules import applies, is_asked_for

# Months differ: spans are compared from days whose months and years are short and long.
SAMPLE_DAYS = (date(2024, 1, 31), date(2023, 2, 1), date(2024, 2, 29), date(2023, 12, 31))


def timing_problems(
    protocol: Protocol,
    region: str,
    track: str,
    rules: tuple[LabelRule, ...],
    names: PointNames,
) -> Iterator[Problem]:
    """Yield what is wrong with the spans; every name in the protocol must be known."""
    by_key = {rule.key: rule for rule in rules}
    for place, definition in enumerate(protocol.activities):
        if is_asked_for(definition, region, track):
            yield from _window_problems(protocol, place, definition, by_key)
    asked_for = numbers(protocol, region, track, by_key)
    ordered = tuple(occurrences(protocol, names, asked_for, by_key))
    constraints = [c for c in protocol.constraints if applies(c.regions, region)]
    core = core_codes(ordered, constraints, names)
    yield from _ceilings(protocol, region, track, core)
    months = list(_months(protocol, region, track, core))
    yield from months
    if months:
        return
    try:
        compile_protocol(protocol, region=region, rules=rules, track=track)
    except AnchorLoop as loop:
        key: Key = ("activities", _place(protocol, loop.points[0]), "anchor")
        yield problem_at(protocol, key, ProblemKind.ANCHOR_LOOP, *loop.points)
    except Contradiction as contradiction:
        clauses = tuple(edge.clause for edge in contradiction.cycle)
        key = _key_of(protocol, contradiction.cycle, names)
        yield problem_at(protocol, key, ProblemKind.CONTRADICTION, clauses=clauses)


def _window_problems(
    protocol: Protocol, place: int, definition: ActivityDefinition, rules: Rules
) -> Iterator[Problem]:
    window, repeat = definition.window, definition.repeat
    target = Duration()
    if window.measured_from == "anchor":
        target = span_of(definition.offset, rules)
    if not _in_order(window.opens, window.closes):
        yield problem_at(protocol, ("activities", place, "window"), ProblemKind.WINDOW_REVERSED)
    elif not (_in_order(window.opens, target) and _in_order(target, window.closes)):
        key = ("activities", place, "window")
        yield problem_at(protocol, key, ProblemKind.TARGET_OUTSIDE_WINDOW)
    if repeat is not None:
        is_none = isinstance(repeat.count, int) and repeat.count < 1
        if is_none or repeat.every == Duration():
            key = ("activities", place, "repeat")
            yield problem_at(protocol, key, ProblemKind.EMPTY_REPEAT)


def _in_order(first: Duration, second: Duration) -> bool:
    return all(first.after(day) <= second.after(day) for day in SAMPLE_DAYS)


def _months(protocol: Protocol, region: str, track: str, core: set[str]) -> Iterator[Problem]:
    """Yield every span in months at a point that others hang on."""
    for key, span in _core_spans(protocol, region, track, core):
        if isinstance(span, Duration) and not span.is_days_only:
            yield problem_at(protocol, key, ProblemKind.NOT_IN_DAYS, str(span))


def _ceilings(protocol: Protocol, region: str, track: str, core: set[str]) -> Iterator[Problem]:
    """Yield every `not_after` of a point that others hang on: the network would not see it."""
    for place, definition in enumerate(protocol.activities):
        is_limited = definition.not_after and is_asked_for(definition, region, track)
        if is_limited and definition.code in core:
            key = ("activities", place, "not_after")
            yield problem_at(protocol, key, ProblemKind.CEILING_NOT_ON_LEAF)


def _core_spans(
    protocol: Protocol, region: str, track: str, core: set[str]
) -> Iterator[tuple[Key, Duration | RuleValue | None]]:
    for place, definition in enumerate(protocol.activities):
        if definition.code not in core or not is_asked_for(definition, region, track):
            continue
        yield ("activities", place, "offset"), definition.offset
        yield ("activities", place, "window", "opens"), definition.window.opens
        yield ("activities", place, "window", "closes"), definition.window.closes
        if definition.repeat:
            yield ("activities", place, "repeat", "every"), definition.repeat.every
        for number, floor in enumerate(definition.not_before):
            yield ("activities", place, "not_before", number, "offset"), floor.offset
    for place, constraint in enumerate(protocol.constraints):
        if applies(constraint.regions, region):
            yield ("constraints", place, "min"), constraint.min
            yield ("constraints", place, "max"), constraint.max


def _key_of(protocol: Protocol, cycle: tuple[Edge, ...], names: PointNames) -> Key:
    """Return the place of a contradiction: a constraint in it, or else an activity's window."""
    ends = {(edge.clause.earlier, edge.clause.later) for edge in cycle if not edge.is_window}
    for place, constraint in enumerate(protocol.constraints):
        points = constraint.earlier, constraint.later
        known = all(names.knows(point) for point in points)
        if known and tuple(names.resolve(point) for point in points) in ends:
            return ("constraints", place)
    return ("activities", _place(protocol, cycle[0].clause.later or ""), "window")


def _place(protocol: Protocol, point: str) -> int:
    code = point.partition("#")[0]
    return next(n for n, definition in enumerate(protocol.activities) if definition.code == code)
