"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Name the app and its label."""

    name = "carttrack.audit"
    label = "audit"
    verbose_name = _("Audit")
