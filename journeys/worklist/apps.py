"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorklistConfig(AppConfig):
    """Name the app and its label."""

    name = "journeys.worklist"
    label = "worklist"
    verbose_name = _("Worklist")

    def ready(self) -> None:
        """Tell the inbox whom its messages are about."""
        from journeys.worklist.inbox import names_for
        from notifications.selectors import told_by

        told_by(names_for)
