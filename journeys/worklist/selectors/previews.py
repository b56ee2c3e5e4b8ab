"""A proposed move in the words and rows of its preview page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import ngettext

from carttrack.accounts.models import User
from journeys.planning.domain.protocol import Point
from journeys.planning.domain.replan import Change
from journeys.planning.labels import conflict_message
from journeys.planning.models import Journey
from journeys.planning.selectors.timeline import occurrence_title, point_titles, title_of, words
from journeys.planning.services import Proposal
from journeys.planning.workspace import protocol_of
from journeys.worklist.selectors.journeys import Days
from notifications.labels import CHANNELS, KINDS, reason_word
from notifications.models import Recipient
from notifications.services import MessageChange


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """One date before and after; `is_broken` when the plan has a conflict about it."""

    title: str
    before: Days | None
    after: Days | None
    is_broken: bool
    is_what_moves: bool

    @property
    def shift(self) -> int | None:
        """Return by how many days it moves."""
        if not (self.before and self.after and self.before.day and self.after.day):
            return None
        return (self.after.day - self.before.day).days


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedLine:
    """A booking that the move makes impossible."""

    title: str
    starts_at: datetime
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """A message that the move sends, moves or withdraws."""

    kind: str
    channel: str
    to: str
    about: str
    due_at: datetime | None
    was_due_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The whole cascade of a change, broken windows first.

    `title`, `from_on` and `to_on` are about the activity that it begins with, if there is one.
    """

    title: str
    from_on: date | None
    to_on: date | None
    lines: tuple[MoveLine, ...]
    conflicts: tuple[str, ...]
    released: tuple[ReleasedLine, ...]
    created: tuple[MessageLine, ...]
    moved: tuple[MessageLine, ...]
    withdrawn: tuple[MessageLine, ...]
    token: str

    @property
    def moved_count(self) -> int:
        """Return how many days move; the other lines only change their windows."""
        return sum(1 for line in self.lines if line.shift != 0)

    @property
    def messages_count(self) -> int:
        """Return how many messages the move touches."""
        return len(self.created) + len(self.moved) + len(self.withdrawn)

    @property
    def summary(self) -> str:
        """Return the size of the cascade in a sentence or two."""
        dates, bookings, messages = self.moved_count, len(self.released), self.messages_count
        parts = [
            ngettext("%(count)d date moves.", "%(count)d dates move.", dates) % {"count": dates},
            ngettext(
                "%(count)d booking has to be made anew.",
                "%(count)d bookings have to be made anew.",
                bookings,
            )
            % {"count": bookings},
            ngettext("%(count)d message changes.", "%(count)d messages change.", messages)
            % {"count": messages},
        ]
        return " ".join(
            part for part, count in zip(parts, (dates, bookings, messages), strict=True) if count
        )


def preview_of(proposal: Proposal, journey: Journey) -> Preview:
    """Return the preview of a proposal; a fixed number of queries."""
    titles = Titles(journey)
    named = point_titles(protocol_of(journey.protocol_version))
    broken = {conflict.point for conflict in proposal.conflicts}
    point = proposal.activity.point if proposal.activity else None
    lines = [
        MoveLine(
            title=titles.of(change.point),
            before=_days(change, "before"),
            after=_days(change, "after"),
            is_broken=change.point in broken,
            is_what_moves=change.point == point,
        )
        for change in proposal.changes
    ]
    messages = _Messages(journey, titles)
    return Preview(
        title=title_of(proposal.activity) if proposal.activity else "",
        from_on=next((ln.before.day for ln in lines if ln.is_what_moves and ln.before), None),
        to_on=proposal.to_on,
        lines=tuple(sorted(lines, key=_order)),
        conflicts=tuple(conflict_message(conflict, named) for conflict in proposal.conflicts),
        released=tuple(
            ReleasedLine(
                title=titles.of(appointment.activity.point),
                starts_at=appointment.starts_at,
                place=appointment.place,
            )
            for appointment in proposal.released
        ),
        created=tuple(messages.lines(proposal.messages.created)),
        moved=tuple(messages.lines(proposal.messages.moved)),
        withdrawn=tuple(messages.lines(proposal.messages.suppressed)),
        token=proposal.token,
    )


class Titles:
    """The titles of a journey's points, stored or still to come, with their numbers."""

    def __init__(self, journey: Journey) -> None:
        self._protocol = protocol_of(journey.protocol_version)
        self.by_point: dict[Point, str] = {}
        self.by_uid: dict[UUID, str] = {}
        for row in journey.activities.order_by("cycle__number"):
            row.journey = journey
            self.by_point[row.point] = self.by_uid[row.uid] = title_of(row)

    def of(self, point: Point) -> str:
        """Return the title of a point."""
        if point in self.by_point:
            return self.by_point[point]
        code, _, occurrence = point.partition("#")
        definition = self._protocol.activity(code)
        return occurrence_title(definition, words(definition.title), int(occurrence or 1))


class _Messages:
    """Turns changes of the ledger into lines; knows the journey's people and activities."""

    def __init__(self, journey: Journey, titles: Titles) -> None:
        self.titles = titles
        self.journey = journey

    def lines(self, changes: Iterable[MessageChange]) -> Iterator[MessageLine]:
        """Yield one line per message, the recipients fetched at once."""
        changes = list(changes)
        recipients = Recipient.objects.select_related("user").in_bulk(
            {change.recipient_id for change in changes}
        )
        for change in changes:
            yield MessageLine(
                kind=str(KINDS.get(change.kind, change.kind)),
                channel=str(CHANNELS.get(change.channel, change.channel)),
                to=self._name(recipients[change.recipient_id]),
                about=self.titles.by_uid.get(change.topic) or change.context.get("title", ""),
                due_at=change.due_at,
                was_due_at=change.was_due_at,
                reason=str(reason_word(change.reason)) if change.reason else "",
            )

    def _name(self, recipient: Recipient) -> str:
        user: User | None = recipient.user
        if user is None or user.pk == self.journey.patient.user_id:
            return self.journey.patient.full_name
        return user.name


def _days(change: Change, side: str) -> Days | None:
    dates = getattr(change, side)
    if dates is None:
        return None
    return Days(target=dates.target, opens=dates.opens, closes=dates.closes, chosen=dates.chosen)


def _order(line: MoveLine) -> tuple[bool, bool, bool, date]:
    """Put what moves first, then what breaks, then the other days, then mere windows."""
    side = line.after or line.before
    day = side.day if side else None
    return (not line.is_what_moves, not line.is_broken, line.shift == 0, day or date.max)
