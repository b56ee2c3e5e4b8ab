"""The words people see for kinds of units, states of slots and weekdays."""

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys.capacity.domain.chains import NoChain
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.domain.slots import SlotState

KIND_LABELS: dict[ResourceKind, Promise] = {
    ResourceKind.APHERESIS: _("Apheresis machine"),
    ResourceKind.CHAIR: _("Lymphodepletion chair"),
    ResourceKind.INFUSION_BED: _("Infusion bed"),
    ResourceKind.WARD_BED: _("Ward bed"),
    ResourceKind.ICU_BED: _("ICU bed"),
    ResourceKind.CLINIC_SLOT: _("Clinic slot"),
}

SLOT_STATE_LABELS: dict[SlotState, Promise] = {
    SlotState.REQUESTED: _("Requested"),
    SlotState.HELD: _("Held"),
    SlotState.CONFIRMED: _("Confirmed"),
    SlotState.RELEASED: _("Released"),
    SlotState.EXPIRED: _("Hold lapsed"),
}

NO_CHAIN_LABELS: dict[NoChain, Promise] = {
    NoChain.ALREADY_COLLECTED: _("The cells are collected already, or this journey collects none."),
    NoChain.NO_WINDOW: _("The collection has no window yet: its date depends on an earlier step."),
    NoChain.NO_COLLECTION: _("No apheresis machine is free inside the collection's window."),
    NoChain.NO_SLOT: _("No free slot of the manufacturer receives cells on a day with a machine."),
    NoChain.NO_PLAN: _("No combination of dates fits the protocol."),
    NoChain.NO_BED: _("No ward bed is free for the whole stay from any possible day 0."),
}


def kind_choices() -> list[tuple[str, Promise]]:
    """Return the kinds with their words; a callable, so that a new word needs no migration."""
    return [(kind.value, label) for kind, label in KIND_LABELS.items()]


def slot_state_choices() -> list[tuple[str, Promise]]:
    """Return the states of a manufacturer's slot with their words."""
    return [(state.value, label) for state, label in SLOT_STATE_LABELS.items()]


def weekday_choices() -> list[tuple[int, Promise]]:
    """Return the weekdays, 0 is Monday."""
    return list(WEEKDAYS.items())
