"""Why a day is what it is, and why something does not fit."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.protocol import Point, Roll


class StepKind(StrEnum):
    """One step in the derivation of a day."""

    FACT = "fact"
    OFFSET = "offset"
    PAUSED = "paused"  # days on hold do not count
    FLOOR = "floor"  # raised to the earliest allowed day
    CEILING = "ceiling"  # lowered to the latest allowed day
    TODAY = "today"  # an open day cannot lie in the past
    OPEN_DAY = "open_day"
    AWAITING_RESUME = "awaiting_resume"  # no day at all until the journey resumes


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of "why this date": what was applied to which day, and the day it gives.

    A floor or a ceiling lies `offset` away from `anchor`, whose day decides it. A `today` step with
    an anchor says that this other point may not lie in the past. An `awaiting_resume` step gives
    the first day of the hold, for it is the only one there is.
    """

    kind: StepKind
    gives: date
    anchor: Point | None = None
    anchor_on: date | None = None
    anchor_fact: FactKind | None = None
    offset: str = ""  # ISO 8601; for a backward step the negated offset of the other point
    rule: str = ""  # the label rule's key, when a rule gave the number
    because: str = ""  # the constraint's own words, or the name of the closed day
    source: str = ""
    roll: Roll | None = None  # the way an `open_day` step looked
    held: int | None = None  # how many of the days were on hold


class ConflictKind(StrEnum):
    """What does not fit."""

    CONTRADICTION = "contradiction"
    NO_OPEN_DAY = "no_open_day"
    WINDOW_PASSED = "window_passed"


# What no recording can settle: somebody has to move a date.
PLAN_CONFLICTS = (ConflictKind.CONTRADICTION, ConflictKind.NO_OPEN_DAY)
# The clauses of a contradiction with nothing between its two days: both of them and their limit.
DIRECT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One fact, limit or rule that takes part in a conflict.

    `bound` is "fact" (`later` is on `on`; without a `fact` the day is only planned), "min" (`later`
    at least `days` after `earlier`), "max" (at most) or "today" (`later` not before `on`). Where
    days on hold stretched a limit, `days` has them included and `held` says how many they are.
    """

    bound: str
    earlier: Point | None = None
    later: Point | None = None
    on: date | None = None
    fact: FactKind | None = None
    days: int | None = None
    why: str = ""
    source: str = ""
    held: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Something that cannot hold, the clauses that exclude each other, and the nearest ways out."""

    kind: ConflictKind
    point: Point
    because: tuple[Clause, ...]
    nearest: tuple[date, ...] = ()

    @property
    def days_off(self) -> int:
        """Return by how many days the conflict's point is too late, or too early if negative.

        Only a contradiction of two facts has such a number; otherwise it is 0.
        """
        facts = [clause for clause in self.because if clause.bound == "fact"]
        limits = [clause for clause in self.because if clause.bound in {"min", "max"}]
        if self.kind is not ConflictKind.CONTRADICTION or len(facts) != 2:  # noqa: PLR2004
            return 0
        first = next(limit for limit in limits if facts[0].later in {limit.earlier, limit.later})
        is_forwards = (first.earlier == facts[0].later) == (first.bound == "max")
        start, end = facts if is_forwards else reversed(facts)
        allowed = sum(_signed(limit) for limit in limits)
        over = _day(end) - _day(start) - allowed
        return over if end.later == self.point else -over

    @property
    def is_direct(self) -> bool:
        """Tell whether it is about two days with a single limit between them, and nothing else."""
        return self.kind is ConflictKind.CONTRADICTION and len(self.because) == DIRECT

    @property
    def is_settled(self) -> bool:
        """Tell whether only what happened is at odds: worth knowing, but nobody can change it.

        Where something else lies between, that is still open and somebody has to see to it.
        """
        facts = {clause.fact for clause in self.because if clause.bound == "fact"}
        return self.is_direct and facts == {FactKind.HAPPENED}

    @property
    def asks_for_a_date(self) -> bool:
        """Tell whether somebody has to move a date; the database knows it as well."""
        return self.kind in PLAN_CONFLICTS and not self.is_settled


def _signed(limit: Clause) -> int:
    """Return the limit's days as an edge counts them: "at least n after" runs backwards."""
    days = limit.days or 0
    return days if limit.bound == "max" else -days


def _day(clause: Clause) -> int:
    return clause.on.toordinal() if clause.on else 0
