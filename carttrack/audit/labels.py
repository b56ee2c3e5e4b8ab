"""The words people see for the ways of reading a record."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carttrack.audit.domain import ReadHow

READ_HOW_LABELS: dict[ReadHow, Promise] = {
    ReadHow.VIEW: _("Opened the record"),
    ReadHow.SEARCH: _("Found in a search"),
    ReadHow.LIST: _("Seen in a list"),
    ReadHow.EXPORT: _("Exported"),
    ReadHow.PRINT: _("Printed"),
}


def read_how_choices() -> list[tuple[str, Promise]]:
    """Return the ways of reading with their words."""
    return [(how.value, label) for how, label in READ_HOW_LABELS.items()]
