"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Name the app and its label."""

    name = "notifications"
    label = "notifications"
    verbose_name = _("Notifications")
