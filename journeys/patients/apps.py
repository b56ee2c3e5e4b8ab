"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """Name the app and its label."""

    name = "journeys.patients"
    label = "patients"
    verbose_name = _("Patients")
