"""The states of a manufacturer's slot and the moves between them."""

from datetime import datetime, timedelta
from enum import StrEnum


class SlotState(StrEnum):
    """Where a slot stands; the last two are final."""

    REQUESTED = "requested"
    HELD = "held"  # promised until a deadline
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"  # the hold lapsed before anybody confirmed


LIVE_STATES = (SlotState.REQUESTED, SlotState.HELD, SlotState.CONFIRMED)

MOVES: dict[SlotState, frozenset[SlotState]] = {
    SlotState.REQUESTED: frozenset({SlotState.HELD, SlotState.RELEASED}),
    # A hold may be held anew, with a later deadline.
    SlotState.HELD: frozenset(
        {SlotState.HELD, SlotState.CONFIRMED, SlotState.RELEASED, SlotState.EXPIRED}
    ),
    SlotState.CONFIRMED: frozenset({SlotState.RELEASED}),
    SlotState.RELEASED: frozenset(),
    SlotState.EXPIRED: frozenset(),
}

# How long before a hold lapses its coordinator is reminded.
WARNING = timedelta(hours=24)
# For how long a slot is held when somebody takes it and names no deadline.
USUAL_HOLD = timedelta(hours=72)


def may_become(state: SlotState, new: SlotState) -> bool:
    """Tell whether a slot in one state may be brought into another."""
    return new in MOVES[state]


def has_lapsed(state: SlotState, hold_until: datetime | None, *, now: datetime) -> bool:
    """Tell whether a hold is over, whether or not anybody has noted it yet."""
    return state is SlotState.HELD and hold_until is not None and hold_until <= now
