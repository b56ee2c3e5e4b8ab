"""Where every message of a simulated centre ended, by two records that do not know each other.

The ledger says what it believes, the wire what arrived. The books close when both agree.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from carttrack.simulation.run import Lived
from carttrack.simulation.wire import Arrival
from journeys.planning.domain.states import EndReason
from notifications.channels import OPEN_CHANNELS
from notifications.domain.proof import Fault
from notifications.domain.states import Purpose, State
from notifications.models import Reminder

TOLD = (State.SENT, State.DELIVERED)
WAITING = (State.PENDING, State.LEASED, State.SENDING)
# An outage of three days may leave so much behind when the run ends.
LATEST = timedelta(days=4)
COLUMNS = (
    "uid",
    "state",
    "channel",
    "purpose",
    "due_at",
    "sent_at",
    "rule",
    "topic",
    "recipient",
    "occurs_on",
    "recipient__uid",
    "thread__uid",
    "is_planned",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger, as far as the books need it."""

    uid: UUID
    state: str
    channel: str
    purpose: str
    due_at: datetime
    sent_at: datetime | None
    rule: str
    topic: int | None
    recipient: int
    occurs_on: object
    recipient_uid: UUID
    thread_uid: UUID
    is_planned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """The books of a run.

    `expected` is every message that was ever owed; `delivered` to `pending` are what became of
    them and add up to it. `duplicates` reached somebody twice although nothing was in doubt;
    `repeated_in_doubt` may have, under the same message id, as the policy allows. What was
    sent `to_deceased` or `to_withdrawn` left after the centre knew; `before_death_was_known` left
    between the death and the day on which the centre learned of it. `unaccounted` is what the
    site's own proof finds, where ledger and wire disagree, what is due and was never tried, and
    what had to be written and was not.
    """

    expected: int
    delivered: int
    suppressed: int
    failed: int
    expired: int
    unknown: int
    pending: int
    duplicates: int
    to_deceased: int
    to_withdrawn: int
    to_opted_out: int
    unaccounted: int
    repeated_in_doubt: int
    before_death_was_known: int
    suppressed_by_reason: Mapping[str, int]
    failed_by_reason: Mapping[str, int]
    by_channel: Mapping[str, int]
    rules_looked_for: int
    rules_missing: int
    arrived: int

    @property
    def closes(self) -> bool:
        """Tell whether every message is accounted for and none reached whom it must not."""
        parts = (
            self.delivered,
            self.suppressed,
            self.failed,
            self.expired,
            self.unknown,
            self.pending,
        )
        wrongs = (
            self.duplicates,
            self.to_deceased,
            self.to_withdrawn,
            self.to_opted_out,
            self.unaccounted,
        )
        return self.expected == sum(parts) and not any(wrongs)


def close_the_books(lived: Lived) -> Reminders:
    """Count the ledger against the wire."""
    rows = [Row(*values) for values in Reminder.objects.order_by("id").values_list(*COLUMNS)]
    states = Counter(row.state for row in rows)
    known, before = _after_the_end(lived, rows)
    return Reminders(
        expected=len(rows),
        delivered=sum(states[state] for state in TOLD),
        suppressed=states[State.SUPPRESSED],
        failed=states[State.FAILED],
        expired=states[State.EXPIRED],
        unknown=states[State.UNKNOWN],
        pending=sum(states[state] for state in WAITING),
        duplicates=_duplicates(lived.wire.arrivals, rows),
        to_deceased=known[EndReason.DEATH],
        to_withdrawn=known[EndReason.PATIENT_WITHDREW],
        to_opted_out=_to_opted_out(lived, rows),
        unaccounted=_unproved(lived) + _unaccounted(lived, rows) + lived.witness.missing,
        repeated_in_doubt=_repeated(lived.wire.arrivals),
        before_death_was_known=before,
        suppressed_by_reason=_by_reason(State.SUPPRESSED),
        failed_by_reason=_by_reason(State.FAILED),
        by_channel=dict(sorted(Counter(row.channel for row in rows).items())),
        rules_looked_for=lived.witness.looked,
        rules_missing=lived.witness.missing,
        arrived=len({arrival.uid for arrival in lived.wire.arrivals}),
    )


def _by_reason(state: State) -> dict[str, int]:
    reasons = Reminder.objects.filter(state=state).values_list("reason", flat=True)
    return dict(sorted(Counter(reasons).items()))


def _duplicates(arrivals: Iterable[Arrival], rows: list[Row]) -> int:
    """Count what arrived again without any doubt, and what two rows told about the same day."""
    told = Counter(arrival.uid for arrival in arrivals if arrival.is_told)
    twice = sum(count - 1 for count in told.values())
    planned = (row for row in rows if row.state in TOLD and row.is_planned)
    days = Counter((row.rule, row.topic, row.recipient, row.occurs_on) for row in planned)
    return twice + sum(count - 1 for count in days.values())


def _repeated(arrivals: Iterable[Arrival]) -> int:
    """Count messages that arrived again after the sender was left in doubt."""
    arrivals = list(arrivals)
    told = Counter(arrival.uid for arrival in arrivals if arrival.is_told)
    untold = Counter(arrival.uid for arrival in arrivals if not arrival.is_told)
    return sum(count + told[uid] - 1 for uid, count in untold.items())


def _unproved(lived: Lived) -> int:
    """Count what the site's own proof finds; what waits for the end of an outage is no fault."""
    faults = lived.proof.faults.items()
    return sum(number for (_rule, fault), number in faults if fault is not Fault.LATE)


def _unaccounted(lived: Lived, rows: list[Row]) -> int:
    """Count where ledger and wire disagree, and what was due long ago and still waits."""
    told = {arrival.uid for arrival in lived.wire.arrivals if arrival.is_told}
    states = {row.uid: row.state for row in rows}
    believed = {row.uid for row in rows if row.state in TOLD and row.channel in OPEN_CHANNELS}
    denied = sum(1 for uid in told if states.get(uid) not in TOLD)
    waiting = sum(1 for row in rows if row.state in WAITING and row.due_at < lived.ends_at - LATEST)
    return denied + len(believed - told - lived.desk.vouched - lived.beat.reported) + waiting


def _after_the_end(lived: Lived, rows: list[Row]) -> tuple[Counter[EndReason], int]:
    """Count by the reason of the end what a patient was sent after the centre knew of it.

    The second figure is what left between a death and the day on which the centre learned of it.
    """
    ended = {
        life.journey.patient.uid: (life.ended_as, life.ended_at)
        for life in lived.lives
        if life.ended_as and life.ended_at
    }
    after: Counter[EndReason] = Counter()
    before = 0
    for recipient, sent_at in _sendings(lived, rows):
        if recipient not in ended:
            continue
        ending, known_at = ended[recipient]
        if sent_at > known_at:
            after[ending.reason] += 1
        elif ending.reason is EndReason.DEATH:
            before += sent_at > known_at - timedelta(days=ending.known_after)
    return after, before


def _sendings(lived: Lived, rows: list[Row]) -> Iterable[tuple[UUID, datetime]]:
    """Yield every arrival on the wire, and what the ledger says was put into an inbox."""
    recipients = {row.uid: row.recipient_uid for row in rows}
    for arrival in lived.wire.arrivals:
        yield recipients[arrival.uid], arrival.at
    for row in rows:
        if row.channel not in OPEN_CHANNELS and row.sent_at:
            yield row.recipient_uid, row.sent_at


def _to_opted_out(lived: Lived, rows: list[Row]) -> int:
    """Count comfort messages that arrived after the recipient had asked for none."""
    opted_out = {
        life.journey.patient.uid: life.opted_out_at for life in lived.lives if life.opted_out_at
    }
    comfort = {row.uid: row.recipient_uid for row in rows if row.purpose == Purpose.COMFORT}
    return sum(
        1
        for arrival in lived.wire.arrivals
        if (since := opted_out.get(comfort.get(arrival.uid, arrival.uid))) and arrival.at > since
    )
