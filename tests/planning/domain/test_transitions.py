"""Every pair of states, and whether the one may follow the other."""

import pytest

from journeys.planning.domain.states import ActivityState, JourneyStatus, StageState
from journeys.planning.domain.transitions import IllegalMove, check_move

# A row is the state before, a letter the state after in the order of the columns; y is legal.
ACTIVITY = {
    #            planned booked done missed skipped cancelled not_needed
    "planned": "nyyyyyy",
    "booked": "yyyyyyy",
    "done": "yynnnnn",
    "missed": "yynnnnn",
    "skipped": "yynnnnn",
    "cancelled": "yynnnnn",
    "not_needed": "yynnnnn",
}
STAGE = {
    #          planned current done cancelled
    "planned": "nyyy",
    "current": "ynyy",
    "done": "yynn",
    "cancelled": "yynn",
}
JOURNEY = {
    #         active ended completed
    "active": "nyy",
    "ended": "ynn",
    "completed": "ynn",
}
TABLES = [(ActivityState, ACTIVITY), (StageState, STAGE), (JourneyStatus, JOURNEY)]
PAIRS = [
    (states(before), after, legal == "y")
    for states, table in TABLES
    for before, row in table.items()
    for after, legal in zip(states, row, strict=True)
]


@pytest.mark.feature(10)
@pytest.mark.parametrize(("before", "after", "is_legal"), PAIRS)
def test_only_legal_moves_pass(before, after, is_legal):
    if is_legal:
        check_move(before, after)
    else:
        with pytest.raises(IllegalMove, match=f"{before.value} cannot become {after.value}"):
            check_move(before, after)


@pytest.mark.parametrize(("states", "table"), TABLES)
def test_every_state_has_its_row(states, table):
    assert list(table) == [state.value for state in states]


def test_states_of_different_things_are_never_compared():
    with pytest.raises(TypeError, match="not states of the same thing"):
        check_move(ActivityState.PLANNED, StageState.DONE)
