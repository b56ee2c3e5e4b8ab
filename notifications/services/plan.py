"""Making the ledger of a journey equal to what its plan wants, inside the plan's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet, UUIDField

from carttrack.prepared import Param, prepared
from notifications.domain.changes import MessageChange, SyncResult
from notifications.domain.due import timing
from notifications.domain.ledger import (
    TOO_LATE,
    Difference,
    Entry,
    Key,
    TopicState,
    WantedReminder,
    Wish,
    compare,
)
from notifications.domain.states import REVOCABLE, Purpose, State
from notifications.models import Reminder, Thread
from notifications.services import rows
from notifications.services.hushing import still_heard
from notifications.services.reaching import Reach, reaches

# A person's or the recipient's own decision: the plan does not begin such a message again.
DECIDED = ("dropped", "opted_out")
# What a row that was never to be sent may say and still count.
SAID = (*DECIDED, TOO_LATE)
TOLD = ~Q(state=State.SUPPRESSED) | Q(reason__in=SAID)
# A row that may change, or that says what became of its message.
COUNTED = Q(state__in=sorted(REVOCABLE)) | TOLD

TOPICS = Param("topics", UUIDField(), is_many=True)

# Columns of a row, in the order of `Key` and by the names of `Entry`.
OF_KEY = ("rule", "topic__uid", "recipient_id")
OF_ENTRY = (
    "id",
    "channel",
    "kind",
    "occurs_on",
    "local_on",
    "local_at",
    "zone",
    "is_at_once",
    "due_at",
    "context",
    "reason",
)


def sync_reminders(
    *,
    thread_uid: UUID,
    wanted: Sequence[WantedReminder],
    topics: Sequence[TopicState],
    now: datetime,
) -> SyncResult:
    """Make the thread's ledger equal to `wanted` and say what that changed.

    `topics` are all the activities whose version or openness may have changed, among them every one
    that `wanted` is about. Rows that have not left yet move in place, so that a date moved three
    times still means one message. A stopped thread wants nothing, a hushed one only what
    people at work get. The number of queries does not depend on the number of rows. Call it inside
    the transaction that changes the plan.

    Raises:
        Thread.DoesNotExist: no such thread.
        ValueError: two wanted reminders for the same message, or one about an unknown topic.
    """
    with transaction.atomic(savepoint=False):
        thread = rows.lock_thread(thread_uid)
        held = rows.hold(thread)
        known = rows.write_topics(thread, topics)
        difference = _difference(thread=thread, wanted=wanted, topics=topics, now=now)
        new = [*difference.create, *difference.silence]
        unknown = {wish.wanted.topic for wish in new} - known.keys()
        if unknown:
            raise ValueError(f"wanted reminders about unknown topics: {sorted(unknown)}")
        rows.suppress(difference.suppress)
        rows.move(difference.move)
        created = rows.create(thread, known, difference.create)
        rows.create(thread, known, difference.silence, silent_for=TOO_LATE)
        follows = [*difference.follows, *created]
        if held or follows:
            rows.follow_topics(thread, follows)
    return _result(difference)


def _difference(
    *,
    thread: Thread,
    wanted: Sequence[WantedReminder],
    topics: Sequence[TopicState],
    now: datetime,
) -> Difference:
    """Compare the stored rows with what is wanted."""
    wanted, over = still_wanted(thread, wanted, topics)
    reached = reaches({item.recipient_id for item in wanted})
    return compare(_entries(thread, wanted), wishes_of(wanted, reached, now), over)


def still_wanted(
    thread: Thread, wanted: Sequence[WantedReminder], topics: Sequence[TopicState]
) -> tuple[Sequence[WantedReminder], Mapping[UUID, str]]:
    """Return what the thread still wants, and why of each topic that is over it wants nothing."""
    closed = {topic.uid: topic.reason for topic in topics if not topic.is_open}
    over = {topic.uid: topic.reason for topic in topics if topic.is_over}
    if thread.stopped_at is not None:
        closed = {topic.uid: thread.stop_reason for topic in topics}
        wanted = ()
    heard = still_heard(thread, {item.recipient_id for item in wanted})
    wanted = [item for item in wanted if item.topic not in closed and item.recipient_id in heard]
    return wanted, over | closed


def wishes_of(
    wanted: Sequence[WantedReminder], reached: Mapping[int, Reach], now: datetime
) -> list[Wish]:
    """Work out the instants of what is wanted, on each recipient's own clock."""
    return [_wish(item, reached[item.recipient_id], now) for item in wanted]


def _wish(wanted: WantedReminder, reach: Reach, now: datetime) -> Wish:
    """Work out one message's channel and instants; only what is not urgent is spread."""
    channel = reach.channel_for(wanted.channel)
    quiet = None if wanted.ignores_quiet else reach.quiet_hours(channel)
    is_spread = quiet is not None and wanted.purpose is Purpose.COMFORT
    return Wish(
        wanted=wanted,
        channel=channel,
        zone=reach.zone,
        timing=timing(
            send_on=wanted.send_on,
            at=wanted.at,
            zone=ZoneInfo(reach.zone),
            expires_days=wanted.expires_days,
            now=now,
            quiet=quiet,
            spread_key=str(wanted.recipient_id) if is_spread else None,
        ),
    )


def _entries(thread: Thread, wanted: Sequence[WantedReminder]) -> list[Entry]:
    """Read the thread's planned rows that may change, and what came of others that are wanted.

    Rows that the plan itself withdrew do not count. A planned row has its topic and its day by
    constraint.
    """
    topics = list({item.topic for item in wanted})
    return [entry_of(row) for row in _counted().rows(thread=thread.pk, topics=topics)]


def entry_of(row: Sequence[Any]) -> Entry:
    """Return a row of the ledger from its state, the columns of its key and those of an entry."""
    state, *columns = row
    return Entry(
        key=Key(*columns[: len(OF_KEY)]),
        state=State(state),
        **dict(zip(OF_ENTRY, columns[len(OF_KEY) :], strict=True)),
    )


@prepared
def _counted() -> QuerySet[Reminder, tuple[Any, ...]]:
    planned = Reminder.objects.filter(thread=rows.THREAD, is_planned=True)
    counted = planned.filter(Q(state__in=sorted(REVOCABLE)) | Q(topic__uid__in=TOPICS) & TOLD)
    return counted.order_by("id").values_list("state", *OF_KEY, *OF_ENTRY)


def _result(difference: Difference) -> SyncResult:
    """Turn the difference into what people are shown."""
    return SyncResult(
        created=tuple(_of_wish(wish) for wish in difference.create),
        moved=tuple(_of_wish(wish, entry.due_at) for entry, wish in difference.move),
        suppressed=tuple(
            MessageChange(
                kind=entry.kind,
                channel=entry.channel,
                rule=entry.key.rule,
                topic=entry.key.topic,
                recipient_id=entry.key.recipient_id,
                occurs_on=entry.occurs_on,
                due_at=None,
                was_due_at=entry.due_at,
                context=entry.context,
                reason=reason,
            )
            for entry, reason in difference.suppress
        ),
        unchanged=len(difference.keep),
    )


def _of_wish(wish: Wish, was_due_at: datetime | None = None) -> MessageChange:
    """Describe a message that is new or moves."""
    wanted = wish.wanted
    return MessageChange(
        kind=wanted.kind,
        channel=wish.channel,
        rule=wanted.rule,
        topic=wanted.topic,
        recipient_id=wanted.recipient_id,
        occurs_on=wanted.occurs_on,
        due_at=wish.timing.due_at,
        was_due_at=was_due_at,
        context=wanted.context,
    )
