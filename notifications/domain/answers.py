"""What is answered to a message that asks whether somebody comes, and why not."""

from enum import StrEnum

from notifications.domain.states import State

LONGEST_WORDS = 500

# The question was put: it went out, or should have, and stands on a person's list.
ASKED: frozenset[State] = frozenset(
    {State.SENDING, State.SENT, State.DELIVERED, State.UNKNOWN, State.FAILED, State.EXPIRED}
)


class Said(StrEnum):
    """The two answers."""

    CONFIRMED = "confirmed"
    OTHER_TIME = "other_time"


class WhyNot(StrEnum):
    """Why another time is asked for."""

    TRAVEL = "travel"
    NOBODY_ALONG = "nobody_along"
    WORK = "work"
    OTHER_APPOINTMENT = "other_appointment"
    UNWELL = "unwell"
    OTHER = "other"


class Source(StrEnum):
    """Who gave the answer: the person asked, or staff who spoke with them."""

    PATIENT = "patient"
    STAFF = "staff"
