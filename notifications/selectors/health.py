"""Whether the sender itself is alive."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from carttrack.prepared import prepared
from notifications.models import Heartbeat


def sweep_age(*, now: datetime) -> timedelta | None:
    """Return how long ago the last sweep ended, or None when there has been none."""
    beats = _sweeps().rows()
    return max(now - beats[0][0], timedelta()) if beats else None


@prepared
def _sweeps() -> "QuerySet[Heartbeat, Any]":
    return Heartbeat.objects.filter(name="sweep").values_list("beat_at")
