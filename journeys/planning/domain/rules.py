"""Label rules: which of the dated values holds on a day."""

from collections.abc import Iterable, Iterator
from datetime import date

from journeys.planning.domain.duration import Duration
from journeys.planning.domain.protocol import (
    ActivityDefinition,
    LabelRule,
    LabelRules,
    Protocol,
    RuleValue,
    TrackNumbers,
)


class MissingRule(LookupError):
    """No value of the label rule holds for the product and region on that day."""

    def __init__(self, key: str, on: date | None) -> None:
        self.key = key
        self.on = on
        when = f" on {on.isoformat()}" if on else ""
        super().__init__(f"no label rule gives {key!r}{when} for this product and region")


def rule_keys(protocol: Protocol, region: str, track: str) -> frozenset[str]:
    """Return the keys of the label rules that the protocol asks for in a region, on a track."""
    numbers = _numbers(protocol, region, track)
    return frozenset(value.key for value in numbers if isinstance(value, RuleValue))


def rules_on(rules: LabelRules, keys: Iterable[str], on: date | None) -> tuple[LabelRule, ...]:
    """Return each key's value that holds on the day; without a day, the latest there is.

    Units:
        on: local calendar date; a rule's `valid_from` is inclusive, its `valid_to` exclusive.

    Raises:
        MissingRule: a key has no value on that day.
    """
    return tuple(rule_on(rules, key, on) for key in sorted(keys))


def rule_on(rules: LabelRules, key: str, on: date | None) -> LabelRule:
    """Return the value of one key; when two hold, the one that began later.

    Raises:
        MissingRule: the key has no value on that day.
    """
    holding = [rule for rule in rules.get(key, ()) if on is None or _holds(rule, on)]
    if not holding:
        raise MissingRule(key, on)
    return max(holding, key=lambda rule: rule.valid_from)


def applies(regions: tuple[str, ...], region: str) -> bool:
    """Tell whether something for these regions counts in `region`; none named: everywhere."""
    return not regions or region in regions


def is_asked_for(definition: ActivityDefinition, region: str, track: str) -> bool:
    """Tell whether the protocol has the activity in a region, on a follow-up track."""
    return applies(definition.regions, region) and applies(definition.tracks, track)


def _holds(rule: LabelRule, on: date) -> bool:
    return rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to)


def _numbers(
    protocol: Protocol, region: str, track: str
) -> Iterator[Duration | RuleValue | int | TrackNumbers | None]:
    """Yield every number that a label rule may give."""
    for definition in protocol.activities:
        if is_asked_for(definition, region, track):
            yield definition.offset
            yield definition.repeat.count if definition.repeat else None
    for constraint in protocol.constraints:
        if applies(constraint.regions, region):
            yield constraint.min
            yield constraint.max
