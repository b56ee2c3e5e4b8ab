"""What planning gives: activities and stages with their days, and what does not fit."""

from dataclasses import dataclass
from datetime import date

from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.reasons import Conflict, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedActivity:
    """An activity's occurrence with its days; all None while its anchor has no date.

    `target` and the window follow from the protocol and the other days alone; that an open day
    cannot lie in the past shows in `chosen` only. No day of the window is open: `chosen` is None.
    """

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
