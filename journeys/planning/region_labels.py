"""Words for the regions whose labels differ."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REGION_LABELS = {"eu": _("European Union"), "us": _("United States")}


def region_choices() -> list[tuple[str, str | Promise]]:
    """Return the choices of a region."""
    return list(REGION_LABELS.items())
