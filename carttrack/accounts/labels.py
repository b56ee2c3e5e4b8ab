"""The words people see for roles and regions."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.domain import Region, Role, Standing

ROLE_LABELS: dict[Role, Promise] = {
    Role.COORDINATOR: _("Coordinator"),
    Role.CLINICIAN: _("Clinician"),
    Role.DATA_MANAGER: _("Data manager"),
    Role.ADMINISTRATOR: _("Administrator"),
}

STANDING_LABELS: dict[Standing, Promise] = {
    Standing.CURRENT: _("Works here"),
    Standing.COMING: _("Begins later"),
    Standing.PAST: _("Ended"),
}

REGION_LABELS: dict[Region, Promise] = {
    Region.EU: _("European Union"),
    Region.US: _("United States"),
}


def role_choices() -> list[tuple[str, Promise]]:
    """Return the roles with their words; a callable, so that a new word needs no migration."""
    return [(role.value, label) for role, label in ROLE_LABELS.items()]


def region_choices() -> list[tuple[str, Promise]]:
    """Return the regions with their words."""
    return [(region.value, label) for region, label in REGION_LABELS.items()]
