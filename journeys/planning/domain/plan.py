"""Planning: from a protocol and the facts to a dated plan that explains itself."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from journeys.planning.domain.protocol import Point


class FactKind(StrEnum):
    """Why a point's day is given."""

    HAPPENED = "happened"
    BOOKED = "booked"
    LOCKED = "locked"  # a person fixed the day
    EXPECTED = "expected"  # somebody outside promised the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A point whose day is given; planning never moves it."""

    point: Point
    on: date
    kind: FactKind


class StepKind(StrEnum):
    """One step in the derivation of a day."""

    FACT = "fact"
    OFFSET = "offset"
    FLOOR = "floor"  # raised to the earliest allowed day
    CEILING = "ceiling"  # lowered to the latest allowed day
    TODAY = "today"  # an open day cannot lie in the past
    OPEN_DAY = "open_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of "why this date": what was applied to which day, and the day it gives."""

    kind: StepKind
    gives: date
    anchor: Point | None = None
    anchor_on: date | None = None
    anchor_fact: FactKind | None = None
    offset: str = ""  # ISO 8601; for a backward step the negated offset of the other point
    rule: str = ""  # label rule key with its source, when a rule gave the number
    because: str = ""  # the constraint's own words, or the name of the closed day
    source: str = ""


class ConflictKind(StrEnum):
    """What does not fit."""

    CONTRADICTION = "contradiction"
    NO_OPEN_DAY = "no_open_day"
    WINDOW_PASSED = "window_passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One fact, limit or rule that takes part in a conflict.

    `bound` is "fact", "min" (later at least `days` after earlier), "max" (at most) or "today".
    """

    bound: str
    earlier: Point | None = None
    later: Point | None = None
    on: date | None = None
    fact: FactKind | None = None
    days: int | None = None
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Something that cannot hold, the clauses that exclude each other, and the nearest ways out."""

    kind: ConflictKind
    point: Point
    because: tuple[Clause, ...]
    nearest: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedActivity:
    """An activity's occurrence with its days; all None while its anchor has no date."""

    code: str
    stage: str
    occurrence: int
    point: Point
    target: date | None
    opens: date | None
    closes: date | None
    chosen: date | None
    fact: FactKind | None
    why: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStage:
    """A stage with the days of its two ends; None while undated."""

    code: str
    starts: date | None
    ends: date | None
    start_point: Point
    end_point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every activity and stage of the protocol, dated as far as the facts allow."""

    activities: tuple[PlannedActivity, ...]
    stages: tuple[PlannedStage, ...]
    conflicts: tuple[Conflict, ...]
