"""The messages of a journey, with the names that notifications does not know."""

from dataclasses import dataclass

from journeys.planning.models import Journey
from journeys.worklist.selectors.previews import Titles
from journeys.worklist.selectors.undelivered import recipient_names
from notifications.domain.states import State
from notifications.selectors import messages_of
from notifications.selectors.threads import MessageRow

SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyMessage:
    """One message with whom it goes to and what it is about."""

    row: MessageRow
    to: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyMessages:
    """The next messages and the latest ones; withdrawn ones are only counted."""

    coming: tuple[JourneyMessage, ...]
    past: tuple[JourneyMessage, ...]
    coming_count: int
    withdrawn_count: int


def message_lines(journey: Journey) -> JourneyMessages:
    """Return what will be and what was sent about a journey."""
    about = Titles(journey).by_uid
    rows = messages_of(thread_uid=journey.uid)
    names = recipient_names(row.recipient_uid for row in rows)
    lines = [
        JourneyMessage(
            row=row,
            to=names.get(row.recipient_uid, journey.patient.full_name),
            about=about.get(row.topic, "") if row.topic else "",
        )
        for row in rows
    ]
    coming = [line for line in lines if line.row.is_coming]
    gone = [line for line in lines if not line.row.is_coming]
    past = [line for line in gone if line.row.state != State.SUPPRESSED]
    return JourneyMessages(
        coming=tuple(coming[:SHOWN]),
        past=tuple(reversed(past[-SHOWN:])),
        coming_count=len(coming),
        withdrawn_count=len(gone) - len(past),
    )
