"""A hold that has not ended: what is still open has no day until the journey resumes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from journeys.planning.domain.facts import Fact
from journeys.planning.domain.occurrences import Occurrence
from journeys.planning.domain.planned import Plan, PlannedActivity, PlannedStage
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.reasons import ConflictKind, Step, StepKind

# Both say that an open day cannot be found, and of what floats nobody looks for one.
OF_OPEN_DAYS = (ConflictKind.NO_OPEN_DAY, ConflictKind.WINDOW_PASSED)


def floating(
    occurrences: Iterable[Occurrence], facts: Collection[Point], settled: Collection[Point]
) -> frozenset[Point]:
    """Return the points without a fact that do not count, by their anchors, from a settled one."""
    anchors = {each.point: each.anchor for each in occurrences}
    return frozenset(
        point
        for point in anchors
        if point not in facts and not _counts_from(point, anchors, settled)
    )


def suspend(plan: Plan, points: Collection[Point], held_since: date) -> Plan:
    """Return the plan with these points undated, and without the conflicts about their days."""
    return Plan(
        activities=tuple(
            _undated(each, held_since) if each.point in points else each for each in plan.activities
        ),
        stages=tuple(_stage(stage, points) for stage in plan.stages),
        conflicts=tuple(
            conflict
            for conflict in plan.conflicts
            if conflict.point not in points or conflict.kind not in OF_OPEN_DAYS
        ),
    )


def settled_points(facts: Mapping[Point, Fact], reference: Point) -> frozenset[Point]:
    """Return the reference point when it has happened: from then on no hold moves anything."""
    fact = facts.get(reference)
    return frozenset({reference} if fact and fact.has_happened else ())


def _counts_from(
    point: Point, anchors: Mapping[Point, Point | None], settled: Collection[Point]
) -> bool:
    here: Point | None = point
    while here is not None:
        if here in settled:
            return True
        here = anchors.get(here)
    return False


def _undated(activity: PlannedActivity, held_since: date) -> PlannedActivity:
    step = Step(kind=StepKind.AWAITING_RESUME, gives=held_since)
    return replace(activity, target=None, opens=None, closes=None, chosen=None, why=(step,))


def _stage(stage: PlannedStage, points: Collection[Point]) -> PlannedStage:
    return replace(
        stage,
        starts=None if stage.start_point in points else stage.starts,
        ends=None if stage.end_point in points else stage.ends,
    )
