"""Words for the entries of a patient's history."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HISTORY_LABELS: dict[str, str | Promise] = {
    "patient.registered": _("Patient registered"),
    "patient.contacts_changed": _("Contacts changed"),
    "patient.died": _("Death recorded"),
    "patient.withdrew": _("Withdrawal recorded"),
    "journey.started": _("Journey started"),
    "journey.ended": _("Journey ended"),
    "activity.booked": _("Appointment booked"),
    "activity.released": _("Appointment cancelled"),
    "activity.recorded": _("Event recorded"),
    "activity.closed": _("Activity closed without taking place"),
    "activity.moved": _("Date moved"),
    "visit.recorded": _("Visit recorded"),
    "visit.corrected": _("Visit corrected"),
}


def history_word(action: str) -> str | Promise:
    """Return the words of an action; one that nobody has named stands for itself."""
    return HISTORY_LABELS.get(action, action)
