"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    """Name the app and its label."""

    name = "journeys.followup"
    label = "followup"
    verbose_name = _("Follow-up")
