"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """Name the app and its label."""

    name = "journeys.planning"
    label = "planning"
    verbose_name = _("Planning")
