"""The appointments that a change cancels: those to make anew, and those that nothing asks for."""

from dataclasses import dataclass
from datetime import datetime

from journeys.planning.selectors.previews.titles import Titles
from journeys.planning.workspace import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLine:
    """A booking that would be cancelled; unless it `is_unasked`, it has to be made anew."""

    title: str
    starts_at: datetime
    place: str
    is_unasked: bool


def released_lines(proposal: Proposal, titles: Titles) -> tuple[BookingLine, ...]:
    """Return the bookings that the change cancels."""
    leaving = {activity.uid for activity in proposal.cancelled}
    return tuple(
        BookingLine(
            title=titles.of(appointment.activity.point),
            starts_at=appointment.starts_at,
            place=appointment.place,
            is_unasked=appointment.activity.uid in leaving,
        )
        for appointment in proposal.released
    )
