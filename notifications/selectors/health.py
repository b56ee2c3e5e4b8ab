"""Whether the sender itself is alive."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from carttrack.prepared import Asked, Rows, prepared
from notifications.models import Heartbeat


def sweep_age(*, now: datetime) -> timedelta | None:
    """Return how long ago the last sweep ended, or None when there has been none."""
    return age_from(_sweeps().rows(), now=now)


def asked_for_sweep() -> Asked:
    """Return the question when the last sweep ended, to be asked together with others."""
    return _sweeps().asked()


def age_from(beats: Rows, *, now: datetime) -> timedelta | None:
    """Return how long ago the sweep ended of which the rows tell."""
    return max(now - beats[0][0], timedelta()) if beats else None


@prepared
def _sweeps() -> "QuerySet[Heartbeat, Any]":
    return Heartbeat.objects.filter(name="sweep").values_list("beat_at")
