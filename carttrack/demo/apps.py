"""The Django app of the demonstration centre."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """Name the app and its label."""

    name = "carttrack.demo"
    label = "demo"
    verbose_name = _("Demonstration")
