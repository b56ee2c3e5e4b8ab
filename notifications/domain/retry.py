"""When to try again, and what to do when nobody knows whether a message left."""

from datetime import datetime, timedelta
from random import Random

from notifications.domain.message import Outcome, Result
from notifications.domain.states import Purpose

MAX_ATTEMPTS = 6
FIRST_WAIT = 30
LONGEST_WAIT = 3600
# A worker that dies while it holds a row may have died of it; the third time the row is set aside.
MAX_LOST_LEASES = 3
# So many messages in a row that met a busy or broken server: the others need not find out too.
MOST_STUMBLES = 3
BUSY = frozenset({"421", "432", "452"})


def is_channels_fault(outcome: Outcome) -> bool:
    """Tell whether a try failed for a reason that has nothing to do with its message."""
    return outcome.result is Result.AGAIN and (outcome.code in BUSY or not outcome.code.isdigit())


def backoff(attempts: int, rng: Random) -> timedelta:
    """Return a wait with full jitter, so that what failed together does not come back together.

    Units:
        attempts: tries made so far, 1 or more.
    """
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2**attempts)
    return timedelta(seconds=rng.uniform(1, longest))


def next_try(*, attempts: int, now: datetime, expires_at: datetime, rng: Random) -> datetime | None:
    """Return when to try again, or None when a person has to take over."""
    if attempts >= MAX_ATTEMPTS:
        return None
    at = now + backoff(attempts, rng)
    return at if at < expires_at else None


def may_resend(
    *, purpose: Purpose, is_idempotent: bool, is_repeatable: bool = True, times_unknown: int
) -> bool:
    """Tell whether a message that may have been sent goes out again by itself.

    A channel that keeps one copy per message may always be asked again. Elsewhere only a comfort
    message, once, and where a repetition bears the name of the first; whether anything else is
    repeated is a person's decision.
    """
    may_once = is_repeatable and purpose is Purpose.COMFORT
    return is_idempotent or (may_once and times_unknown <= 1)
