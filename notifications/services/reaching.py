"""How each recipient is reached: clock, quiet hours, and the channels that work."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, OuterRef, QuerySet

from carttrack.prepared import Param, prepared
from notifications.channels import OPEN_CHANNELS, channel_named
from notifications.domain import reach
from notifications.domain.due import QuietHours
from notifications.models import Address, Recipient

RECIPIENTS = Param("recipients", BigIntegerField(), is_many=True)


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of reaching one recipient; `usable` are the channels with a good address."""

    recipient_id: int
    zone: str
    preferred: str
    quiet_from: time | None
    quiet_until: time | None
    usable: Collection[str]

    def channel_for(self, wanted: str) -> str:
        """Return the channel that a message goes out on."""
        return reach.channel_for(
            wanted, preferred=self.preferred, usable=self.working, open_channels=OPEN_CHANNELS
        )

    def next_channel(self, failed: str, *, tried: Collection[str]) -> str | None:
        """Return the channel to fall back on; None when a person has to decide."""
        return reach.next_channel(
            failed, tried=tried, usable=self.working, open_channels=OPEN_CHANNELS
        )

    def quiet_hours(self, channel: str) -> QuietHours | None:
        """Return the hours in which the channel must not disturb them."""
        quiet = channel_named(channel).quiet_hours
        if quiet is None or self.quiet_from is None or self.quiet_until is None:
            return quiet
        return QuietHours(starts=self.quiet_from, ends=self.quiet_until)

    @property
    def working(self) -> Collection[str]:
        """Return the channels with a good address that this site can use."""
        return {name for name in self.usable if channel_named(name).is_set_up}


def reaches(recipients: Collection[int]) -> Mapping[int, Reach]:
    """Return by recipient how they are reached, in one query."""
    found = (Reach(*row) for row in _reaches().rows(recipients=list(recipients)))
    return {each.recipient_id: each for each in found}


@prepared
def _reaches() -> QuerySet[Recipient, tuple[Any, ...]]:
    usable = Address.objects.usable().filter(recipient=OuterRef("pk")).order_by()
    return (
        Recipient.objects.filter(pk__in=RECIPIENTS)
        .annotate(usable=ArraySubquery(usable.values("channel")))
        .values_list("pk", "time_zone", "preferred_channel", "quiet_from", "quiet_until", "usable")
    )
