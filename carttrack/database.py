"""Turning DATABASE_URL into Django's database settings."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# What `carttrack.prepared` executes is prepared from its first time on, and planned once; a pooler
# between has to know of prepared statements, as PgBouncer does from 1.21. A page reads a few rows,
# and starting helpers for that takes longer than reading them.
PREPARING = {
    "prepare_threshold": 0,
    "options": "-c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0",
}


def parse_database_url(url: str) -> dict[str, Any]:
    """Return Django's settings for a `postgresql://` address.

    Query parameters become libpq options, for example `?sslmode=require`.

    Raises:
        ImproperlyConfigured: the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL must start with postgresql://, not {parts.scheme or 'nothing'}://."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**PREPARING, **dict(parse_qsl(parts.query))},
    }
