"""The messages that wait for a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from carttrack.accounts.models import Centre
from carttrack.prepared import CENTRE, Asked, Rows, prepared
from notifications.labels import KINDS, Word, reason_word
from notifications.models import Reminder
from notifications.selectors.threads import MessageRow, message_row

LIMIT = 50
# A counter on a page says "30+" beyond that; an exact count of a long list helps nobody.
CAP = 30


def undelivered(
    *, centres: Iterable[Centre], limit: int = LIMIT
) -> Sequence[tuple[UUID, MessageRow]]:
    """Return the centres' undelivered messages, oldest first, each with its thread's uid."""
    rows: list[Reminder] = []
    for centre in centres:
        waiting = Reminder.objects.needing_a_person().at([centre]).order_by("due_at", "id")
        rows += waiting.select_related("thread", "topic", "recipient")[:limit]
    rows.sort(key=lambda row: (row.due_at, row.pk))
    return [(row.thread.uid, message_row(row)) for row in rows[:limit]]


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """An undelivered message as a line beside others says it."""

    thread_uid: UUID
    state: str
    kind_code: str
    reason: str

    @property
    def kind(self) -> Word:
        """Return what the message is, in words."""
        return KINDS.get(self.kind_code, self.kind_code)

    @property
    def reason_word(self) -> Word:
        """Return why it did not arrive, in words."""
        return reason_word(self.reason)


def asked_for_waiting(centre: Centre) -> Asked:
    """Return the question what waits at a centre, oldest first, at most one more than `CAP`."""
    return _waiting().asked(centre=centre.pk)


def waiting_from(rows: Rows) -> Sequence[WaitingMessage]:
    """Return the messages of which the rows tell."""
    return [WaitingMessage(*row) for row in rows]


@prepared
def _waiting() -> "QuerySet[Reminder, Any]":
    waiting = Reminder.objects.needing_a_person().filter(centre=CENTRE)
    brief = waiting.order_by("due_at", "id").values_list("thread__uid", "state", "kind", "reason")
    return brief[: CAP + 1]


def undelivered_at(*, centres: Iterable[Centre], reminder_uid: UUID) -> Reminder:
    """Return one undelivered message of these centres.

    Raises:
        Reminder.DoesNotExist: there is none with this uid, or it is of another centre.
    """
    waiting = Reminder.objects.needing_a_person().at(centres)
    return waiting.select_related("thread", "recipient").get(uid=reminder_uid)
