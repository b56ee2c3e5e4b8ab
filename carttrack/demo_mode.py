"""What keeps the demo, where anybody signs in with one click, away from real patients."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


def refuse_production(environ: Mapping[str, str], *, allowed_hosts: Iterable[str]) -> None:
    """Stop the start of a demo that could be mistaken for, or reach, a real installation.

    Raises:
        ImproperlyConfigured: the environment has settings of production; all are named.
    """
    found = production_signs(environ, allowed_hosts=allowed_hosts)
    if found:
        raise ImproperlyConfigured(
            "CARTTRACK_MODE=demo signs anybody in with one click and serves this machine only, but "
            f"{'; '.join(found)}. Unset them or run with CARTTRACK_MODE=production."
        )


def production_signs(environ: Mapping[str, str], *, allowed_hosts: Iterable[str]) -> list[str]:
    """Name what in the environment belongs to production."""
    strangers = sorted(set(allowed_hosts) - LOOPBACK)
    database = urlsplit(environ.get("DATABASE_URL", "")).hostname
    signs = {
        f"DJANGO_ALLOWED_HOSTS names {', '.join(strangers)}": bool(strangers),
        "DJANGO_SECRET_KEY is set": bool(environ.get("DJANGO_SECRET_KEY")),
        "DATABASE_URL is on another machine": not is_here(database),
        "EMAIL_HOST is on another machine": not is_here(environ.get("EMAIL_HOST")),
        "EMAIL_PROVIDER is set": bool(environ.get("EMAIL_PROVIDER")),
        "SMS_GATEWAY is set": bool(environ.get("SMS_GATEWAY")),
    }
    return [sentence for sentence, found in signs.items() if found]


def is_here(host: str | None) -> bool:
    """Tell whether a host is this machine: none at all, a loopback address, or a socket's path."""
    return not host or host in LOOPBACK or host.startswith("/")
