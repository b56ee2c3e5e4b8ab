"""A proposed change of any kind in the words and rows of its preview page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import ngettext

from carttrack.accounts.models import User
from journeys.planning.domain.protocol import ActivityKind, Point
from journeys.planning.domain.replan import Change, Dates
from journeys.planning.labels import conflict_message
from journeys.planning.models import Activity, Journey, ProtocolVersion
from journeys.planning.selectors.timeline import occurrence_title, point_titles, title_of, words
from journeys.planning.services import Proposal
from journeys.planning.workspace import protocol_of
from journeys.worklist.selectors.journeys import Days
from notifications.models import Recipient
from notifications.selectors import ChangeRow, change_rows
from notifications.services import MessageChange

SHOWN_CANCELLED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """One date before and after; `broken` says what would not fit there."""

    title: str
    before: Days | None
    after: Days | None
    broken: tuple[str, ...]
    is_what_moves: bool

    @property
    def shift(self) -> int | None:
        """Return by how many days it moves."""
        if not (self.before and self.after and self.before.day and self.after.day):
            return None
        return (self.after.day - self.before.day).days

    @property
    def moves(self) -> bool:
        """Tell whether its day changes and not only its window."""
        return self.shift != 0

    @property
    def waits(self) -> bool:
        """Tell whether it had a day and has none for now."""
        return bool(self.before and self.before.day and self.after and not self.after.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedLine:
    """A booking that the change makes impossible."""

    title: str
    starts_at: datetime
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """A message that the change sends, moves or withdraws, with the words its reader gets."""

    row: ChangeRow
    to: str
    about: str

    @property
    def change(self) -> MessageChange:
        """Return the change itself."""
        return self.row.change


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The whole cascade of a change, broken windows first.

    `title`, `from_on` and `to_on` are about the activity that it begins with, if there is one.
    """

    title: str
    from_on: date | None
    to_on: date | None
    lines: tuple[DateLine, ...]
    cancelled: tuple[str, ...]
    conflicts: tuple[str, ...]
    released: tuple[ReleasedLine, ...]
    created: tuple[MessageLine, ...]
    moved: tuple[MessageLine, ...]
    withdrawn: tuple[MessageLine, ...]
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
    def messages_count(self) -> int:
        """Return how many messages the change touches."""
        return len(self.created) + len(self.moved) + len(self.withdrawn)

    @property
    def cancelled_shown(self) -> tuple[str, ...]:
        """Return the first of what leaves the plan."""
        return self.cancelled[:SHOWN_CANCELLED]

    @property
    def cancelled_beyond(self) -> int:
        """Return how many more leave it than are shown."""
        return max(0, len(self.cancelled) - SHOWN_CANCELLED)

    @property
    def summary(self) -> str:
        """Return the size of the cascade in a sentence or two."""
        counts = (
            (
                ngettext("%(count)d date moves.", "%(count)d dates move.", self.moved_count),
                self.moved_count,
            ),
            (
                ngettext(
                    "%(count)d date is open until the journey goes on.",
                    "%(count)d dates are open until the journey goes on.",
                    self.waiting_count,
                ),
                self.waiting_count,
            ),
            (
                ngettext(
                    "%(count)d activity leaves the plan.",
                    "%(count)d activities leave the plan.",
                    len(self.cancelled),
                ),
                len(self.cancelled),
            ),
            (
                ngettext(
                    "%(count)d booking has to be made anew.",
                    "%(count)d bookings have to be made anew.",
                    len(self.released),
                ),
                len(self.released),
            ),
            (
                ngettext(
                    "%(count)d message changes.",
                    "%(count)d messages change.",
                    self.messages_count,
                ),
                self.messages_count,
            ),
        )
        return " ".join(said % {"count": count} for said, count in counts if count)


def preview_of(proposal: Proposal, journey: Journey) -> Preview:
    """Return the preview of a proposal; a fixed number of queries."""
    titles = Titles(journey, proposal.version)
    named = point_titles(protocol_of(proposal.version))
    broken: dict[Point, list[str]] = {}
    for conflict in proposal.conflicts:
        broken.setdefault(conflict.point, []).append(conflict_message(conflict, named))
    subject = proposal.activity
    if subject:  # an unscheduled visit is named by itself, and is not stored yet
        titles.by_point.setdefault(subject.point, title_of(subject))
    cancelled = {activity.point for activity in proposal.cancelled}
    lines = [
        DateLine(
            title=titles.of(change.point),
            before=_days(change.before),
            after=_days(change.after),
            broken=tuple(broken.get(change.point, ())),
            is_what_moves=subject is not None and change.point == subject.point,
        )
        for change in proposal.changes
        if _is_a_date(change, cancelled)
    ]
    messages = _Messages(journey, titles)
    return Preview(
        title=titles.of(subject.point) if subject else "",
        from_on=next((ln.before.day for ln in lines if ln.is_what_moves and ln.before), None),
        to_on=proposal.to_on,
        lines=tuple(sorted(lines, key=_order)),
        cancelled=tuple(_titles_of(proposal.cancelled, titles)),
        conflicts=tuple(sentence for found in broken.values() for sentence in found),
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
    """The titles of a journey's points, stored or still to come, with their numbers.

    `version` is what the journey would follow, where that is another one.
    """

    def __init__(self, journey: Journey, version: ProtocolVersion | None = None) -> None:
        self._protocol = protocol_of(version or journey.protocol_version)
        self.by_point: dict[Point, str] = {}
        self.by_uid: dict[UUID, str] = {}
        for row in journey.activities.select_related("cycle").order_by("cycle__number"):
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
            recipient = recipients[change.recipient_id]
            (row,) = change_rows(changes=[change], language=recipient.language)
            yield MessageLine(
                row=row,
                to=self._name(recipient),
                about=self.titles.by_uid.get(change.topic) or change.context.get("title", ""),
            )

    def _name(self, recipient: Recipient) -> str:
        user: User | None = recipient.user
        if user is None or user.pk == self.journey.patient.user_id:
            return self.journey.patient.full_name
        return user.name


def _is_a_date(change: Change, cancelled: set[Point]) -> bool:
    """Tell whether a change is one of dates; what leaves the plan is named apart."""
    return change.after is not None or change.point not in cancelled


def _titles_of(activities: Iterable[Activity], titles: Titles) -> Iterator[str]:
    for activity in activities:
        if activity.kind != ActivityKind.RESTRICTION:
            yield titles.by_uid.get(activity.uid) or titles.of(activity.point)


def _days(dates: Dates | None) -> Days | None:
    if dates is None:
        return None
    return Days(target=dates.target, opens=dates.opens, closes=dates.closes, chosen=dates.chosen)


def _order(line: DateLine) -> tuple[bool, bool, bool, date]:
    """Put what moves first, then what breaks, then the other days, then mere windows."""
    side = line.after or line.before
    day = side.day if side else None
    return (not line.is_what_moves, not line.broken, not line.moves, day or date.max)
