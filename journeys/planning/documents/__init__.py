"""Protocols and label rules as files: read, checked, and turned into the planner's values."""

from journeys.planning.documents.canonical import checksum
from journeys.planning.documents.dates import read_date
from journeys.planning.documents.problem import DocumentProblem, suggestion
from journeys.planning.documents.products import ProductEntry, read_products_file
from journeys.planning.documents.protocols import (
    protocol_from_document,
    protocol_paths,
    read_protocol_file,
)
from journeys.planning.documents.rulesets import (
    RuleSet,
    read_ruleset_file,
    read_rulesets,
    rules_from,
    ruleset_from_document,
)

__all__ = [
    "DocumentProblem",
    "ProductEntry",
    "RuleSet",
    "checksum",
    "protocol_from_document",
    "protocol_paths",
    "read_date",
    "read_products_file",
    "read_protocol_file",
    "read_ruleset_file",
    "read_rulesets",
    "rules_from",
    "ruleset_from_document",
    "suggestion",
]
