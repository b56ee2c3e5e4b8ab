"""The messages of one journey, sent and coming."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, UUIDField, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from carttrack.prepared import Asked, Param, Rows, prepared
from notifications.domain.states import LIVE, State
from notifications.labels import CHANNELS, KINDS, STATES, Word, reason_word
from notifications.models import Reminder

SHOWN = 6
THREAD = Param("thread", UUIDField())
IS_COMING = Q(state__in=sorted(LIVE))


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


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One message of a journey in brief, its fields in the order in which they are read."""

    uid: UUID
    topic: UUID | None
    recipient_name: str | None  # of somebody who works here or signs in; others are the patient
    kind_code: str
    state: str
    at: datetime

    @property
    def kind(self) -> Word:
        """Return what the message is, in words."""
        return KINDS.get(self.kind_code, self.kind_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMessages:
    """The next messages of a journey, and the latest ones first; withdrawn ones are left out."""

    coming: tuple[ThreadMessage, ...]
    past: tuple[ThreadMessage, ...]
    coming_count: int


def messages_of(*, thread_uid: UUID) -> ThreadMessages:
    """Return what will be and what was sent about a journey, as few of both as a page shows."""
    return messages_from(_latest().rows(thread=thread_uid))


def messages_asked(*, thread_uid: UUID) -> Asked:
    """Return what `messages_from` needs, to be asked for together with other things."""
    return _latest().asked(thread=thread_uid)


def messages_from(rows: Rows) -> ThreadMessages:
    """Return the messages that rows of `messages_asked` hold."""
    coming = [(number, row) for is_coming, number, *row in rows if is_coming]
    return ThreadMessages(
        coming=tuple(ThreadMessage(*row) for _number, row in coming),
        past=tuple(ThreadMessage(*row) for is_coming, _number, *row in rows if not is_coming),
        coming_count=coming[0][0] if coming else 0,
    )


@prepared
def _latest() -> "QuerySet[Reminder, Any]":
    """Ask for the next messages in their order, and for the latest ones in the opposite one."""
    kept = Reminder.objects.filter(thread__uid=THREAD).exclude(state=State.SUPPRESSED)
    sides = kept.annotate(is_coming=Case(When(IS_COMING, then=Value(1)), default=Value(0)))
    order = [Case(When(IS_COMING, then=F("due_at"))).asc(), F("due_at").desc(), F("id").desc()]
    placed = sides.annotate(
        number=Window(Count("*"), partition_by="is_coming"),
        place=Window(RowNumber(), partition_by="is_coming", order_by=order),
    )
    brief = placed.filter(place__lte=SHOWN).order_by("place")
    when = Coalesce("sent_at", "due_at")
    columns = ("uid", "topic__uid", "recipient__user__name", "kind", "state", when)
    return brief.values_list("is_coming", "number", *columns)


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
