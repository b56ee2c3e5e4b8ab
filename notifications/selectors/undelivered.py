"""The messages that wait for a person."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from carttrack.accounts.models import Centre
from notifications.models import Reminder
from notifications.selectors.threads import MessageRow, message_row

LIMIT = 50
# A counter on a page says "100+" from here on; an exact count of a long list helps nobody.
CAP = 100


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


def undelivered_at(*, centres: Iterable[Centre], reminder_uid: UUID) -> Reminder:
    """Return one undelivered message of these centres.

    Raises:
        Reminder.DoesNotExist: there is none with this uid, or it is of another centre.
    """
    waiting = Reminder.objects.needing_a_person().at(centres)
    return waiting.select_related("thread", "recipient").get(uid=reminder_uid)


def undelivered_count(*, centres: Iterable[Centre]) -> int:
    """Return how many messages of these centres wait for a person, at most `CAP`."""
    return Reminder.objects.needing_a_person().at(centres)[:CAP].count()
