"""Where a stage stands, by what happened at its two ends."""

from datetime import date

from journeys.planning.domain.plan import PlannedStage
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.states import ActivityState, JourneyStatus, StageState
from journeys.planning.models import Stage
from journeys.planning.workspace.space import Workspace


def set_stage(space: Workspace, stage: Stage, planned: PlannedStage) -> bool:
    """Set a stage from its two ends; tell whether anything changed."""
    started_on = _over_on(space, planned.start_point)
    ended_on = _over_on(space, planned.end_point)
    state = _stage_state(space, started_on, ended_on)
    new = (state, planned.starts, planned.ends, started_on, ended_on)
    old = (
        stage.state,
        stage.planned_start_on,
        stage.planned_end_on,
        stage.started_on,
        stage.ended_on,
    )
    (
        stage.state,
        stage.planned_start_on,
        stage.planned_end_on,
        stage.started_on,
        stage.ended_on,
    ) = new
    return new != old


def _stage_state(space: Workspace, started_on: date | None, ended_on: date | None) -> StageState:
    if ended_on:
        return StageState.DONE
    if space.journey.status == JourneyStatus.ENDED:
        return StageState.CANCELLED
    return StageState.CURRENT if started_on else StageState.PLANNED


def _over_on(space: Workspace, point: Point) -> date | None:
    """Return the day on which a point was reached, or passed over because nobody needed it."""
    activity = space.activities.get(point)
    if activity is None:
        return None
    passed = activity.state in (ActivityState.SKIPPED, ActivityState.NOT_NEEDED)
    return activity.chosen_on if passed else activity.happened_on
