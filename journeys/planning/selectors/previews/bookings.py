"""The appointments that a change makes impossible."""

from dataclasses import dataclass
from datetime import datetime

from journeys.planning.selectors.previews.titles import Titles
from journeys.planning.workspace import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLine:
    """A booking that would be cancelled and has to be made anew."""

    title: str
    starts_at: datetime
    place: str


def released_lines(proposal: Proposal, titles: Titles) -> tuple[BookingLine, ...]:
    """Return the bookings to make anew."""
    return tuple(
        BookingLine(
            title=titles.of(appointment.activity.point),
            starts_at=appointment.starts_at,
            place=appointment.place,
        )
        for appointment in proposal.released
    )
