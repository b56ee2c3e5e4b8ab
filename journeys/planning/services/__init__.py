"""Planning's use-cases; any of them can be proposed, previewed and committed."""

from journeys.planning.services.answering import answer_appointment
from journeys.planning.services.bad_news import break_bad_news, lift_bad_news
from journeys.planning.services.booking import book, cancel_booking
from journeys.planning.services.completing import complete_journey
from journeys.planning.services.cycles import start_cycle
from journeys.planning.services.gates import (
    check_gate_item,
    open_gate_items,
    override_gate_item,
    withdraw_gate_check,
)
from journeys.planning.services.holds import put_on_hold, resume
from journeys.planning.services.interruptions import tell_team
from journeys.planning.services.journeys import end_journey, start_journey
from journeys.planning.services.moving import move, unlock
from journeys.planning.services.proposing import StalePreview, commit, propose
from journeys.planning.services.protocols import (
    ProtocolChanged,
    RuleChanged,
    publish_label_rules,
    publish_product,
    publish_protocol,
)
from journeys.planning.services.reaching import (
    adopt_address,
    change_contacts,
    choose_preferences,
    known_recipient,
    patient_recipient,
)
from journeys.planning.services.reconciling import prove
from journeys.planning.services.recording import close_without, record_happened
from journeys.planning.services.refusals import Refusal
from journeys.planning.services.reminders import extend_reminders
from journeys.planning.services.specification import accept_out_of_specification
from journeys.planning.services.undoing import is_undoable, last_undoable, undo_last
from journeys.planning.services.unscheduled import add_unscheduled
from journeys.planning.services.versions import apply_rules, choose_track, migrate_journey
from journeys.planning.services.writing import Outcome
from journeys.planning.workspace import Proposal

__all__ = [
    "Outcome",
    "Proposal",
    "ProtocolChanged",
    "Refusal",
    "RuleChanged",
    "StalePreview",
    "accept_out_of_specification",
    "add_unscheduled",
    "adopt_address",
    "answer_appointment",
    "apply_rules",
    "book",
    "break_bad_news",
    "cancel_booking",
    "change_contacts",
    "check_gate_item",
    "choose_preferences",
    "choose_track",
    "close_without",
    "commit",
    "complete_journey",
    "end_journey",
    "extend_reminders",
    "is_undoable",
    "known_recipient",
    "last_undoable",
    "lift_bad_news",
    "migrate_journey",
    "move",
    "open_gate_items",
    "override_gate_item",
    "patient_recipient",
    "propose",
    "prove",
    "publish_label_rules",
    "publish_product",
    "publish_protocol",
    "put_on_hold",
    "record_happened",
    "resume",
    "start_cycle",
    "start_journey",
    "tell_team",
    "undo_last",
    "unlock",
    "withdraw_gate_check",
]
