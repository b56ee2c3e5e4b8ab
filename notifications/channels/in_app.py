"""Messages that stay in the system, read behind the sign-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from notifications.channels.base import Session
from notifications.domain.message import Message, Outcome, Result
from notifications.models import InboxMessage


class InAppChannel:
    """Reaches people who sign in; nobody reads along and nobody is woken."""

    name = "in_app"
    is_open = False
    is_set_up = True
    is_idempotent = True
    is_repeatable = True
    quiet_hours = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open the inbox."""
        yield InboxSession()


class InboxSession:
    """Puts each message into its recipient's inbox once."""

    def ready(self) -> None:
        """Do nothing: the database is always there."""

    def send(self, message: Message, *, now: datetime) -> Outcome:
        """Put the message into the inbox; a second try finds it there."""
        InboxMessage.objects.bulk_create(
            [
                InboxMessage(
                    message_uid=message.uid,
                    recipient_id=message.recipient_id,
                    subject=message.subject,
                    body=message.body,
                    link=message.link,
                    at=now,
                )
            ],
            ignore_conflicts=True,
        )
        return Outcome(result=Result.SENT, code="inbox")
