"""A protocol's activities written out: one value per occurrence, its spans added up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from journeys.planning.domain.duration import Duration
from journeys.planning.domain.points import PointNames
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    ActivityKind,
    LabelRule,
    Point,
    Protocol,
    Roll,
    RuleValue,
    point_of,
)
from journeys.planning.domain.rules import is_asked_for

Rules = Mapping[str, LabelRule]


@dataclass(frozen=True, slots=True)
class Limit:
    """A day that the occurrence may not lie before, or not after: `offset` after `anchor`."""

    anchor: Point
    offset: Duration
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One occurrence of an activity, ready to be dated from its anchor.

    `offset` is the whole span from the anchor, never a step from the occurrence before. The window
    counts from the target, or from the anchor when `window_from_anchor`.
    """

    point: Point
    code: str
    stage: str
    number: int
    kind: ActivityKind
    roll: Roll
    anchor: Point | None
    offset: Duration
    offset_text: str
    rule: str
    source: str
    opens: Duration
    closes: Duration
    window_from_anchor: bool
    floors: tuple[Limit, ...]
    ceilings: tuple[Limit, ...]
    order: tuple[int, int]  # the protocol's own: place of the activity, number of the occurrence


def numbers(protocol: Protocol, region: str, track: str, rules: Rules) -> dict[str, Sequence[int]]:
    """Return which occurrences of each activity there are, by code, in order.

    Raises:
        KeyError: a count needs a label rule that is not given.
    """
    return {
        definition.code: _numbers(definition, track, rules)
        for definition in protocol.activities
        if is_asked_for(definition, region, track)
    }


def occurrences(
    protocol: Protocol, names: PointNames, numbers_of: Mapping[str, Sequence[int]], rules: Rules
) -> Iterator[Occurrence]:
    """Write out every occurrence that `numbers_of` names, in the protocol's order.

    Raises:
        UnknownPoint: an anchor is not a point of the protocol in this region.
        KeyError: an offset needs a label rule that is not given.
    """
    for place, definition in enumerate(protocol.activities):
        for number in numbers_of.get(definition.code, ()):
            yield _occurrence(definition, (place, number), names, rules)


def span_of(value: Duration | RuleValue, rules: Rules) -> Duration:
    """Return the span itself, looked up where a label rule gives it."""
    if isinstance(value, Duration):
        return value
    days = rules[value.key].days
    return Duration(days=-days if value.negative else days)


def _numbers(definition: ActivityDefinition, track: str, rules: Rules) -> Sequence[int]:
    count = definition.repeat.count if definition.repeat else 1
    if isinstance(count, Mapping):
        return count.get(track, ())
    return range(1, (rules[count.key].days if isinstance(count, RuleValue) else count) + 1)


def _occurrence(
    definition: ActivityDefinition, order: tuple[int, int], names: PointNames, rules: Rules
) -> Occurrence:
    number = order[1]
    every = definition.repeat.every * (number - 1) if definition.repeat else Duration()
    offset = span_of(definition.offset, rules) + every
    window = definition.window
    from_anchor = window.measured_from == "anchor"
    rule = rules[definition.offset.key] if isinstance(definition.offset, RuleValue) else None
    is_restriction = definition.kind is ActivityKind.RESTRICTION
    return Occurrence(
        point=point_of(definition.code, number),
        code=definition.code,
        stage=definition.stage,
        number=number,
        kind=definition.kind,
        roll=Roll.EXACT if is_restriction else definition.roll,
        anchor=names.resolve(definition.anchor) if definition.anchor else None,
        offset=offset,
        offset_text=str(offset),
        rule=rule.key if rule else "",
        source=rule.source if rule else definition.source,
        opens=window.opens + every if from_anchor else window.opens,
        closes=window.closes + every if from_anchor else window.closes,
        window_from_anchor=from_anchor,
        floors=tuple(
            Limit(names.resolve(floor.anchor), floor.offset, floor.why)
            for floor in definition.not_before
        ),
        ceilings=tuple(
            Limit(names.resolve(ceiling.anchor), ceiling.offset, ceiling.why)
            for ceiling in definition.not_after
            if ceiling.occurrence == number
        ),
        order=order,
    )
