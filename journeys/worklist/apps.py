"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorklistConfig(AppConfig):
    """Name the app and its label."""

    name = "journeys.worklist"
    label = "worklist"
    verbose_name = _("Worklist")
