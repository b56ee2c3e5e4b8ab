"""What has to change so that a thread's ledger equals what its plan wants."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications.domain.due import Timing
from notifications.domain.states import LIVE, MAY_RETURN, MOOT, Purpose, State

NINE = time(9)
# Of a row that only says why nothing was sent: the day that was asked for left no time for it.
TOO_LATE = "too_late"


class Key(NamedTuple):
    """What makes two rows the same message for different days."""

    rule: str
    topic: UUID
    recipient_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicState:
    """An activity as the plan sees it now; `reason` says why a closed one needs no message.

    One that `is_over` is still open for what its end brings about; what led up to it is not wanted
    any more, for that reason.
    """

    uid: UUID
    version: int
    is_open: bool = True
    reason: str = "cancelled"
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReminder:
    """A message that the plan asks for.

    `rule` is the code of the activity and of its rule, the same in every version of a protocol:
    what was told under an earlier one is not told again. `channel` is the one that the rule names;
    the recipient may rather be reached on another. `context` carries no personal data. One that
    `asks` wants an answer, one that `ignores_quiet` may wake people.

    Units:
        occurs_on: local date of the activity.
        send_on, at: local date and wall time of the recipient; `send_on` None means at once.
        expires_days: local days after the send day at whose end the message would only confuse.
        escalate_hours: after so many hours without an acknowledgement somebody else is told.
    """

    topic: UUID
    recipient_id: int
    channel: str
    kind: str
    rule: str
    occurs_on: date
    send_on: date | None
    at: time = NINE
    expires_days: int = 1
    purpose: Purpose = Purpose.COMFORT
    context: Mapping[str, str] = field(default_factory=dict)
    asks: bool = False
    ignores_quiet: bool = False
    escalate_hours: int | None = None

    @property
    def key(self) -> Key:
        """Return what this message shares with its earlier and later dates."""
        return Key(self.rule, self.topic, self.recipient_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the ledger, as far as the comparison needs it."""

    id: int
    key: Key
    channel: str
    kind: str
    state: State
    occurs_on: date
    local_on: date
    local_at: time
    zone: str
    is_at_once: bool
    due_at: datetime
    context: Mapping[str, str]
    reason: str = ""

    @property
    def is_silence(self) -> bool:
        """Tell whether the row only says why nothing was sent."""
        return self.state is State.SUPPRESSED and self.reason == TOO_LATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wanted reminder with the channel and the instants it comes down to."""

    wanted: WantedReminder
    channel: str
    zone: str
    timing: Timing

    @property
    def local_due(self) -> tuple[date, time]:
        """Return the recipient's local date and wall time that were asked for."""
        if self.wanted.send_on is not None:
            return self.wanted.send_on, self.wanted.at
        local = self.timing.due_at.astimezone(ZoneInfo(self.zone))
        return local.date(), local.time().replace(microsecond=0)

    def matches(self, entry: Entry) -> bool:
        """Tell whether the row already says exactly this."""
        wanted = self.wanted
        return (
            entry.channel == self.channel
            and entry.occurs_on == wanted.occurs_on
            and entry.context == wanted.context
            and entry.is_at_once == (wanted.send_on is None)
            and (
                wanted.send_on is None
                or (entry.local_on, entry.local_at, entry.zone)
                == (wanted.send_on, wanted.at, self.zone)
            )
        )


@dataclass(slots=True)
class Difference:
    """Rows to create, to move in place, to suppress with a reason, and those that stay.

    `silence` are messages that can no longer be sent: they get a row that says so. `stand` are the
    rows beyond the plan's reach that it still wants as they are: what is on the wire may come back,
    and what failed may be sent again by a person.
    """

    create: list[Wish] = field(default_factory=list)
    silence: list[Wish] = field(default_factory=list)
    move: list[tuple[Entry, Wish]] = field(default_factory=list)
    suppress: list[tuple[Entry, str]] = field(default_factory=list)
    keep: list[Entry] = field(default_factory=list)
    stand: list[Entry] = field(default_factory=list)

    @property
    def follows(self) -> list[int]:
        """Return the rows that from now on belong to the version of the plan that was compared."""
        return [entry.id for entry in (*self.keep, *(entry for entry, _ in self.move), *self.stand)]


def compare(
    entries: Iterable[Entry], wishes: Sequence[Wish], closed: Mapping[UUID, str]
) -> Difference:
    """Return what makes the ledger equal to the wishes.

    `closed` gives, for each topic that is over, the reason why. A wish for a day that has been told
    already asks for nothing; a wish for another day does. A message that would come too late is
    kept silent about: once for its day, and with that reason.

    Raises:
        ValueError: two wishes for the same message.
    """
    rows: dict[Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        rows[entry.key].append(entry)
    wanted = {wish.wanted.key: wish for wish in wishes}
    if len(wanted) != len(wishes):
        raise ValueError("two wanted reminders share rule, topic and recipient")
    difference = Difference()
    for key, wish in wanted.items():
        _settle(difference, rows.pop(key, []), wish)
    for key, left in rows.items():
        _withdraw(difference, left, closed.get(key.topic))
    return difference


def _settle(difference: Difference, entries: list[Entry], wish: Wish) -> None:
    """Decide about one message, given all its rows."""
    live = [entry for entry in entries if entry.state in LIVE]
    settled = [entry for entry in entries if entry.state not in LIVE and not entry.is_silence]
    same_day = [entry for entry in settled if entry.occurs_on == wish.wanted.occurs_on]
    difference.stand += [entry for entry in same_day if entry.state in MAY_RETURN]
    if not live and not same_day and not wish.timing.is_too_late:
        difference.create.append(wish)
    for entry in live[:1]:
        _follow(difference, entry, wish, same_day)
    difference.suppress += [(entry, "plan_moved") for entry in live[1:]]
    for entry in settled:
        if entry.state in MOOT and entry.occurs_on != wish.wanted.occurs_on:
            difference.suppress.append((entry, "plan_moved"))
    if wish.timing.is_too_late and not _has_its_say(entries, wish):
        difference.silence.append(wish)


def _has_its_say(entries: list[Entry], wish: Wish) -> bool:
    """Tell whether a row says already what became of the message for its day."""
    return any(entry.occurs_on == wish.wanted.occurs_on for entry in entries)


def _follow(difference: Difference, entry: Entry, wish: Wish, same_day: list[Entry]) -> None:
    """Decide about the row that has not left yet, beside those of its day that are settled."""
    took_over = bool(same_day) and entry.occurs_on == wish.wanted.occurs_on
    if took_over:  # on the channel that was left after one had failed
        wish = replace(wish, channel=entry.channel)
    if any(other.state not in MOOT or not took_over for other in same_day):
        difference.suppress.append((entry, "plan_moved"))
    elif wish.matches(entry):
        difference.keep.append(entry)
    elif wish.timing.is_too_late:
        difference.suppress.append((entry, TOO_LATE))
    else:
        difference.move.append((entry, wish))


def _withdraw(difference: Difference, entries: list[Entry], closed: str | None) -> None:
    """Take back what nobody wants any more; what a person has to judge stays while it matters."""
    for entry in entries:
        is_moot = closed is not None and entry.state in MOOT
        if entry.state in LIVE or is_moot:
            difference.suppress.append((entry, closed or "plan_moved"))
