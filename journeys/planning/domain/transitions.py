"""Which moves between states are legal: one table for activities, stages and journeys each.

A final state is left only by undoing what led to it, and undoing leads back to an open state: what
was missed is opened again before it can be done.
"""

from collections.abc import Mapping

from journeys.planning.domain.states import (
    OPEN_STATES,
    ActivityState,
    JourneyStatus,
    StageState,
)

State = ActivityState | StageState | JourneyStatus

FINAL_ACTIVITY_STATES = frozenset(ActivityState) - frozenset(OPEN_STATES)
BACK_TO_OPEN = frozenset(OPEN_STATES)

ACTIVITY_MOVES: Mapping[ActivityState, frozenset[ActivityState]] = {
    ActivityState.PLANNED: frozenset({ActivityState.BOOKED}) | FINAL_ACTIVITY_STATES,
    # Booked again is another day or hour.
    ActivityState.BOOKED: BACK_TO_OPEN | FINAL_ACTIVITY_STATES,
    ActivityState.DONE: BACK_TO_OPEN,
    ActivityState.MISSED: BACK_TO_OPEN,
    ActivityState.SKIPPED: BACK_TO_OPEN,
    ActivityState.CANCELLED: BACK_TO_OPEN,
    ActivityState.NOT_NEEDED: BACK_TO_OPEN,
}

STAGE_MOVES: Mapping[StageState, frozenset[StageState]] = {
    # A stage of a single day begins and ends with one record.
    StageState.PLANNED: frozenset({StageState.CURRENT, StageState.DONE, StageState.CANCELLED}),
    StageState.CURRENT: frozenset({StageState.PLANNED, StageState.DONE, StageState.CANCELLED}),
    StageState.DONE: frozenset({StageState.PLANNED, StageState.CURRENT}),
    StageState.CANCELLED: frozenset({StageState.PLANNED, StageState.CURRENT}),
}

JOURNEY_MOVES: Mapping[JourneyStatus, frozenset[JourneyStatus]] = {
    JourneyStatus.ACTIVE: frozenset({JourneyStatus.ENDED, JourneyStatus.COMPLETED}),
    JourneyStatus.ENDED: frozenset({JourneyStatus.ACTIVE}),
    JourneyStatus.COMPLETED: frozenset({JourneyStatus.ACTIVE}),
}


class IllegalMove(Exception):
    """A state cannot follow the one before it."""

    def __init__(self, before: State, after: State) -> None:
        self.before = before
        self.after = after
        super().__init__(f"{before.value} cannot become {after.value}")


def check_move(before: State, after: State) -> None:
    """Refuse a move that the tables do not have.

    Raises:
        IllegalMove: `after` cannot follow `before`.
        TypeError: they are not states of the same thing.
    """
    if type(before) is not type(after):
        raise TypeError(f"{before!r} and {after!r} are not states of the same thing")
    if after not in _allowed(before):
        raise IllegalMove(before, after)


def _allowed(before: State) -> frozenset[State]:
    # The tables stay apart, for states of different things compare equal when their words do.
    if isinstance(before, ActivityState):
        return frozenset(ACTIVITY_MOVES[before])
    if isinstance(before, StageState):
        return frozenset(STAGE_MOVES[before])
    return frozenset(JOURNEY_MOVES[before])
