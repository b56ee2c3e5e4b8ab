"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CapacityConfig(AppConfig):
    """Name the app and its label."""

    name = "journeys.capacity"
    label = "capacity"
    verbose_name = _("Capacity")
