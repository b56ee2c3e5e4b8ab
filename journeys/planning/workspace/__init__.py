"""One journey's plan loaded whole: protocol, rules, open days, activities and the facts."""

from journeys.planning.workspace.given import compute, facts, is_planned, unasked
from journeys.planning.workspace.lines import Line, lines, stored_lines
from journeys.planning.workspace.loading import centre_today, load, load_all, open_days_of
from journeys.planning.workspace.proposal import Proposal
from journeys.planning.workspace.space import StateRecord, Workspace
from journeys.planning.workspace.standing import set_stage
from journeys.planning.workspace.versions import (
    definition_of,
    known_track,
    label_rules,
    protocol_of,
)

__all__ = [
    "Line",
    "Proposal",
    "StateRecord",
    "Workspace",
    "centre_today",
    "compute",
    "definition_of",
    "facts",
    "is_planned",
    "known_track",
    "label_rules",
    "lines",
    "load",
    "load_all",
    "open_days_of",
    "protocol_of",
    "set_stage",
    "stored_lines",
    "unasked",
]
