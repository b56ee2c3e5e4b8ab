"""Checking a plan against its own reasons: the steps alone must lead to the same day."""

from collections.abc import Mapping
from datetime import date, timedelta

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.duration import Duration
from journeys.planning.domain.planned import PlannedActivity
from journeys.planning.domain.protocol import Point, Roll
from journeys.planning.domain.reasons import Step, StepKind


def recompute(
    activity: PlannedActivity, plan_days: Mapping[Point, date], open_days: OpenDays
) -> date:
    """Follow the activity's steps from its anchors' days, and return the day they lead to.

    It is the chosen day, or the target where no day of the window is open; `plan_days` gives the
    same of the other points.

    Raises:
        ValueError: the activity has no steps, for it is undated.
    """
    day: date | None = None
    for step in activity.why:
        day = _after(step, day, activity, plan_days, open_days)
    if day is None:
        raise ValueError(f"{activity.point} has no reasons to follow")
    return day


def _after(
    step: Step,
    day: date | None,
    activity: PlannedActivity,
    plan_days: Mapping[Point, date],
    open_days: OpenDays,
) -> date | None:
    """Apply one step to the day so far; what awaits resuming has none."""
    match step.kind:
        case StepKind.AWAITING_RESUME:
            return None
        case StepKind.FACT:
            return step.gives
        case StepKind.PAUSED:
            return (day or step.gives) + timedelta(days=step.held or 0)
        case StepKind.TODAY:
            return max(day or step.gives, step.gives)
        case StepKind.OPEN_DAY:
            opens = step.anchor_on or activity.opens or step.gives
            closes = activity.closes or step.gives
            return open_days.choose(day or step.gives, opens, closes, step.roll or Roll.EXACT)
        case _:
            return _counted(step, day, plan_days)


def _counted(step: Step, day: date | None, plan_days: Mapping[Point, date]) -> date:
    """Apply a step that counts from another point."""
    counted = Duration.parse(step.offset).after(plan_days[step.anchor or ""])
    if step.kind is StepKind.FLOOR:
        return max(day or counted, counted)
    if step.kind is StepKind.CEILING:
        return min(day or counted, counted)
    return counted
