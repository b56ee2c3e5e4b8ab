"""Planning's use-cases: start, book, record, move, end, publish."""

from journeys.planning.services.booking import book, cancel_booking
from journeys.planning.services.journeys import end_journey, start_journey
from journeys.planning.services.moving import move, unlock
from journeys.planning.services.proposing import Proposal, StalePreview, commit, propose
from journeys.planning.services.protocols import (
    ProtocolChanged,
    RuleChanged,
    publish_label_rules,
    publish_product,
    publish_protocol,
)
from journeys.planning.services.recording import close_without, record_happened
from journeys.planning.services.refusals import Refusal
from journeys.planning.services.reminders import extend_reminders
from journeys.planning.services.writing import Outcome

__all__ = [
    "Outcome",
    "Proposal",
    "ProtocolChanged",
    "Refusal",
    "RuleChanged",
    "StalePreview",
    "book",
    "cancel_booking",
    "close_without",
    "commit",
    "end_journey",
    "extend_reminders",
    "move",
    "propose",
    "publish_label_rules",
    "publish_product",
    "publish_protocol",
    "record_happened",
    "start_journey",
    "unlock",
]
