"""The words people see for the parts that centres play in a patient's care."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journeys.patients.domain import CareRole

CARE_ROLE_LABELS: dict[CareRole, Promise] = {
    CareRole.REFERRING: _("Referring centre"),
    CareRole.TREATING: _("Treating centre"),
    CareRole.FOLLOW_UP: _("Follow-up centre"),
}


def care_role_choices() -> list[tuple[str, Promise]]:
    """Return the parts with their words."""
    return [(role.value, label) for role, label in CARE_ROLE_LABELS.items()]
