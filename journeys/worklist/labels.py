"""Words for entries of a history, for the evidence of a gate, and for pages with saved filters."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys.planning.domain.protocol import Evidence
from journeys.worklist.domain import FilterPage

HISTORY_LABELS: dict[str, str | Promise] = {
    "patient.registered": _("Patient registered"),
    "patient.contacts_changed": _("Contacts changed"),
    "patient.died": _("Death recorded"),
    "patient.withdrew": _("Withdrawal recorded"),
    "patient.death_taken_back": _("Recorded death taken back"),
    "patient.withdrawal_taken_back": _("Recorded withdrawal taken back"),
    "journey.bad_news": _("Bad news recorded, messages stopped"),
    "journey.bad_news_lifted": _("Bad news taken back, messages go on"),
    "journey.started": _("Journey started"),
    "journey.ended": _("Journey ended"),
    "activity.booked": _("Appointment booked"),
    "activity.released": _("Appointment cancelled"),
    "activity.recorded": _("Event recorded"),
    "activity.closed": _("Activity closed without taking place"),
    "activity.moved": _("Date moved"),
    "journey.completed": _("Journey completed"),
    "journey.held": _("Put on hold"),
    "journey.resumed": _("Resumed"),
    "journey.cycle_started": _("New cycle started"),
    "journey.migrated": _("Protocol version changed"),
    "journey.track": _("Follow-up changed"),
    "journey.rules": _("Label rules applied"),
    "journey.undone": _("Last change undone"),
    "activity.visited": _("Visit recorded"),
    "activity.added": _("Unscheduled visit added"),
    "activity.unlocked": _("Date no longer fixed"),
    "product.accepted": _("Product out of specification accepted"),
    "gate.checked": _("Requirement checked"),
    "gate.overridden": _("Requirement overridden"),
    "gate.withdrawn": _("Check taken back"),
    "visit.recorded": _("Visit recorded"),
    "appointment.confirmed": _("Appointment confirmed"),
    "appointment.other_time_asked": _("Another time asked for"),
    "patient.preferences_changed": _("Messages: choices changed"),
    "visit.corrected": _("Visit corrected"),
}


def history_word(action: str) -> str | Promise:
    """Return the words of an action; one that nobody has named stands for itself."""
    return HISTORY_LABELS.get(action, action)


RULE_LABELS: dict[str, str | Promise] = {
    "daily_monitoring_days": _("Daily monitoring"),
    "daily_monitoring_days_leukaemia": _("Daily monitoring in leukaemia"),
    "driving_days": _("No driving"),
    "stay_near_days": _("Staying near the centre"),
}


def rule_word(key: str) -> str:
    """Return the words of a label rule's key; one that nobody has named stands for itself."""
    return str(RULE_LABELS.get(key, key))


EVIDENCE_LABELS: dict[Evidence, str | Promise] = {
    Evidence.CONFIRMATION: _("Confirmed by name"),
    Evidence.FORM: _("Form"),
    Evidence.SIGNATURE: _("Signature"),
    Evidence.PRODUCT_STATUS: _("Product status"),
}

FILTER_PAGE_LABELS: dict[FilterPage, str | Promise] = {
    FilterPage.PATIENTS: _("Patients"),
    FilterPage.BOARD: _("Board"),
}

KEY_LABELS: dict[str, str | Promise] = {
    "q": _("Search"),
    "status": _("Status"),
    "stage": _("Stage"),
    "protocol": _("Product"),
    "owner": _("Owner"),
    "sort": _("Order"),
    "view": _("Shown as"),
}

SORT_LABELS: dict[str, str | Promise] = {
    "-name": _("Patient, from the end"),
    "next": _("Next date, earliest first"),
    "-next": _("Next date, latest first"),
    "started": _("Start, earliest first"),
    "-started": _("Start, latest first"),
}


def filter_page_choices() -> list[tuple[str, str | Promise]]:
    """Return the pages whose filters can be saved."""
    return [(page.value, label) for page, label in FILTER_PAGE_LABELS.items()]
