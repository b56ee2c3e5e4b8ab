"""The addresses at which nobody is reached any more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from carttrack.accounts.models import Centre
from notifications.labels import CHANNELS, Word, reason_word
from notifications.models import Address, Reminder

LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadAddress:
    """One address that a person has to ask about; `thread_uid` is of their latest message."""

    recipient_uid: UUID
    thread_uid: UUID
    channel_code: str
    value: str
    reason: str
    since: datetime

    @property
    def channel(self) -> Word:
        """Return the channel in words."""
        return CHANNELS[self.channel_code]

    @property
    def reason_word(self) -> Word:
        """Return why nothing more goes there, in words."""
        return reason_word(self.reason)


def dead_addresses(*, centres: Iterable[Centre], limit: int = LIMIT) -> Sequence[DeadAddress]:
    """Return the blocked addresses of people these centres write to, the longest blocked first.

    An address of somebody whose threads are all stopped troubles nobody.
    """
    latest = Reminder.objects.filter(
        recipient=OuterRef("recipient"), centre__in=list(centres), thread__stopped_at__isnull=True
    ).order_by("-due_at", "-id")
    columns = ("recipient__uid", "thread_uid", "channel", "value", "blocked_reason", "blocked_at")
    found = (
        Address.objects.dead()
        .annotate(thread_uid=Subquery(latest.values("thread__uid")[:1]))
        .filter(thread_uid__isnull=False)
        .order_by("blocked_at", "id")
        .values_list(*columns)
    )
    return [
        DeadAddress(
            recipient_uid=recipient,
            thread_uid=thread,
            channel_code=channel,
            value=value,
            reason=reason,
            since=since,
        )
        for recipient, thread, channel, value, reason, since in found[:limit]
    ]
