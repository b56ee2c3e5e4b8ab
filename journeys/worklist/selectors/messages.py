"""The messages of a journey, with the names that notifications does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from journeys.planning.models import Journey
from journeys.worklist.selectors.titles import titles_by_uid
from notifications.selectors.threads import ThreadMessage, ThreadMessages


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyMessage:
    """One message with whom it goes to and what it is about."""

    row: ThreadMessage
    to: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyMessages:
    """The next messages, then the latest ones, and how many are coming."""

    lines: tuple[JourneyMessage, ...]
    coming_count: int


def message_lines(
    journey: Journey, found: ThreadMessages, *, titles: Mapping[UUID, str]
) -> JourneyMessages:
    """Return what will be and what was sent about a journey.

    `titles` are those of activities that the page has read already, by uid.
    """
    shown = (*found.coming, *found.past)
    about = titles_by_uid(journey, [row.topic for row in shown], known=titles)
    patient = journey.patient.full_name
    return JourneyMessages(
        lines=tuple(
            JourneyMessage(
                row=row,
                to=row.recipient_name or patient,
                about=about.get(row.topic, "") if row.topic else "",
            )
            for row in shown
        ),
        coming_count=found.coming_count,
    )
