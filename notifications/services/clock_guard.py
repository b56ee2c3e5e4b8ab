"""Noticing that the database's clock leapt, before anything is taken to be due by it."""

import time
from collections.abc import Callable
from datetime import datetime

from notifications.domain.sending import Held, Reading, has_leapt
from notifications.services.sending import hold_sending


def elapsed() -> float:
    """Return the seconds since this machine started, those in which it slept included."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class ClockGuard:
    """What one process remembers of the clocks from one sweep to the next.

    An outage is no leap: by the clock that nobody sets, as much time has passed.
    """

    def __init__(self, elapsed: Callable[[], float] = elapsed) -> None:
        self._elapsed = elapsed
        self._last: Reading | None = None

    def watch(self, *, now: datetime, worker: str) -> bool:
        """Hold everything that is sent when the clock leapt since the last call; tell whether.

        `now` is the database's instant.
        """
        before, self._last = self._last, Reading(database_at=now, elapsed=self._elapsed())
        if before is None or not has_leapt(before, self._last):
            return False
        hold_sending(because=Held.CLOCK, by=f"system:sweep {worker}", now=now)
        return True
