"""The sweep: send everything that is due, from the ledger alone."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from random import Random, SystemRandom
from uuid import uuid4

from django.db import connection

from notifications.domain.states import State
from notifications.services import upkeep
from notifications.services.batch import Batch
from notifications.services.claim import Claimed, claim
from notifications.services.escalation import climb
from notifications.services.fallback import fall_back
from notifications.services.heartbeats import beat
from notifications.services.look import HEARTBEAT, look

# A sweep ends in good time before Celery's limit on a task; the next one goes on.
SECONDS = 75
# Two workers must not come back to a broken server at one instant, so nobody knows the waits.
RNG = SystemRandom()


class SweepInsideTransaction(Exception):
    """A sweep commits each step; inside somebody's transaction it could not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepResult:
    """How many rows a sweep brought into which state.

    `again` were tried and will be tried once more; `postponed` wait for the morning; `given_back`
    are due but could not be tried; `paused` names the channels that took nothing. One that
    `is_held` did nothing at all: a person has to release the database first.
    """

    sent: int = 0
    again: int = 0
    failed: int = 0
    unknown: int = 0
    suppressed: int = 0
    expired: int = 0
    postponed: int = 0
    given_back: int = 0
    reaped: int = 0
    paused: tuple[str, ...] = ()
    is_held: bool = False


class Stopwatch:
    """The time of day during a sweep: what its caller said, plus what has passed since."""

    def __init__(
        self, now: datetime, ticks: Callable[[], float], has_to_end: Callable[[], bool]
    ) -> None:
        self._now = now
        self._ticks = ticks
        self._has_to_end = has_to_end
        self._started = ticks()

    def now(self) -> datetime:
        """Return the present instant."""
        return self._now + timedelta(seconds=self.seconds())

    def seconds(self) -> float:
        """Return the seconds passed."""
        return self._ticks() - self._started

    def has_time(self) -> bool:
        """Tell whether another message may be begun."""
        return self.seconds() < SECONDS and not self._has_to_end()


def never() -> bool:
    """Tell that nobody asks for an end."""
    return False


def sweep(
    *,
    now: datetime,
    worker: str,
    rng: Random = RNG,
    ticks: Callable[[], float] = time.monotonic,
    has_to_end: Callable[[], bool] = never,
) -> SweepResult:
    """Send everything that is due, until nothing is, or until the sweep's time is over.

    Any number of sweeps may run at once. One that finds nothing asks the database a single
    question, and so does one of a database that must not send. A channel that is down is left alone
    until the next sweep and its rows stay due; a row that cannot be sent stops no other. Who wants
    the same sweep twice, such as a simulation, brings the chance (`rng`) and the clock that ticks
    beside `now`. A worker that is told to stop says so by `has_to_end`: what it holds goes back at
    once, not with its lease.

    Units:
        ticks: seconds, of which only differences count.

    Raises:
        SweepInsideTransaction: called inside a transaction.
    """
    if connection.in_atomic_block:
        raise SweepInsideTransaction
    watch = Stopwatch(now, ticks, has_to_end)
    sight = look(now=now)
    if sight.is_idle:
        return SweepResult(is_held=sight.is_held)
    counts: Counter[str] = Counter(reaped=upkeep.reap(now=now))
    counts[State.EXPIRED] += upkeep.expire(now=now)
    climb(now=now)
    paused: set[str] = set()
    while watch.has_time():
        token = uuid4()
        rows = claim(now=watch.now(), worker=worker, token=token, paused=paused)
        if not rows:
            break
        for channel, batch_rows in _by_channel(rows):
            batch = Batch(channel=channel, token=token, clock=watch.now, rng=rng)
            if not batch.send(batch_rows, has_time=watch.has_time):
                paused.add(channel)
            upkeep.block_dead_addresses(channel=channel, refused=batch.refused, now=watch.now())
            fall_back(reminder_ids=batch.failed, now=watch.now())
            counts.update(batch.counts)
    beat(name=HEARTBEAT, now=watch.now())
    return _result(counts, paused)


def _by_channel(rows: Sequence[Claimed]) -> list[tuple[str, list[Claimed]]]:
    """Split a batch, so that each channel is opened once."""
    key = attrgetter("channel")
    return [(name, list(group)) for name, group in groupby(sorted(rows, key=key), key)]


def _result(counts: Counter[str], paused: set[str]) -> SweepResult:
    """Name the counts."""
    return SweepResult(
        sent=counts[State.SENT],
        again=counts[State.PENDING],
        failed=counts[State.FAILED],
        unknown=counts[State.UNKNOWN],
        suppressed=counts[State.SUPPRESSED],
        expired=counts[State.EXPIRED],
        postponed=counts["postponed"],
        given_back=counts["given_back"],
        reaped=counts["reaped"],
        paused=tuple(sorted(paused)),
    )
