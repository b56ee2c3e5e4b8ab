"""Texts: over the gateway that is set up, into the outbox where a demo or a test has none."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings

from notifications.channels.base import ChannelDown, Session
from notifications.channels.gateways import GATEWAYS
from notifications.channels.gateways.base import Gateway
from notifications.channels.gateways.callbacks import callback_url
from notifications.channels.http import HttpConnection, NotWritten, ReplyLost
from notifications.channels.outbox import OutboxSession
from notifications.domain.due import QUIET_HOURS
from notifications.domain.message import Message, Outcome, Result

# A number as every gateway takes it: country code and number, digits only (E.164).
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


class SmsChannel:
    """Reaches people on their telephone; whoever looks at the screen reads along."""

    name = "sms"
    is_open = True
    quiet_hours = QUIET_HOURS
    is_repeatable = False  # two equal texts are two texts, whatever they are called

    @property
    def is_set_up(self) -> bool:
        """Tell whether there is a gateway, or an outbox in its place."""
        return bool(settings.SMS_GATEWAY) or not settings.PRODUCTION

    @property
    def is_idempotent(self) -> bool:
        """Tell whether a repetition is swallowed: the outbox does, a gateway does not."""
        return not settings.SMS_GATEWAY

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open the way that the settings ask for.

        Raises:
            ChannelDown: this is production and no gateway is named.
        """
        if settings.SMS_GATEWAY:
            gateway = GATEWAYS[settings.SMS_GATEWAY]
            url = settings.SMS_API_URL or gateway.url
            with HttpConnection(url, headers={"Authorization": _credentials()}) as connection:
                yield GatewaySession(gateway, connection)
        elif settings.PRODUCTION:
            raise ChannelDown("SMS_GATEWAY is not set")
        else:
            yield OutboxSession(self.name)


class GatewaySession:
    """A batch of texts over one connection."""

    def __init__(self, gateway: Gateway, connection: HttpConnection) -> None:
        self._gateway = gateway
        self._connection = connection

    def ready(self) -> None:
        """Connect unless connected."""
        self._connection.ready()

    def send(self, message: Message, *, now: datetime) -> Outcome:
        """Send one text; until it was written nothing was sent, after it nobody knows."""
        if not NUMBER.fullmatch(message.address):
            return Outcome(result=Result.REFUSED, code="no_number", reason="bounced")
        posted = self._gateway.posted(
            address=message.address,
            text=_text(message),
            callback=callback_url(self._gateway.name, message.uid),
        )
        try:
            answer = self._connection.post(posted.path, posted.form)
        except NotWritten as error:
            return Outcome(result=Result.AGAIN, code="cut_off", text=str(error))
        except ReplyLost as error:
            return Outcome(
                result=Result.UNKNOWN, code="cut_off", text=str(error), reason="reply_lost"
            )
        return self._gateway.outcome(answer)


def _credentials() -> str:
    """Return what the gateway knows us by."""
    pair = f"{settings.SMS_USER}:{settings.SMS_PASSWORD}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _text(message: Message) -> str:
    """Return what the telephone shows; a text has no subject."""
    return "\n".join(part for part in (message.subject, message.body.strip()) if part)
