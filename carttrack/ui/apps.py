"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Name the app and its label."""

    name = "carttrack.ui"
    label = "ui"
    verbose_name = _("Page components")
