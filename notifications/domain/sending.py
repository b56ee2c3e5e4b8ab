"""Whether this installation may send, and whether the clocks it goes by can be believed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A clock may be corrected by this much between two sweeps; more than that was not a correction.
MOST_LEAD = timedelta(minutes=5)
# A sweep runs each minute; after this long somebody has to look why it does not.
LATE = timedelta(minutes=10)


class Held(StrEnum):
    """Why nothing is sent until a person releases it."""

    COPY = "copy"  # a restored or copied database: what it calls owed may have been sent elsewhere
    CLOCK = "clock"  # the database's clock leapt ahead
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Two clocks read at one moment.

    Units:
        elapsed: seconds on a clock that nobody sets.
    """

    database_at: datetime
    elapsed: float


def has_leapt(before: Reading, after: Reading) -> bool:
    """Tell whether the database's clock went ahead of the time that passed.

    A clock that goes back sends nothing twice and nothing early: it is left to right itself.
    """
    passed = timedelta(seconds=after.elapsed - before.elapsed)
    return after.database_at - before.database_at - passed > MOST_LEAD
