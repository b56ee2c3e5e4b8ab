"""Trying again, and not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.message import Outcome, Result, without_addresses
from notifications.domain.retry import (
    LONGEST_WAIT,
    MAX_ATTEMPTS,
    backoff,
    is_channels_fault,
    may_resend,
    next_try,
)
from notifications.domain.states import MOVES, NotAllowed, Purpose, State, check_move

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


@given(attempts=st.integers(1, 20), seed=st.integers())
def test_a_wait_is_between_a_second_and_its_limit(attempts, seed):
    wait = backoff(attempts, Random(seed)).total_seconds()

    assert 1 <= wait <= min(LONGEST_WAIT, 30 * 2**attempts)


def test_what_failed_together_does_not_come_back_together():
    rng = Random(1)
    waits = sorted(backoff(3, rng).total_seconds() for _ in range(1000))

    close = sum(later - earlier < 0.001 for earlier, later in pairwise(waits))
    assert close < 50
    assert waits[-1] - waits[0] > 200


@given(attempts=st.integers(1, 20), seconds=st.integers(0, 10_000), seed=st.integers())
def test_no_try_is_planned_after_the_expiry_or_the_last_one(attempts, seconds, seed):
    expires_at = NOW + timedelta(seconds=seconds)

    at = next_try(attempts=attempts, now=NOW, expires_at=expires_at, rng=Random(seed))

    assert at is None or (NOW < at < expires_at and attempts < MAX_ATTEMPTS)


@pytest.mark.parametrize(
    ("purpose", "is_idempotent", "times_unknown", "expected"),
    [
        (Purpose.COMFORT, False, 1, True),
        (Purpose.COMFORT, False, 2, False),
        (Purpose.SAFETY, False, 1, False),
        (Purpose.SAFETY, True, 1, True),
        (Purpose.COMFORT, True, 9, True),
    ],
)
def test_who_may_be_told_twice(purpose, is_idempotent, times_unknown, expected):
    assert (
        may_resend(purpose=purpose, is_idempotent=is_idempotent, times_unknown=times_unknown)
        is expected
    )


def test_a_repetition_that_nobody_can_tell_from_the_first_is_a_persons_decision():
    assert not may_resend(
        purpose=Purpose.COMFORT, is_idempotent=False, is_repeatable=False, times_unknown=1
    )


@pytest.mark.parametrize(
    ("result", "code", "expected"),
    [
        (Result.AGAIN, "421", True),
        (Result.AGAIN, "cut_off", True),
        (Result.AGAIN, "451", False),
        (Result.REFUSED, "550", False),
        (Result.UNKNOWN, "cut_off", False),
    ],
)
def test_a_busy_server_is_the_channels_fault(result, code, expected):
    assert is_channels_fault(Outcome(result=result, code=code)) is expected


def test_a_servers_answer_is_kept_without_addresses():
    answer = "5.1.1 <ann.b@example.test>: no\r\nmailbox ann.b@example.test"

    assert without_addresses(answer) == "5.1.1 <[address]>: no mailbox [address]"


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_only_the_listed_moves_are_allowed(before, after):
    if after in MOVES[before]:
        check_move(before, after)
    else:
        with pytest.raises(NotAllowed):
            check_move(before, after)


def test_what_left_or_was_withdrawn_never_becomes_sendable_again():
    for final in (State.SENT, State.DELIVERED, State.SUPPRESSED, State.EXPIRED):
        assert not MOVES[final] & {State.PENDING, State.LEASED, State.SENDING}
