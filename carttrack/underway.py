"""A statement that PostgreSQL carries out while the caller goes on, as while a page is drawn."""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

import psycopg
from django.db import connection
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

FAILED = {ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE}


class SentCursor(psycopg.ClientCursor[tuple[Any, ...]]):
    """A cursor that sends a statement and does not wait for what comes back."""

    name = "sent"  # by which pghistory knows that nothing goes in front of a statement
    _is_underway = False

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Self:
        """Send the statement with its values in it."""
        wire = self.connection.pgconn
        wire.send_query(self.mogrify(query, params).encode())
        self._is_underway = True
        while wire.flush():
            select.select([], [wire.socket], [])
        return self

    def wait(self) -> None:
        """Wait until the statement is carried out; once is enough.

        Raises:
            DatabaseError: it failed.
        """
        if not self._is_underway:
            return
        self._is_underway = False
        with connection.wrap_database_errors:
            for result in list(self._incoming()):
                if result.status in FAILED:
                    raise psycopg.errors.error_from_result(result)

    def _incoming(self) -> Iterator[PGresult]:
        wire = self.connection.pgconn
        while True:
            while wire.is_busy():
                select.select([wire.socket], [], [])
                wire.consume_input()
            result = wire.get_result()
            if result is None:
                return
            yield result


_last: ContextVar[SentCursor | None] = ContextVar("last statement underway", default=None)


@contextmanager
def sent(sql: str, values: dict[str, Any]) -> Iterator[None]:
    """Send a statement that returns nothing, and see at the end that it was carried out.

    Whatever else the caller executes meanwhile waits for it first.

    Raises:
        DatabaseError: it failed; raised at the end, or by what waited for it.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = SentCursor(connection.connection)
    # Django's own wrapper, so that this statement is counted and logged as any other.
    with connection._prepare_cursor(cursor) as wrapped:  # type: ignore[attr-defined]  # noqa: SLF001
        wrapped.execute(sql, values)
        token = _last.set(cursor)
        try:
            with connection.execute_wrapper(_wait_first):
                yield
        finally:
            _last.reset(token)
            cursor.wait()


def wait_for_the_last() -> None:
    """Wait for a statement that is underway, if there is one.

    Raises:
        DatabaseError: it failed.
    """
    cursor = _last.get()
    if cursor is not None:
        cursor.wait()


def _wait_first(execute: Callable[..., Any], *statement: Any) -> Any:
    wait_for_the_last()
    return execute(*statement)
