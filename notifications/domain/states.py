"""The states of a reminder and the moves between them."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a reminder stands; each has one meaning and one way to be counted."""

    PENDING = "pending"
    LEASED = "leased"  # claimed by a worker, nothing sent yet
    SENDING = "sending"  # committed just before the wire
    SENT = "sent"  # accepted by the channel
    DELIVERED = "delivered"  # a receipt came back
    FAILED = "failed"  # refused for good: a person decides
    UNKNOWN = "unknown"  # may or may not have been sent
    SUPPRESSED = "suppressed"  # not sent, for a stated reason
    EXPIRED = "expired"  # too late to make sense: a person decides


class Purpose(StrEnum):
    """What is lost when a message is missing; decides whether a doubtful one may be repeated."""

    COMFORT = "comfort"
    SAFETY = "safety"


class NotAllowed(Exception):
    """A reminder cannot move from its state to the wanted one."""


# A row that a sweep may still send.
LIVE = frozenset({State.PENDING, State.LEASED})
# A row that waits for a person.
ATTENTION = frozenset({State.FAILED, State.EXPIRED, State.UNKNOWN})
# A row that was surely not delivered; nobody need decide about it once the plan has moved on.
MOOT = frozenset({State.FAILED, State.EXPIRED})
# A row that is no longer the plan's to change, but that may be due again.
MAY_RETURN = frozenset({State.SENDING, State.FAILED, State.UNKNOWN})
# A row that the plan may take back.
REVOCABLE = LIVE | MOOT

MOVES: Mapping[State, frozenset[State]] = {
    # A receipt can tell that an earlier try of a waiting one had left after all.
    State.PENDING: frozenset(
        {State.LEASED, State.SUPPRESSED, State.EXPIRED, State.SENT, State.DELIVERED}
    ),
    State.LEASED: frozenset(
        {
            State.PENDING,
            State.SENDING,
            State.SUPPRESSED,
            State.FAILED,
            State.EXPIRED,
            State.SENT,
            State.DELIVERED,
        }
    ),
    State.SENDING: frozenset(
        {State.PENDING, State.SENT, State.DELIVERED, State.FAILED, State.UNKNOWN}
    ),
    # A bounce can follow an acceptance, and a delivery to a server that passes it on.
    State.SENT: frozenset({State.DELIVERED, State.FAILED}),
    State.DELIVERED: frozenset({State.FAILED}),
    State.FAILED: frozenset({State.PENDING, State.SUPPRESSED}),
    State.UNKNOWN: frozenset(
        {State.PENDING, State.SENT, State.DELIVERED, State.FAILED, State.SUPPRESSED}
    ),
    State.SUPPRESSED: frozenset(),
    State.EXPIRED: frozenset({State.SUPPRESSED}),
}


def check_move(before: State, after: State) -> None:
    """Refuse a move that the ledger does not know.

    Raises:
        NotAllowed: `after` does not follow `before`.
    """
    if after not in MOVES[before]:
        raise NotAllowed(f"{before} -> {after}")
