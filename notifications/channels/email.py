"""E-mail: over a provider's API or SMTP, into the outbox where a demo or a test has neither."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings

from notifications.channels.base import ChannelDown, Session
from notifications.channels.outbox import OutboxSession
from notifications.channels.provider import IDEMPOTENT, provider_session
from notifications.channels.smtp import SmtpConnection
from notifications.domain.due import QUIET_HOURS
from notifications.domain.message import Message, Outcome


class EmailChannel:
    """Reaches people at their address; neighbours and colleagues may read along."""

    name = "email"
    is_open = True
    is_repeatable = True  # under its Message-ID, by which many readers know it again
    is_set_up = True  # without a mail server in production it is down, and says so
    quiet_hours = QUIET_HOURS

    @property
    def is_idempotent(self) -> bool:
        """Tell whether a repetition is swallowed: the outbox does, a mail server does not."""
        if settings.EMAIL_PROVIDER:
            return settings.EMAIL_PROVIDER in IDEMPOTENT
        return not settings.EMAIL_HOST

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open the way that the settings ask for.

        Raises:
            ChannelDown: this is production and neither provider nor mail server is named.
        """
        if settings.EMAIL_PROVIDER:
            with provider_session() as session:
                yield session
        elif settings.EMAIL_HOST:
            with SmtpConnection() as connection:
                yield SmtpSession(connection)
        elif settings.PRODUCTION:
            raise ChannelDown("EMAIL_HOST is not set")
        else:
            yield OutboxSession(self.name)


class SmtpSession:
    """A batch of e-mails over one connection."""

    def __init__(self, connection: SmtpConnection) -> None:
        self._connection = connection

    def ready(self) -> None:
        """Connect unless connected."""
        self._connection.ready()

    def send(self, message: Message, *, now: datetime) -> Outcome:
        """Send one e-mail; its Message-ID is the same at every try."""
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        message_id = f"<{message.uid}@{sender.rpartition('@')[2]}>"
        return self._connection.send(
            sender=sender,
            address=message.address,
            content=_content(message, message_id=message_id, now=now),
            message_id=message_id,
        )


def _content(message: Message, *, message_id: str, now: datetime) -> bytes:
    """Write the e-mail as it goes over the wire."""
    mail = EmailMessage()
    mail["From"] = settings.DEFAULT_FROM_EMAIL
    mail["To"] = message.address
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    mail["X-Reminder-Id"] = str(message.uid)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body, cte="quoted-printable")
    return mail.as_bytes()
