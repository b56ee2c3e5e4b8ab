"""The activities of a plan beside the rows that they have, or get, in the database."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from journeys.planning.domain.plan import Plan, PlannedActivity
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity
from journeys.planning.workspace.space import Workspace


@dataclass(slots=True, kw_only=True)
class Line:
    """One activity as it stands in a plan: stored already or about to be."""

    uid: uuid.UUID
    planned: PlannedActivity
    activity: Activity | None
    state: str

    @property
    def day(self) -> date | None:
        """Return the day that counts: what the plan chose, otherwise its target."""
        return self.planned.chosen or self.planned.target


def lines(space: Workspace, plan: Plan, *, released: Collection[Point] = ()) -> list[Line]:
    """Return the activities of a plan that have, or now get, a row of their own.

    What is stored and no longer, or never was, in the plan comes last, as it is stored.

    What belongs to the last stage gets its rows once the thing it counts from has happened; until
    then fifteen years of it would only move about.
    """
    planned_points = {planned.point for planned in plan.activities}
    unplanned = [
        _stored_line(activity)
        for point, activity in space.activities.items()
        if point not in planned_points
    ]
    return [
        _line(space, planned, is_released=planned.point in released)
        for planned in plan.activities
        if planned.point in space.activities or _is_due_for_a_row(space, planned)
    ] + unplanned


def _line(space: Workspace, planned: PlannedActivity, *, is_released: bool) -> Line:
    activity = space.activities.get(planned.point)
    return Line(
        uid=activity.uid if activity else uuid.uuid4(),
        planned=planned,
        activity=activity,
        state=_state(activity, is_released=is_released),
    )


def _state(activity: Activity | None, *, is_released: bool) -> str:
    if activity is None or (is_released and activity.is_open):
        return ActivityState.PLANNED
    return activity.state


def _is_due_for_a_row(space: Workspace, planned: PlannedActivity) -> bool:
    if planned.stage != space.protocol.stages[-1].code:
        return True
    anchor = space.protocol.activity(planned.code).anchor
    stored = space.activities.get(anchor) if anchor else None
    return bool(stored and stored.happened_on)


def stored_lines(space: Workspace) -> list[Line]:
    """Return the activities as they are stored, without planning anew."""
    return [_stored_line(activity) for activity in space.activities.values()]


def _stored_line(activity: Activity) -> Line:
    return Line(
        uid=activity.uid,
        planned=_as_planned(activity),
        activity=activity,
        state=activity.state,
    )


def _as_planned(activity: Activity) -> PlannedActivity:
    return PlannedActivity(
        code=activity.code,
        stage=activity.stage.code,
        occurrence=activity.occurrence,
        point=activity.point,
        target=activity.target_on,
        opens=activity.opens_on,
        closes=activity.closes_on,
        chosen=activity.chosen_on,
        fact=None,
        why=(),
    )
