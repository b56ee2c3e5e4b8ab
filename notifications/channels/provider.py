"""E-mail over a provider's HTTP API, through django-anymail."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from urllib3.exceptions import NewConnectionError, SSLError

from notifications.channels.base import ChannelDown
from notifications.channels.gateways.base import NOT_NOW
from notifications.channels.smtp import PERMANENT
from notifications.domain.message import Message, Outcome, Result, without_addresses

# Those that swallow a repetition under the same key, for longer than we go on trying.
IDEMPOTENT = frozenset({"resend"})
# What the connection never got as far as writing.
BEFORE = (NewConnectionError, SSLError)


class ProviderSession:
    """A batch of e-mails over one connection to the provider."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def ready(self) -> None:
        """Do nothing: the provider's library connects when it sends."""

    def send(self, message: Message, *, now: datetime) -> Outcome:
        """Send one e-mail; the reminder's id comes back in every report about it."""
        mail = _mail(message, self._connection)
        http = getattr(self._connection, "session", None)
        if http is not None:
            http.headers["Idempotency-Key"] = str(message.uid)
        try:
            mail.send()
        except AnymailRecipientsRefused as error:
            return _refused("recipient", error, reason="bounced")
        except AnymailInvalidAddress as error:
            return _refused("address", error, reason="bounced")
        except AnymailAPIError as error:
            return _failed(error)
        except AnymailError as error:  # it could not even be written for this provider
            return _refused("unsupported", error, reason="refused")
        status = mail.anymail_status  # type: ignore[attr-defined]  # added by the backend
        return Outcome(result=Result.SENT, code="api", provider_id=str(status.message_id or ""))


@contextmanager
def provider_session() -> Iterator[ProviderSession]:
    """Open the connection that the settings ask for.

    Raises:
        ChannelDown: there is no such provider, or its variables are missing.
    """
    try:
        connection = get_connection()
        connection.open()
    except (ImportError, ImproperlyConfigured) as error:
        raise ChannelDown(type(error).__name__) from error
    try:
        yield ProviderSession(connection)
    finally:
        connection.close()


def _mail(message: Message, connection: Any) -> EmailMessage:
    """Write the e-mail with the names by which it is known again."""
    sender = settings.DEFAULT_FROM_EMAIL
    domain = sender.rpartition("@")[2].rstrip(">")
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=sender,
        to=[message.address],
        headers={
            "Message-ID": f"<{message.uid}@{domain}>",
            "X-Reminder-Id": str(message.uid),
            "Auto-Submitted": "auto-generated",
            **message.stop_headers,
        },
        connection=connection,
    )
    mail.metadata = {"reminder": str(message.uid)}  # type: ignore[attr-defined]  # anymail's
    return mail


def _failed(error: AnymailAPIError) -> Outcome:
    """Read what went wrong: an answer says it, without one the phase does."""
    status = error.status_code
    if status is None:
        return _cut_off(error)
    if status in NOT_NOW or status >= PERMANENT:
        return Outcome(result=Result.AGAIN, code=f"http_{status}")
    return _refused(str(status), error, reason="refused")


def _cut_off(error: AnymailAPIError) -> Outcome:
    """Read a lost connection: before the request was written nothing was sent."""
    cause = error.__cause__
    fault = type(cause or error).__name__
    inner = cause.args[0] if cause is not None and cause.args else None
    is_before = isinstance(cause, requests.ConnectTimeout) or isinstance(
        getattr(inner, "reason", inner), BEFORE
    )
    if is_before:
        return Outcome(result=Result.AGAIN, code="cut_off", text=fault)
    return Outcome(result=Result.UNKNOWN, code="cut_off", text=fault, reason="reply_lost")


def _refused(code: str, error: AnymailError, *, reason: str) -> Outcome:
    """Read a no for good."""
    text = without_addresses(" ".join(str(part) for part in error.args))
    return Outcome(result=Result.REFUSED, code=code, text=text, reason=reason)
