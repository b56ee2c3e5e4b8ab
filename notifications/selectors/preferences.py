"""Where somebody is reached, and whether that is proved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.channels import OPEN_CHANNELS, channel_named
from notifications.labels import CHANNELS, Word, reason_word
from notifications.models import Address, Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One channel with somebody's address, empty when there is none."""

    channel: str
    word: Word
    value: str
    verified_at: datetime | None
    blocked: Word


def offered_channels() -> Sequence[str]:
    """Return the open channels that this site can use."""
    return [name for name in OPEN_CHANNELS if channel_named(name).is_set_up]


def ways_of(recipient: Recipient) -> list[Way]:
    """Return how somebody can be reached, for each channel that is offered."""
    kept = Address.objects.filter(recipient=recipient.pk)
    known = {each.channel: each for each in kept}
    return [_way(name, known.get(name)) for name in offered_channels()]


def _way(channel: str, address: Address | None) -> Way:
    return Way(
        channel=channel,
        word=CHANNELS[channel],
        value=address.value if address else "",
        verified_at=address.verified_at if address else None,
        blocked=reason_word(address.blocked_reason) if address else "",
    )
