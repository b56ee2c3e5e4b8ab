"""The messages of a journey, with the names that notifications does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from journeys.planning.models import Journey
from journeys.worklist.selectors.titles import titles_by_uid
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


def message_lines(journey: Journey, *, titles: Mapping[UUID, str]) -> JourneyMessages:
    """Return what will be and what was sent about a journey.

    `titles` are those of activities that the page has read already, by uid.
    """
    rows = messages_of(thread_uid=journey.uid)
    coming = [row for row in rows if row.is_coming]
    gone = [row for row in rows if not row.is_coming]
    past = [row for row in gone if row.state != State.SUPPRESSED]
    shown = [*coming[:SHOWN], *reversed(past[-SHOWN:])]
    about = titles_by_uid(journey, [row.topic for row in shown], known=titles)
    names = recipient_names(row.recipient_uid for row in shown)
    lines = [
        JourneyMessage(
            row=row,
            to=names.get(row.recipient_uid, journey.patient.full_name),
            about=about.get(row.topic, "") if row.topic else "",
        )
        for row in shown
    ]
    return JourneyMessages(
        coming=tuple(line for line in lines if line.row.is_coming),
        past=tuple(line for line in lines if not line.row.is_coming),
        coming_count=len(coming),
        withdrawn_count=len(gone) - len(past),
    )
