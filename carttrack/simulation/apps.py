"""The Django app of the simulation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimulationConfig(AppConfig):
    """Name the app and its label."""

    name = "carttrack.simulation"
    label = "simulation"
    verbose_name = _("Simulation")
