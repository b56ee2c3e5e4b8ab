"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthoringConfig(AppConfig):
    """Name the app and its label."""

    name = "journeys.authoring"
    label = "authoring"
    verbose_name = _("Protocol editor")
