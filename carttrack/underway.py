"""A statement that PostgreSQL carries out while the caller goes on, as while a page is drawn."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from carttrack.roundtrip import RoundTrip


class Underway:
    """A round trip that is waited for once, by whoever comes first."""

    def __init__(self, trip: RoundTrip) -> None:
        self._trip: RoundTrip | None = trip

    def wait(self) -> None:
        """Wait until it is carried out.

        Raises:
            DatabaseError: it failed.
        """
        trip, self._trip = self._trip, None
        if trip is not None:
            trip.rows()


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
    underway = Underway(trip)
    token = _last.set(underway)
    try:
        with connection.execute_wrapper(_wait_first):
            yield
    finally:
        _last.reset(token)
        underway.wait()


def _wait_first(execute: Callable[..., Any], *statement: Any) -> Any:
    underway = _last.get()
    if underway is not None:
        underway.wait()
    return execute(*statement)
