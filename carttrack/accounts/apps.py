"""The Django app of this room."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.checks import demo_stays_here


class AccountsConfig(AppConfig):
    """Name the app and its label."""

    name = "carttrack.accounts"
    label = "accounts"
    verbose_name = _("People and centres")

    def ready(self) -> None:
        """Register the app's own check."""
        register(demo_stays_here, Tags.security)
