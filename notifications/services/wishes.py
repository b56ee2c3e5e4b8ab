"""What recipients decide about their messages, and what is found out about their addresses."""

from datetime import datetime

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
