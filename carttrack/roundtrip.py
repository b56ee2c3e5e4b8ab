"""Statements sent to PostgreSQL in one piece, and their answers read in one piece.

psycopg's pipeline hands over each statement by itself and looks at the socket in between. Ten small
ones take a third of that time here, where libpq gathers them and the socket is touched twice.
"""

import re
import select
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import Enum, auto
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

Rows: TypeAlias = list[tuple[Any, ...]]

STATEMENTS = 512
# More would cost a connection more memory than planning them again costs time.
PREPARED_AT_MOST = 200
PLACES = re.compile(r"%(?:%|\((\w+)\)s)")
INSTANT = psycopg.adapters.types["timestamptz"].oid
FAILED = {ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE}


class Step(Enum):
    """What PostgreSQL answers on the way."""

    BEGIN = auto()
    PREPARE = auto()
    FORGET = auto()
    RUN = auto()
    END = auto()  # answered only when the transaction is refused


class Numbered(NamedTuple):
    """A statement as PostgreSQL reads it, under a name of its own; `order` names its values."""

    name: bytes
    query: bytes
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """How values of a connection are written and read; psycopg asks for it under these names."""

    connection: "psycopg.Connection[Any]"
    adapters: AdaptersMap


_numbers = count(1)
# What each connection has prepared, the oldest first.
_prepared: WeakKeyDictionary["psycopg.Connection[Any]", dict[bytes, None]] = WeakKeyDictionary()
_adapters: WeakKeyDictionary["psycopg.Connection[Any]", AdaptersMap] = WeakKeyDictionary()


@lru_cache(maxsize=STATEMENTS)
def _numbered(sql: str) -> Numbered:
    order = tuple(dict.fromkeys(name for name in PLACES.findall(sql) if name))

    def number(place: re.Match[str]) -> str:
        return "$" + str(order.index(place[1]) + 1) if place[1] else "%"

    return Numbered(b"carttrack_%d" % next(_numbers), PLACES.sub(number, sql).encode(), order)


def _context(database: Any) -> Context:
    """Return how the values of Django's connection are read.

    Django reads instants in Python, so that they can be of any time zone; of UTC psycopg reads the
    same ones in C, in a twentieth of the time.
    """
    connection = database.connection
    if connection not in _adapters:
        adapters = _adapters[connection] = AdaptersMap(connection.adapters)
        quick = psycopg.adapters.get_loader(INSTANT, Format.TEXT)
        if database.timezone is UTC and quick:
            adapters.register_loader(INSTANT, quick)
    return Context(connection=connection, adapters=_adapters[connection])


class Handing:
    """What Django takes for a cursor: it hands a statement to a round trip.

    By its name pghistory knows that nothing goes in front of a statement.
    """

    name = "prepared"

    def __init__(self, trip: "RoundTrip") -> None:
        self._trip = trip
        self._query: Numbered | None = None  # where Django looks for what its log of queries shows

    def execute(self, sql: str, values: Mapping[str, Any]) -> None:
        """Take the statement along; it is carried out when the trip is sent."""
        self._query = _numbered(sql)
        self._trip.take(self._query, values)


class RoundTrip:
    """Statements that travel together: `add` each, `send` them, and `rows` waits for the answers.

    Outside a transaction they are one of their own: when one fails, none has done anything. What
    comes before `halt` is answered before the rest is carried out.
    """

    def __init__(self) -> None:
        self._database = connections[DEFAULT_DB_ALIAS]
        self._database.close_if_health_check_failed()
        self._database.ensure_connection()
        self._connection: psycopg.Connection[Any] = self._database.connection
        self._wire = self._connection.pgconn
        self._adapt = Transformer(_context(self._database))
        self._asked: list[tuple[Numbered, Any]] = []
        self._halts: set[int] = set()  # after so many statements
        self._steps: list[tuple[Step, bytes]] = []  # with the name of the statement
        self._at = 0  # how many of the steps have been answered
        self._is_over = False

    def add(self, sql: str, values: Mapping[str, Any]) -> None:
        """Take a statement with its values by name.

        Raises:
            KeyError: a value is missing.
            DataError: a value cannot be written as PostgreSQL reads it.
        """
        # Django's own wrapper, so that this statement is counted, logged and wrapped as any other.
        self._database._prepare_cursor(Handing(self)).execute(sql, values)  # type: ignore[attr-defined]  # noqa: SLF001

    def halt(self) -> None:
        """Have what was added so far answered at once."""
        self._halts.add(len(self._asked))

    def take(self, numbered: Numbered, values: Mapping[str, Any]) -> None:
        """Keep a statement until the trip is sent."""
        named = [values[name] for name in numbered.order]
        written = self._adapt.dump_sequence(named, [PyFormat.TEXT] * len(named))
        self._asked.append((numbered, written))

    def send(self) -> None:
        """Send all that was added.

        Raises:
            OperationalError: the connection is lost.
        """
        with self._database.wrap_database_errors:
            try:
                self._wire.enter_pipeline_mode()
                self._send_all()
                self._wire.pipeline_sync()
                self._flush()
            except BaseException:
                self._give_up()
                raise

    def rows(self, number: int | None = None) -> list[Rows]:
        """Wait for the answers and return the rows of each; what returns nothing has none.

        With a `number` it waits for so many only, and the rest has to be waited for later.

        Raises:
            DatabaseError: one of the statements failed; then nothing is left to be waited for.
        """
        with self._database.wrap_database_errors:
            try:
                results = self._results(number)
                if self._is_over:
                    self._wire.exit_pipeline_mode()
            except BaseException:
                self._give_up()
                raise
            return self._read(results)

    def _send_all(self) -> None:
        wire, known = self._wire, dict(_prepared.setdefault(self._connection, {}))
        if self._begins():
            self._steps.append((Step.BEGIN, b""))
            wire.send_query_params(b"BEGIN", None)
        for place, (numbered, written) in enumerate(self._asked):
            if place in self._halts:
                wire.send_flush_request()
            if numbered.name not in known:
                if len(known) >= PREPARED_AT_MOST:
                    oldest = next(iter(known))
                    del known[oldest]
                    self._forget(oldest)
                known[numbered.name] = None
                self._steps.append((Step.PREPARE, numbered.name))
                wire.send_prepare(numbered.name, numbered.query)
            self._steps.append((Step.RUN, numbered.name))
            wire.send_query_prepared(numbered.name, written)
        self._steps.append((Step.END, b""))

    def _begins(self) -> bool:
        """Tell whether a transaction that Django has asked for has still to begin, as it does."""
        is_idle = self._wire.transaction_status == TransactionStatus.IDLE
        return is_idle and not self._connection.autocommit

    def _forget(self, name: bytes) -> None:
        """Let PostgreSQL forget what was prepared first, to make room."""
        self._steps.append((Step.FORGET, name))
        self._wire.send_query_params(b"DEALLOCATE " + name, None)

    def _results(self, number: int | None) -> list[PGresult]:
        """Read the answers to a number of statements, or to all; each is followed by a None.

        When one of them failed it reads to the end.
        """
        results: list[PGresult] = []
        is_between, missing = False, number
        while missing != 0:
            result = self._next()
            if result is None:
                if is_between:
                    raise psycopg.OperationalError("the connection is lost")
                is_between = True
                if missing and self._steps[self._at + len(results) - 1][0] is Step.RUN:
                    missing -= 1
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                self._is_over = True
                break
            if result.status in FAILED:
                missing = None
            is_between = False
            results.append(result)
        return results

    def _read(self, results: list[PGresult]) -> list[Rows]:
        """Return the rows; what was prepared before a failure stays prepared."""
        known, found = _prepared[self._connection], []
        steps = self._steps[self._at : self._at + len(results)]
        self._at += len(results)
        for (step, name), result in zip(steps, results, strict=True):
            if result.status in FAILED:
                raise psycopg.errors.error_from_result(result)
            if step is Step.PREPARE:
                known[name] = None
            elif step is Step.FORGET:
                del known[name]
            elif step is Step.RUN:
                self._adapt.set_pgresult(result)
                found.append(self._adapt.load_rows(0, result.ntuples, tuple))
        return found

    def _next(self) -> PGresult | None:
        wire = self._wire
        while wire.is_busy():
            self._wait(select.POLLIN)
        result: PGresult | None = wire.get_result()
        return result

    def _flush(self) -> None:
        """Hand everything to the socket; the server may have to be heard before it takes more."""
        while self._wire.flush():
            self._wait(select.POLLIN | select.POLLOUT)

    def _wait(self, events: int) -> None:
        socket = select.poll()
        socket.register(self._wire.socket, events)
        if socket.poll()[0][1] & ~select.POLLOUT:
            self._wire.consume_input()

    def _give_up(self) -> None:
        """Close a connection on which answers may be left, which the next question would get."""
        self._wire.finish()
        self._database.errors_occurred = True
