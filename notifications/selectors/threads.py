"""The messages of one journey, sent and coming."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from notifications.domain.states import LIVE, State
from notifications.labels import CHANNELS, KINDS, STATES, Word, reason_word
from notifications.models import Reminder

LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message, in words; `at` is when it was sent, or else when it is due."""

    uid: UUID
    topic: UUID | None
    recipient_uid: UUID
    kind: Word
    channel: Word
    state: State
    state_word: Word
    reason: str
    reason_word: Word
    occurs_on: date | None
    at: datetime
    is_coming: bool
    answer: str


def messages_of(*, thread_uid: UUID, limit: int = LIMIT) -> Sequence[MessageRow]:
    """Return the journey's messages by the time they are due, with what became of each."""
    rows = Reminder.objects.filter(thread__uid=thread_uid).order_by("due_at", "id")
    return [message_row(row) for row in rows.select_related("topic", "recipient")[:limit]]


def message_row(row: Reminder) -> MessageRow:
    """Put a row of the ledger into words."""
    state = State(row.state)
    return MessageRow(
        uid=row.uid,
        topic=row.topic.uid if row.topic else None,
        recipient_uid=row.recipient.uid,
        kind=KINDS.get(row.kind, row.kind),
        channel=CHANNELS.get(row.channel, row.channel),
        state=state,
        state_word=STATES[state],
        reason=row.reason,
        reason_word=reason_word(row.reason),
        occurs_on=row.occurs_on,
        at=row.sent_at or row.due_at,
        is_coming=state in LIVE,
        answer=row.last_code,
    )
