"""The demo's outbox: messages that would have left, kept where they can be read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from notifications.domain.message import Message, Outcome, Result
from notifications.models import OutboxMail


class OutboxSession:
    """Keeps each message once."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def ready(self) -> None:
        """Do nothing: the database is always there."""

    def send(self, message: Message, *, now: datetime) -> Outcome:
        """Keep the message."""
        OutboxMail.objects.bulk_create(
            [
                OutboxMail(
                    message_uid=message.uid,
                    channel=self._channel,
                    to=message.address,
                    subject=message.subject,
                    body=message.body,
                    at=now,
                )
            ],
            ignore_conflicts=True,
        )
        return Outcome(result=Result.SENT, code="outbox")


class OutboxBackend(BaseEmailBackend):
    """Django's own mails, such as sign-in codes, into the same outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each message for each of its recipients."""
        mails = [
            OutboxMail(
                message_uid=uuid4(),
                to=address,
                subject=str(message.subject),
                body=str(message.body),
                at=timezone.now(),
            )
            for message in email_messages
            for address in message.recipients()
        ]
        OutboxMail.objects.bulk_create(mails)
        return len(email_messages)
