"""Another channel for a message that one of them will not deliver."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from notifications.channels import OPEN_CHANNELS
from notifications.domain.due import out_of_quiet
from notifications.domain.states import State
from notifications.models import Reminder
from notifications.services.reaching import Reach, reaches
from notifications.services.refusal import stop_rule

# What ended its workers may end the next ones, whatever the channel.
FOR_A_PERSON = "kills_worker"
# The message itself; its way is what changes.
SAME = (
    "thread_id",
    "topic_id",
    "centre_id",
    "recipient_id",
    "kind",
    "rule",
    "is_planned",
    "purpose",
    "context",
    "occurs_on",
    "topic_version",
    "asks",
    "ignores_quiet",
    "escalate_hours",
    "is_at_once",
    "local_on",
    "local_at",
    "zone",
    "expires_at",
)


def fall_back(*, reminder_ids: Sequence[int], now: datetime) -> int:
    """Owe each of these messages on the next channel that works and return how many that are.

    Once for each row, and only while the message still makes sense. One that nothing follows stays
    on a person's list, and so does one whose worker dies before it comes to this.
    """
    return sum(_follow(reminder_id, now) for reminder_id in reminder_ids)


@transaction.atomic
def _follow(reminder_id: int, now: datetime) -> bool:
    """Add the row that takes over from one, if there is a way left."""
    row = (
        Reminder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "topic", "recipient")
        .filter(pk=reminder_id, state=State.FAILED, channel__in=OPEN_CHANNELS, expires_at__gt=now)
        .exclude(reason=FOR_A_PERSON)
        .first()
    )
    if row is None or stop_rule(row):
        return False
    reach = reaches([row.recipient_id])[row.recipient_id]
    channel = reach.next_channel(row.channel, tried=_tried(row))
    due_at = _due_at(row, reach, channel, now) if channel else None
    if channel is None or due_at is None:
        return False
    following = Reminder(follows=row, channel=channel, due_at=due_at)
    for name in SAME:
        setattr(following, name, getattr(row, name))
    # The plan may have asked for the same message on that channel meanwhile; that one counts.
    Reminder.objects.bulk_create([following], ignore_conflicts=True)
    return True


def _tried(row: Reminder) -> set[str]:
    """Return the channels on which this message has a row already, whatever became of it."""
    same = Reminder.objects.filter(
        thread=row.thread,
        topic=row.topic,
        rule=row.rule,
        recipient=row.recipient,
        occurs_on=row.occurs_on,
    )
    by_plan = State.SUPPRESSED, "plan_moved"
    return {
        channel
        for channel, *end in same.values_list("channel", "state", "reason")
        if tuple(end) != by_plan
    }


def _due_at(row: Reminder, reach: Reach, channel: str, now: datetime) -> datetime | None:
    """Return when to send it: now, or after the night; None when that is too late."""
    quiet = None if row.ignores_quiet else reach.quiet_hours(channel)
    if quiet is None:
        return now
    zone = ZoneInfo(reach.zone)
    due_at = out_of_quiet(now, expires_at=row.expires_at, zone=zone, quiet=quiet)
    return due_at if now <= due_at < row.expires_at else None
