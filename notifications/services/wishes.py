"""What recipients decide about their messages, and what is found out about their addresses."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit.services import record
from notifications.models import Address, Recipient


def turn_comfort_off(*, recipient: Recipient, now: datetime) -> None:
    """Send this recipient safety messages only, counting what is claimed already."""
    Recipient.objects.filter(pk=recipient.pk, comfort_off_at=None).update(comfort_off_at=now)


def turn_comfort_on(*, recipient: Recipient) -> None:
    """Send this recipient every message again."""
    Recipient.objects.filter(pk=recipient.pk).update(comfort_off_at=None)


def block_address(*, recipient: Recipient, channel: str, reason: str, now: datetime) -> None:
    """Write to this address no more, not even what is claimed already; a person asks for another.

    `reason` is "bounced" or "complained". The first reason stands.
    """
    Address.objects.usable().filter(recipient=recipient, channel=channel).update(
        blocked_reason=reason, blocked_at=now
    )


def unblock_address(*, recipient: Recipient, channel: str) -> None:
    """Write to this address again: somebody made sure that it works."""
    Address.objects.filter(recipient=recipient, channel=channel).update(
        blocked_reason="", blocked_at=None
    )


@transaction.atomic
def try_again(*, recipient_uid: UUID, channel: str, by: User, now: datetime) -> Address:
    """Write to an address again because a person says that it works, with a history entry.

    Whoever calls it has made sure that the person may.

    Raises:
        Address.DoesNotExist: nothing is known against such an address.
    """
    dead = Address.objects.dead().select_for_update(of=("self",), no_key=True)
    address = dead.select_related("recipient").get(recipient__uid=recipient_uid, channel=channel)
    before = address.blocked_reason
    unblock_address(recipient=address.recipient, channel=channel)
    record(
        actor=by,
        action="address.tried_again",
        patient_uid=None,
        now=now,
        subject=address.recipient,
        before={"channel": channel, "blocked_reason": before},
        after={"channel": channel, "blocked_reason": ""},
    )
    return address
