"""Whether the sender itself is alive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from carttrack.prepared import Asked, Rows, prepared
from notifications.domain.sending import LATE, Held
from notifications.domain.states import State
from notifications.models import Heartbeat, Installation, Reminder
from notifications.selectors.frame import why_held


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchHealth:
    """Whether what is due leaves; it tells of nobody.

    Units:
        oldest_due_seconds: how long the oldest row has been due; 0 when nothing is.
        heartbeats: seconds since each periodic job last ended well.
    """

    oldest_due_seconds: int
    heartbeats: Mapping[str, int]
    failed: int
    unknown: int
    held: Held | None

    @property
    def is_late(self) -> bool:
        """Tell whether a row is due, or the sweep silent, for too long."""
        silent = self.heartbeats.get("sweep", 0)
        return max(self.oldest_due_seconds, silent) > LATE.total_seconds()

    @property
    def is_well(self) -> bool:
        """Tell whether messages leave as they should."""
        return self.held is None and not self.is_late


def dispatch_health(*, now: datetime) -> DispatchHealth:
    """Return how sending stands, from partial indexes and the marks of the jobs."""
    due = Reminder.objects.filter(state=State.PENDING, due_at__lte=now).order_by("due_at", "id")
    oldest = due.values_list("due_at", flat=True).first()
    beats = Heartbeat.objects.order_by("name").values_list("name", "beat_at")
    waiting = Reminder.objects.needing_a_person().aggregate(
        failed=Count("pk", filter=Q(state=State.FAILED)),
        unknown=Count("pk", filter=Q(state=State.UNKNOWN)),
    )
    return DispatchHealth(
        oldest_due_seconds=_seconds(now - oldest) if oldest else 0,
        heartbeats={name: _seconds(now - at) for name, at in beats},
        failed=waiting["failed"],
        unknown=waiting["unknown"],
        held=held_now(),
    )


def held_now() -> Held | None:
    """Return why nothing is sent; None when messages may leave."""
    for (why,) in _held().rows(installation=settings.INSTALLATION):
        return Held(why) if why else None
    return None


def sweep_age(*, now: datetime) -> timedelta | None:
    """Return how long ago the last sweep ended, or None when there has been none."""
    return age_from(_sweeps().rows(), now=now)


def asked_for_sweep() -> Asked:
    """Return the question when the last sweep ended, to be asked together with others."""
    return _sweeps().asked()


def age_from(beats: Rows, *, now: datetime) -> timedelta | None:
    """Return how long ago the sweep ended of which the rows tell."""
    return max(now - beats[0][0], timedelta()) if beats else None


def _seconds(age: timedelta) -> int:
    return max(0, int(age.total_seconds()))


@prepared
def _sweeps() -> "QuerySet[Heartbeat, Any]":
    return Heartbeat.objects.filter(name="sweep").values_list("beat_at")


@prepared
def _held() -> "QuerySet[Installation, Any]":
    return Installation.objects.values_list(why_held())
