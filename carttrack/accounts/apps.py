"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Name the app and its label."""

    name = "carttrack.accounts"
    label = "accounts"
    verbose_name = _("People and centres")
