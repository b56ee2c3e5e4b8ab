"""What lies in a person's inbox and in the demo's outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from carttrack.accounts.models import User
from notifications.models import InboxMessage, OutboxMail

LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One message of the inbox; `zone` is the clock by which its reader lives."""

    id: int
    subject: str
    body: str
    link: str
    at: datetime
    zone: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One e-mail that stayed in the demo."""

    to: str
    subject: str
    body: str
    at: datetime


def inbox(*, user: User, limit: int = LIMIT) -> Sequence[InboxRow]:
    """Return the person's own messages, newest first."""
    messages = InboxMessage.objects.filter(recipient__user=user).select_related("recipient")
    return [
        InboxRow(
            id=message.pk,
            subject=message.subject,
            body=message.body,
            link=message.link,
            at=message.at,
            zone=message.recipient.time_zone,
            is_new=message.read_at is None,
        )
        for message in messages.order_by("-at", "-id")[:limit]
    ]


def unread_count(*, user: User) -> int:
    """Return how many messages the person has not opened."""
    return InboxMessage.objects.unread().filter(recipient__user=user).count()


def outbox_mails(*, limit: int = LIMIT) -> Sequence[OutboxRow]:
    """Return the e-mails that would have left, newest first."""
    return [
        OutboxRow(to=mail.to, subject=mail.subject, body=mail.body, at=mail.at)
        for mail in OutboxMail.objects.order_by("-at", "-id")[:limit]
    ]
