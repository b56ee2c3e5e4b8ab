"""From which day on an open activity needs somebody's hand, and why; lists are read by it.

The database keeps the same day beside each activity (`Activity.needs_hand_on`).
"""

from datetime import date, timedelta

from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.domain.states import OPEN_STATES, ActivityState

SOON_DAYS = 7
# Kinds that need an appointment; the others are recorded when they happen.
BOOKABLE = (ActivityKind.PROCEDURE, ActivityKind.TREATMENT, ActivityKind.VISIT)


def needs_hand_on(
    *, state: str, kind: str, closes_on: date | None, chosen_on: date | None
) -> date | None:
    """Return the first day on which an activity needs a hand, None when it never does.

    What is booked needs one the day after its day, unless it is recorded. What is not needs one
    the day after its day or its window, whichever is first, and a week before its window closes
    when there is something to book.
    """
    if state not in OPEN_STATES or kind == ActivityKind.RESTRICTION:
        return None
    if state == ActivityState.BOOKED:
        last = chosen_on or closes_on
        return last + timedelta(days=1) if last else None
    lead = timedelta(days=-SOON_DAYS if kind in BOOKABLE else 1)
    days = [closes_on and closes_on + lead, chosen_on and chosen_on + timedelta(days=1)]
    return min((day for day in days if day), default=None)
