"""What somebody chooses about their messages: channel, hours of rest, only what matters, when."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from notifications.domain.due import timing
from notifications.domain.states import Purpose, State
from notifications.models import Recipient, Reminder
from notifications.services.reaching import Reach, reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """One person's choices; `channel` is empty for the one that suits each message.

    Units:
        quiet_from, quiet_until: local wall time, the first in the evening; both or neither.
    """

    channel: str = ""
    quiet_from: time | None = None
    quiet_until: time | None = None
    wants_comfort: bool = True

    def as_record(self) -> dict[str, Any]:
        """Return the choices as a history keeps them."""
        return {
            name: value.isoformat("minutes") if isinstance(value, time) else value
            for name, value in asdict(self).items()
        }


def preferences_of(recipient: Recipient) -> Preferences:
    """Return what somebody has chosen."""
    return Preferences(
        channel=recipient.preferred_channel,
        quiet_from=recipient.quiet_from,
        quiet_until=recipient.quiet_until,
        wants_comfort=recipient.comfort_off_at is None,
    )


def keep_preferences(*, recipient: Recipient, chosen: Preferences, now: datetime) -> Preferences:
    """Keep somebody's choices and return what they were before.

    What waits for its time is rested by the new hours; another channel follows once its plan is
    gone through again. That they want safety messages only keeps the day on which they said so
    first. Call it in a transaction that holds the plans of what is written to them.
    """
    row = Recipient.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    before = preferences_of(row)
    row.preferred_channel = chosen.channel
    row.quiet_from, row.quiet_until = chosen.quiet_from, chosen.quiet_until
    row.comfort_off_at = None if chosen.wants_comfort else (row.comfort_off_at or now)
    row.save(update_fields=["preferred_channel", "quiet_from", "quiet_until", "comfort_off_at"])
    if (before.quiet_from, before.quiet_until) != (chosen.quiet_from, chosen.quiet_until):
        _rest(row, now=now)
    return before


@transaction.atomic
def choose_desk_hours(
    *,
    recipient: Recipient,
    at: time,
    is_wanted: bool,
    now: datetime,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
) -> None:
    """Keep when somebody at work wants their morning digest, if at all, and their hours of rest.

    Units:
        at, quiet_from, quiet_until: local wall time.
    """
    recipient.digest_at = at
    recipient.digest_off_at = None if is_wanted else (recipient.digest_off_at or now)
    recipient.save(update_fields=["digest_at", "digest_off_at"])
    rest = replace(preferences_of(recipient), quiet_from=quiet_from, quiet_until=quiet_until)
    keep_preferences(recipient=recipient, chosen=rest, now=now)


def _rest(recipient: Recipient, *, now: datetime) -> None:
    """Let what is planned ahead and was not tried yet keep out of the hours of rest."""
    [reach] = reaches([recipient.pk]).values()
    ahead = Reminder.objects.filter(
        recipient=recipient,
        state=State.PENDING,
        is_planned=True,
        is_at_once=False,
        attempts=0,
        due_at__gt=now,
    )
    rows = list(ahead.select_for_update(no_key=True).order_by("id"))
    for row in rows:
        row.due_at = _due_at(row, reach, now=now)
    Reminder.objects.bulk_update(rows, ["due_at"])


def _due_at(row: Reminder, reach: Reach, *, now: datetime) -> datetime:
    """Work out anew when a message is due, from the local hour that was asked for."""
    zone = ZoneInfo(row.zone)
    quiet = None if row.ignores_quiet else reach.quiet_hours(row.channel)
    is_spread = quiet is not None and row.purpose == Purpose.COMFORT
    return timing(
        send_on=row.local_on,
        at=row.local_at,
        zone=zone,
        expires_days=(row.expires_at.astimezone(zone).date() - row.local_on).days - 1,
        now=now,
        quiet=quiet,
        spread_key=str(row.recipient_id) if is_spread else None,
    ).due_at
