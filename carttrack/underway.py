"""A statement that PostgreSQL carries out while the caller goes on, as while a page is drawn."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from carttrack.roundtrip import RoundTrip, Rows


class Underway:
    """What is still on its way of a round trip; it is waited for once, by whoever comes first.

    `rows` are the answers that have come.
    """

    def __init__(self, trip: RoundTrip) -> None:
        self._trip: RoundTrip | None = trip
        self.rows: list[Rows] = []

    def wait(self, number: int | None = None) -> None:
        """Wait until it is carried out, or until so many answers are there.

        Raises:
            DatabaseError: it failed.
        """
        missing = None if number is None else number - len(self.rows)
        if self._trip is None or (missing is not None and missing <= 0):
            return
        trip, self._trip = self._trip, None
        self.rows += trip.rows(missing)
        if missing is not None:
            self._trip = trip


_last: ContextVar[Underway | None] = ContextVar("last statement underway", default=None)


@contextmanager
def sent(sql: str, values: Mapping[str, Any]) -> Iterator[None]:
    """Send a statement that returns nothing, and see at the end that it was carried out.

    Whatever else the caller executes meanwhile waits for it first.

    Raises:
        DatabaseError: it failed; raised at the end, or by what waited for it.
    """
    trip = RoundTrip()
    trip.add(sql, values)
    trip.send()
    with underway(trip):
        yield


@contextmanager
def underway(trip: RoundTrip) -> Iterator[Underway]:
    """Let the caller go on while a trip is underway; at the end of the block its rows are there."""
    rest, before = Underway(trip), _last.get()
    _last.set(rest)
    try:
        with connection.execute_wrapper(_wait_first):
            yield rest
    finally:
        # Not by a token: an asynchronous server may have gone on in another context.
        _last.set(before)
        rest.wait()


def _wait_first(execute: Callable[..., Any], *statement: Any) -> Any:
    rest = _last.get()
    if rest is not None:
        rest.wait()
    return execute(*statement)
