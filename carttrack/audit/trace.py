"""The thread that ties together everything one request or job wrote and read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID, uuid4

import pghistory

_current: ContextVar[UUID | None] = ContextVar("carttrack_trace", default=None)


def current_trace() -> UUID | None:
    """Return the id of the request or job that is running, if any."""
    return _current.get()


@contextmanager
def reading() -> Iterator[UUID]:
    """Give a request that only reads its id, without a word to the database."""
    trace = uuid4()
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


@contextmanager
def writing(*, actor: str) -> Iterator[UUID]:
    """Give a request or job its id and stamp it, with the actor, on every row version it makes.

    `actor` is a person's uid or a name like `system:sweep`. Each writing statement carries the
    stamp along in the same round trip; statements that only select carry nothing.
    """
    with reading() as trace, pghistory.context(actor=actor, request=str(trace)):
        yield trace
