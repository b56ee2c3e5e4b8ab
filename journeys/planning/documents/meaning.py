"""What a protocol says, checked by the planner's lint, each finding at its line."""

from collections.abc import Iterable, Iterator

from journeys.planning.documents.located import Located
from journeys.planning.documents.problem import DocumentProblem
from journeys.planning.documents.rulesets import RuleSet, rules_from
from journeys.planning.domain.protocol import Protocol
from journeys.planning.domain.rules import rule_keys


def check_meaning(protocol: Protocol, located: Located, rulesets: Iterable[RuleSet]) -> None:
    """Refuse a protocol that asks for a label rule which one of its regions does not have.

    Raises:
        DocumentProblem: a label rule is missing.
    """
    known = tuple(rulesets)
    for region in protocol.regions:
        rules = rules_from(known, product=protocol.product, region=region)
        for key in sorted(rule_keys(protocol, region) - set(rules)):
            raise _missing_rule(key, region, located)


def _missing_rule(key: str, region: str, located: Located) -> DocumentProblem:
    product = located.document.get("product", "a protocol without a product")
    places = (place for place in _places_of(key, located))
    return located.problem(f"no ruleset for {product} in {region} has {key!r}", next(places))


def _places_of(key: str, located: Located) -> Iterator[tuple[str | int, ...]]:
    """Yield each place in the file that takes a number from this label rule."""
    for place in located.lines:
        value = located.at(place)
        if place[-1:] == ("rule",) and value == key:
            yield place
