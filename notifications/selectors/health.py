"""Whether the sender itself is alive."""

from datetime import datetime, timedelta

from notifications.models import Heartbeat


def sweep_age(*, now: datetime) -> timedelta | None:
    """Return how long ago the last sweep ended, or None when there has been none."""
    beat = Heartbeat.objects.filter(name="sweep").first()
    return max(now - beat.beat_at, timedelta()) if beat else None
