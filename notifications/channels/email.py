"""E-mail: over a provider's API or SMTP, into the outbox where a demo or a test has neither."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings

from notifications.channels.base import ChannelDown, Session
from notifications.channels.outbox import OutboxSession
from notifications.channels.provider import IDEMPOTENT, provider_session
from notifications.channels.smtp import PLAIN_ADDRESS, SmtpConnection
from notifications.domain.due import QUIET_HOURS
from notifications.domain.message import Message, Outcome, Result

LONGEST_IN_A_LINE = 70
TEXTS = 512


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
        self._sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    def ready(self) -> None:
        """Connect unless connected."""
        self._connection.ready()

    def send(self, message: Message, *, now: datetime) -> Outcome:
        """Send one e-mail; its Message-ID is the same at every try."""
        message_id = f"<{message.uid}@{self._sender.rpartition('@')[2]}>"
        try:
            return self._connection.send(
                sender=self._sender,
                address=message.address,
                content=_content(message, message_id=message_id, now=now),
                message_id=message_id,
            )
        except ValueError as error:  # an address that cannot be one
            return Outcome(
                result=Result.REFUSED, code="address", text=type(error).__name__, reason="bounced"
            )


def _content(message: Message, *, message_id: str, now: datetime) -> bytes:
    """Write the e-mail as it goes over the wire: its own headers, then what many have alike."""
    own = (
        f"To: {_folded(message.address)}\r\nDate: {format_datetime(now)}\r\n"
        f"Message-ID: {message_id}\r\nX-Reminder-Id: {message.uid}\r\n"
    )
    own += "".join(f"{name}: {value}\r\n" for name, value in message.stop_headers.items())
    alike = _alike(settings.DEFAULT_FROM_EMAIL, message.subject, message.body)
    return own.encode("ascii") + alike


def _folded(address: str) -> str:
    """Return an address as a header has it; all but the plainest is left to the library."""
    if len(address) <= LONGEST_IN_A_LINE and PLAIN_ADDRESS.fullmatch(address):
        return address
    mail = EmailMessage(policy=SMTP)
    mail["To"] = address
    return mail.as_bytes().decode("ascii").removeprefix("To: ").rstrip()


@lru_cache(maxsize=TEXTS)
def _alike(sender: str, subject: str, body: str) -> bytes:
    """Write what e-mails of the same words have alike; on an open channel those are few."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["Subject"] = subject
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body, cte="quoted-printable")
    return mail.as_bytes()
