"""The words people see for a centre's part in the care, and for kinds of identifiers."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys.patients.domain import CareRole, IdentifierSystem

CARE_ROLE_LABELS: dict[CareRole, Promise] = {
    CareRole.REFERRING: _("Referring centre"),
    CareRole.TREATING: _("Treating centre"),
    CareRole.FOLLOW_UP: _("Follow-up centre"),
}

IDENTIFIER_SYSTEM_LABELS: dict[IdentifierSystem, Promise] = {
    IdentifierSystem.PERSONNUMMER: _("Swedish personal number"),
    IdentifierSystem.HOSPITAL: _("Hospital number"),
    IdentifierSystem.OTHER: _("Other"),
}


def care_role_choices() -> list[tuple[str, Promise]]:
    """Return the parts with their words."""
    return [(role.value, label) for role, label in CARE_ROLE_LABELS.items()]


def identifier_system_choices() -> list[tuple[str, Promise]]:
    """Return the kinds of identifiers with their words."""
    return [(system.value, label) for system, label in IDENTIFIER_SYSTEM_LABELS.items()]
