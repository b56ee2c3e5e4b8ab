"""The preview of a proposed change: everything it would do, counted and in words."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext_lazy

from journeys.planning.domain.protocol import ActivityKind
from journeys.planning.models import Journey
from journeys.planning.selectors.previews.bookings import BookingLine, released_lines
from journeys.planning.selectors.previews.dates import DateLine, date_lines
from journeys.planning.selectors.previews.messages import MessageLines, message_lines
from journeys.planning.selectors.previews.titles import Titles
from journeys.planning.selectors.previews.windows import broken_windows
from journeys.planning.workspace import Proposal

SHOWN_CANCELLED = 6

MOVED = ngettext_lazy("%(count)d date moves.", "%(count)d dates move.", "count")
WAITING = ngettext_lazy(
    "%(count)d date is open until the journey goes on.",
    "%(count)d dates are open until the journey goes on.",
    "count",
)
LEAVING = ngettext_lazy(
    "%(count)d activity leaves the plan.", "%(count)d activities leave the plan.", "count"
)
RELEASED = ngettext_lazy(
    "%(count)d booking has to be made anew.", "%(count)d bookings have to be made anew.", "count"
)
UNASKED = ngettext_lazy(
    "%(count)d booking is no longer asked for.",
    "%(count)d bookings are no longer asked for.",
    "count",
)
MESSAGES = ngettext_lazy("%(count)d message changes.", "%(count)d messages change.", "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The whole cascade of a change to one journey, broken windows first.

    `from_on` and `to_on` are the days of the activity that it begins with, if there is one.
    `cancelled` are the titles of what leaves the plan, `conflicts` the sentences about what would
    not fit, `released` the bookings that are cancelled, `token` stands for exactly this.
    """

    journey_uid: uuid.UUID
    from_on: date | None
    to_on: date | None
    lines: tuple[DateLine, ...]
    cancelled: tuple[str, ...]
    conflicts: tuple[str, ...]
    released: tuple[BookingLine, ...]
    messages: MessageLines
    token: str

    @property
    def moved_count(self) -> int:
        """Return how many days move; the other lines only change their windows."""
        return sum(1 for line in self.lines if line.moves and not line.waits)

    @property
    def waiting_count(self) -> int:
        """Return how many dates have no day for now."""
        return sum(1 for line in self.lines if line.waits)

    @property
    def others_moved(self) -> int:
        """Return how many known days move, apart from what the change begins with."""
        moving = (line for line in self.lines if line.before and not line.is_what_moves)
        return sum(1 for line in moving if line.moves)

    @property
    def cancelled_shown(self) -> tuple[str, ...]:
        """Return the first of what leaves the plan."""
        return self.cancelled[:SHOWN_CANCELLED]

    @property
    def cancelled_beyond(self) -> int:
        """Return how many more leave it than are shown."""
        return max(0, len(self.cancelled) - SHOWN_CANCELLED)

    @property
    def to_book_anew(self) -> tuple[BookingLine, ...]:
        """Return the cancelled bookings of what stays in the plan."""
        return tuple(booking for booking in self.released if not booking.is_unasked)

    @property
    def unasked(self) -> tuple[BookingLine, ...]:
        """Return the cancelled bookings of what leaves it."""
        return tuple(booking for booking in self.released if booking.is_unasked)

    @property
    def summary(self) -> str:
        """Return the size of the cascade in a sentence or two."""
        counts = (
            (MOVED, self.moved_count),
            (WAITING, self.waiting_count),
            (LEAVING, len(self.cancelled)),
            (RELEASED, len(self.to_book_anew)),
            (UNASKED, len(self.unasked)),
            (MESSAGES, self.messages.count),
        )
        return " ".join(str(said % {"count": count}) for said, count in counts if count)


def preview_of(proposal: Proposal, journey: Journey) -> Preview:
    """Return the preview of a proposal; a fixed number of queries."""
    titles = Titles(journey, proposal)
    broken = broken_windows(proposal)
    lines = date_lines(proposal, titles, broken)
    return Preview(
        journey_uid=journey.uid,
        from_on=next((ln.before.day for ln in lines if ln.is_what_moves and ln.before), None),
        to_on=proposal.to_on,
        lines=lines,
        cancelled=tuple(
            titles.of_row(activity)
            for activity in proposal.cancelled
            if activity.kind != ActivityKind.RESTRICTION
        ),
        conflicts=tuple(sentence for sentences in broken.values() for sentence in sentences),
        released=released_lines(proposal, titles),
        messages=message_lines(proposal.messages, journey.patient, titles),
        token=proposal.token,
    )
