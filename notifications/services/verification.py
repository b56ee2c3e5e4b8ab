"""Proving that messages reach somebody at an address, by a code that is sent there."""

import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.template.loader import select_template
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import override

from notifications.channels import channel_named
from notifications.channels.base import ChannelDown
from notifications.channels.texts import FALLBACK
from notifications.domain.message import Message, Result
from notifications.models import Address, Recipient, VerificationCode

DIGITS = 6
LASTS = timedelta(minutes=10)
MOST_TRIES = 5
# Between two codes, and how many in an hour: a text costs money, and a stranger's telephone rings.
PAUSE = timedelta(seconds=60)
MOST_AN_HOUR = 5


class TooManyCodes(Exception):
    """A code was sent a moment ago, or too many were."""


class CodeNotSent(Exception):
    """The channel did not take the code."""


class CodeNotRight(Exception):
    """There is no such code: mistyped, used, too old, or tried too often."""


def send_code(*, recipient: Recipient, channel: str, value: str, now: datetime) -> None:
    """Send a new code to an address; an earlier one no longer counts.

    Call it outside a transaction: it talks to the channel.

    Raises:
        TooManyCodes: wait, then ask again.
        CodeNotSent: the channel is down, or refuses the address.
        UnknownChannel: no such channel.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    _keep(recipient, channel=channel, value=value, code=code, now=now)
    subject, body = _text(channel, code=code, language=recipient.language)
    message = Message(
        uid=uuid4(), recipient_id=recipient.pk, address=value, subject=subject, body=body
    )
    try:
        with channel_named(channel).session() as session:
            session.ready()
            outcome = session.send(message, now=now)
    except ChannelDown as error:
        raise CodeNotSent from error
    if outcome.result not in (Result.SENT, Result.UNKNOWN):
        raise CodeNotSent


def check_code(*, recipient: Recipient, channel: str, code: str, now: datetime) -> str:
    """Use up a code and return the address that it was sent to.

    Every try counts, also a wrong one: call it outside a transaction that may be rolled back.

    Raises:
        CodeNotRight: it is not the last code that was sent, or no longer counts.
    """
    last = VerificationCode.objects.filter(recipient=recipient, channel=channel).last()
    if last is None:
        raise CodeNotRight
    still = VerificationCode.objects.filter(
        pk=last.pk, used_at=None, tries__lt=MOST_TRIES, expires_at__gt=now
    )
    if not still.update(tries=F("tries") + 1):
        raise CodeNotRight
    typed = _hash(recipient, channel=channel, value=last.value, code=code)
    if not constant_time_compare(typed, last.code_hash):
        raise CodeNotRight
    if not VerificationCode.objects.filter(pk=last.pk, used_at=None).update(used_at=now):
        raise CodeNotRight
    return last.value


def prove_address(*, recipient: Recipient, channel: str, value: str, now: datetime) -> None:
    """Keep that messages reach the recipient there; what was held against the address is over."""
    Address.objects.filter(recipient=recipient, channel=channel, value=value).update(
        verified_at=now, blocked_reason="", blocked_at=None
    )


def prove_by_sign_in(*, recipient: Recipient, email: str, now: datetime) -> None:
    """Keep that a code for signing in reached the e-mail address; the first proof stands."""
    Address.objects.filter(
        recipient=recipient, channel="email", value=email, verified_at=None
    ).update(verified_at=now)


@transaction.atomic
def _keep(recipient: Recipient, *, channel: str, value: str, code: str, now: datetime) -> None:
    """Keep the hash of a code, unless too many were asked for; nobody asks twice at once."""
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    hour = VerificationCode.objects.filter(
        recipient=recipient, sent_at__gt=now - timedelta(hours=1)
    )
    sent = list(hour.order_by("-sent_at").values_list("sent_at", flat=True))
    if len(sent) >= MOST_AN_HOUR or (sent and sent[0] > now - PAUSE):
        raise TooManyCodes
    VerificationCode.objects.create(
        recipient=recipient,
        channel=channel,
        value=value,
        code_hash=_hash(recipient, channel=channel, value=value, code=code),
        sent_at=now,
        expires_at=now + LASTS,
    )


def _hash(recipient: Recipient, *, channel: str, value: str, code: str) -> str:
    """Hash a code with the site's secret: six digits alone are tried through in no time."""
    text = f"{recipient.pk}:{channel}:{value}:{code}"
    return salted_hmac("notifications.verification", text, algorithm="sha256").hexdigest()


def _text(channel: str, *, code: str, language: str) -> tuple[str, str]:
    """Return the subject and the body, in the recipient's language."""
    names = [f"verification/{channel}.{each}.txt" for each in (language, FALLBACK)]
    with override(language):
        values = {"code": code, "minutes": int(LASTS.total_seconds() // 60)}
        subject, _, body = select_template(names).render(values).strip().partition("\n")
    return subject.strip(), f"{body.strip()}\n"
