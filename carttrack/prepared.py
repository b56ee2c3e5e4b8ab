"""Queries worked out once: composed by the ORM, planned by PostgreSQL, then only executed.

Django composes the SQL of a queryset anew each time, which for a list that asks who may see whom
takes longer than reading it, and PostgreSQL plans it anew. A prepared query keeps its queryset as
the one place that says what is read, and holds `Param` where a value will stand.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from django.db import connection
from django.db.models import DateField, Expression, Field, QuerySet
from django.db.models.fields import BigIntegerField

from carttrack.roundtrip import RoundTrip, Rows
from carttrack.underway import sent, underway

__all__ = [
    "CENTRE",
    "CENTRES",
    "READER",
    "TODAY",
    "Asked",
    "Later",
    "Param",
    "Prepared",
    "Rows",
    "Statement",
    "answers",
    "answers_and_later",
    "answers_in_turn",
    "prepared",
]

Shape = ParamSpec("Shape")
Made = TypeVar("Made")
OPEN, CLOSE = "\ue000", "\ue001"  # of private use: they stand around a name until SQL is written
SHAPES = 64


class Param(Expression):
    """A place in a prepared query for a value that each execution brings.

    One that is many takes a list, and stands behind `__in`.
    """

    def __init__(
        self, name: str, output_field: "Field[Any, Any]", *, is_many: bool = False
    ) -> None:
        super().__init__(output_field=output_field)
        self.name, self.is_many = name, is_many

    def as_sql(self, _compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Write a marked name with the type of its value, which the planner has to know."""
        kind = self.output_field.rel_db_type(connection)
        sql = f"SELECT unnest(%s::{kind}[])" if self.is_many else f"%s::{kind}"
        return sql, (f"{OPEN}{self.name}{CLOSE}",)


READER = Param("reader", BigIntegerField())
CENTRE = Param("centre", BigIntegerField())
CENTRES = Param("centres", BigIntegerField(), is_many=True)
TODAY = Param("today", DateField())


class Statement:
    """A statement that PostgreSQL plans once for each connection; its values come by name.

    It bears no stamp of who wrote it, so it may not write a table that is tracked.
    """

    def __init__(self, sql: str) -> None:
        self.sql = sql

    def run(self, **values: Any) -> None:
        """Execute it where it returns nothing."""
        self.rows(**values)

    def rows(self, **values: Any) -> Rows:
        """Execute it and return its rows; each name takes its value."""
        [found] = answers(self.asked(**values))
        return found

    @contextmanager
    def underway(self, **values: Any) -> Iterator[None]:
        """Have it carried out, where it returns nothing, while the caller goes on.

        At the end of the block it is done. Inside a transaction it is done at once, for there the
        disk is not waited for.

        Raises:
            DatabaseError: it failed.
        """
        if connection.in_atomic_block:
            self.run(**values)
            yield
            return
        with sent(self.sql, values):
            yield

    def asked(self, **values: Any) -> "Asked":
        """Return it with its values, to be executed together with others."""
        return Asked(query=self, values=values)

    def read(self, found: Rows) -> Rows:
        """Return rows as the fields read them."""
        return found


class Prepared(Statement):
    """A queryset of plain values as one statement; constants stay in it, for partial indexes."""

    def __init__(self, queryset: "QuerySet[Any, tuple[Any, ...]]") -> None:
        self._compiler = queryset.query.get_compiler(connection=connection)
        sql, constants = self._compiler.as_sql()
        text: str = connection.ops.compose_sql(sql, constants)  # type: ignore[attr-defined]
        text = text.replace("%", "%%").replace(f"'{OPEN}", "%(").replace(f"{CLOSE}'", ")s")
        super().__init__(text)
        shown = [selected for selected, *_rest in self._compiler.select]
        self._converters = self._compiler.get_converters(shown)

    def read(self, found: Rows) -> Rows:
        """Return rows as the fields read them."""
        if self._converters:
            return [tuple(row) for row in self._compiler.apply_converters(found, self._converters)]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A statement and the values it is to be executed with."""

    query: Statement
    values: dict[str, Any]

    def rows(self) -> Rows:
        """Execute it alone and return its rows."""
        return self.query.rows(**self.values)


def answers(*asked: Asked) -> list[Rows]:
    """Execute queries in one round trip, instead of waiting for each; return the rows of each."""
    trip = RoundTrip()
    for one in asked:
        trip.add(one.query.sql, one.values)
    trip.send()
    return [one.query.read(rows) for one, rows in zip(asked, trip.rows(), strict=True)]


class Later:
    """Answers that are on their way, in rounds; whatever is asked meanwhile waits for them first.

    They have to be waited for, at the latest at the end of a `with` block.
    """

    def __init__(self, trip: RoundTrip, rounds: Collection[Collection[Asked]]) -> None:
        self._rounds = list(rounds)
        self._come = 0
        self._stack = ExitStack()
        self._underway = self._stack.enter_context(underway(trip))

    def round(self) -> list[Rows]:
        """Wait for the next round, and return the rows of each of its statements.

        After the last round nothing comes.

        Raises:
            DatabaseError: one of the statements failed.
        """
        asked = self._rounds.pop(0) if self._rounds else ()
        first, self._come = self._come, self._come + len(asked)
        if self._rounds:
            self._underway.wait(self._come)
        else:
            self.close()
        found = self._underway.rows[first : self._come]
        return [one.query.read(rows) for one, rows in zip(asked, found, strict=True)]

    def close(self) -> None:
        """Wait for them, and leave them.

        Raises:
            DatabaseError: one of the statements failed.
        """
        self._stack.close()

    def __enter__(self) -> Self:
        """Go on while they come."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Wait for them."""
        self.close()


def answers_and_later(
    first: Collection[Asked], *rounds: Collection[Asked]
) -> tuple[list[Rows], Later]:
    """Ask everything in one round trip; return the first answers, and the others on their way."""
    trip = RoundTrip()
    for asked in (first, *rounds):
        for one in asked:
            trip.add(one.query.sql, one.values)
        trip.halt()
    trip.send()
    found = trip.rows(len(first))
    later = Later(trip, rounds)
    try:
        if not rounds:
            later.close()
        return [one.query.read(rows) for one, rows in zip(first, found, strict=True)], later
    except BaseException:
        later.close()
        raise


def answers_in_turn(
    first: Collection[Asked], work: Callable[..., Made], then: Collection[Asked]
) -> tuple[Made, list[Rows]]:
    """Ask everything in one round trip, and work on the first answers while the others come.

    `work` gets the rows of each of the first; returns what it made of them, and the other rows.
    """
    found, later = answers_and_later(first, then)
    with later:
        made = work(*found)
        return made, later.round()


def prepared(
    build: "Callable[Shape, QuerySet[Any, Any]]",
) -> Callable[Shape, Prepared]:
    """Prepare the queryset that a function builds, once for each shape its arguments ask for."""

    @lru_cache(maxsize=SHAPES)
    @wraps(build)
    def once(*args: Shape.args, **kwargs: Shape.kwargs) -> Prepared:
        return Prepared(build(*args, **kwargs))

    return once  # type: ignore[return-value]  # lru_cache forgets the signature
