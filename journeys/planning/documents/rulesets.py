"""Ruleset files: the dated numbers of one product in one region."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from journeys.planning.documents.dates import read_date
from journeys.planning.documents.located import Located, read_yaml
from journeys.planning.documents.schema import check_shape
from journeys.planning.documents.sources import source_of
from journeys.planning.domain.protocol import LabelRule, LabelRules


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Every dated value of every label rule, for one product (None: any) in one region."""

    product: str | None
    region: str
    rules: LabelRules


def read_ruleset_file(path: Path) -> RuleSet:
    """Read and check one ruleset file.

    Raises:
        DocumentProblem: the file is not YAML, not of a ruleset's shape, or two values of one key
            hold on the same day.
    """
    located = read_yaml(path)
    check_shape(located, "ruleset")
    ruleset = ruleset_from_document(located.document)
    _check_dates(ruleset, located)
    return ruleset


def read_rulesets(folder: Path) -> tuple[RuleSet, ...]:
    """Read every ruleset file of a folder.

    Raises:
        DocumentProblem: one of the files cannot be used.
    """
    return tuple(read_ruleset_file(path) for path in sorted(folder.glob("*.yaml")))


def ruleset_from_document(document: Mapping[str, Any]) -> RuleSet:
    """Return the ruleset that a checked document describes."""
    return RuleSet(
        product=document.get("product"),
        region=document["region"],
        rules={
            key: tuple(_rule(key, value) for value in values)
            for key, values in document["rules"].items()
        },
    )


def rules_from(rulesets: Iterable[RuleSet], *, product: str | None, region: str) -> LabelRules:
    """Return the rules that hold for a product in a region; none when no file covers them."""
    return {
        key: values
        for ruleset in rulesets
        if (ruleset.product, ruleset.region) == (product, region)
        for key, values in ruleset.rules.items()
    }


def _rule(key: str, value: Mapping[str, Any]) -> LabelRule:
    return LabelRule(
        key=key,
        days=value["days"],
        valid_from=read_date(value["valid_from"]),
        valid_to=read_date(value["valid_to"]) if "valid_to" in value else None,
        source=source_of(value),
    )


def _check_dates(ruleset: RuleSet, located: Located) -> None:
    """Refuse values of one key that end before they begin, or that hold on the same day."""
    for key, values in ruleset.rules.items():
        free_from = date.min
        for n, value in enumerate(values):
            place = ("rules", key, n)
            if value.valid_from < free_from:
                message = f"the value before it still holds on {value.valid_from}"
                raise located.problem(message, (*place, "valid_from"))
            if value.valid_to is not None and value.valid_to <= value.valid_from:
                message = f"must be after {value.valid_from}, the day the value begins to hold"
                raise located.problem(message, (*place, "valid_to"))
            free_from = value.valid_to or date.max
