"""Which label rules a protocol needs, whether they are there, and which hold together."""

from collections.abc import Iterator

from journeys.planning.domain.duration import Duration
from journeys.planning.domain.problems import Key, Problem, ProblemKind, problem_at
from journeys.planning.domain.protocol import (
    LabelRule,
    LabelRules,
    Protocol,
    RuleValue,
    TrackNumbers,
)
from journeys.planning.domain.rules import MissingRule, applies, rule_keys, rules_on


def rule_problems(protocol: Protocol, rules: LabelRules, region: str) -> Iterator[Problem]:
    """Yield every place that asks for a rule which is missing, or missing for a time."""
    for key, value in _uses(protocol, region):
        values = sorted(rules.get(value.key, ()), key=lambda rule: rule.valid_from)
        if not values:
            yield problem_at(protocol, key, ProblemKind.MISSING_RULE, value.key)
            continue
        following = [rule.valid_from for rule in values[1:]]
        for rule, next_from in zip(values, [*following, None], strict=True):
            ends = rule.valid_to
            if ends is not None and (next_from is None or ends < next_from):
                names = (value.key, ends.isoformat())
                yield problem_at(protocol, key, ProblemKind.MISSING_RULE, *names)


def eras(
    protocol: Protocol, rules: LabelRules, region: str, track: str
) -> Iterator[tuple[LabelRule, ...]]:
    """Yield every set of rules that holds together at some time."""
    keys = rule_keys(protocol, region, track)
    if not keys:
        yield ()
    starts = {rule.valid_from for key in keys for rule in rules.get(key, ())}
    for start in sorted(starts):
        try:
            yield rules_on(rules, keys, start)
        except MissingRule:  # told by rule_problems where it matters
            continue


def _uses(protocol: Protocol, region: str) -> Iterator[tuple[Key, RuleValue]]:
    """Yield every number that a label rule gives, with its place."""
    for key, value in _numbers(protocol, region):
        if isinstance(value, RuleValue):
            yield key, value


def _numbers(
    protocol: Protocol, region: str
) -> Iterator[tuple[Key, Duration | RuleValue | int | TrackNumbers | None]]:
    for place, definition in enumerate(protocol.activities):
        if applies(definition.regions, region):
            count = definition.repeat.count if definition.repeat else None
            yield ("activities", place, "offset"), definition.offset
            yield ("activities", place, "repeat", "count"), count
    for place, constraint in enumerate(protocol.constraints):
        if applies(constraint.regions, region):
            yield ("constraints", place, "min"), constraint.min
            yield ("constraints", place, "max"), constraint.max
