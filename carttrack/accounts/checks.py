"""A second look, with the settings as they ended up, at what a demo must not reach."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from carttrack.demo_mode import LOOPBACK, is_here


def demo_stays_here(
    *,
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - the framework's signature
    **kwargs: Any,  # noqa: ARG001
) -> list[CheckMessage]:
    """Report each setting by which a demo would serve or reach another machine."""
    if not settings.DEMO:
        return []
    reached = {
        "ALLOWED_HOSTS": set(settings.ALLOWED_HOSTS) <= LOOPBACK,
        "DATABASES": is_here(settings.DATABASES["default"].get("HOST")),
        "EMAIL_HOST": is_here(settings.EMAIL_HOST),
    }
    return [
        Error(
            f"A demo signs anybody in, but {name} reaches beyond this machine.",
            hint="Unset it, or run with CARTTRACK_MODE=production.",
            id="accounts.E001",
        )
        for name, stays_here in reached.items()
        if not stays_here
    ]
