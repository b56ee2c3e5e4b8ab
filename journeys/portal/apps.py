"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Name the app and its label."""

    name = "journeys.portal"
    label = "portal"
    verbose_name = _("Patient portal")
