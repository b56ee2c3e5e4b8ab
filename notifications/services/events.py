"""Messages about something that has just happened, outside any plan."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from notifications.channels import channel_named
from notifications.domain.due import out_of_quiet
from notifications.domain.states import Purpose, State
from notifications.models import Recipient, Reminder, Thread, Topic
from notifications.services.hushing import silence


@transaction.atomic
def notify_now(
    *,
    thread_uid: UUID,
    topic_uid: UUID | None,
    recipient: Recipient,
    channel: str,
    kind: str,
    rule: str,
    context: Mapping[str, str],
    now: datetime,
    expires_at: datetime,
    purpose: Purpose = Purpose.COMFORT,
) -> Reminder:
    """Owe a message from now on, once: the same rule for the same recipient returns the first.

    `rule` names the event, such as the uid of a revision. In the quiet hours the message waits for
    the morning. A thread that is stopped, or hushed for the recipient, keeps the row as not
    sent, with its reason.

    Raises:
        Thread.DoesNotExist: no such thread.
        Topic.DoesNotExist: no such topic in the thread.
        UnknownChannel: no such channel.
    """
    thread = Thread.objects.select_for_update(no_key=True).get(uid=thread_uid)
    topic = Topic.objects.get(thread=thread, uid=topic_uid) if topic_uid else None
    known = Reminder.objects.filter(
        thread=thread, topic=topic, recipient=recipient, channel=channel, rule=rule
    ).first()
    if known:
        return known
    silenced = silence(thread, recipient)
    zone = ZoneInfo(recipient.time_zone)
    quiet = channel_named(channel).quiet_hours
    due_at = out_of_quiet(now, expires_at=expires_at, zone=zone, quiet=quiet) if quiet else now
    local = now.astimezone(zone)
    return Reminder.objects.create(
        thread=thread,
        topic=topic,
        centre_id=thread.centre_id,
        recipient=recipient,
        channel=channel,
        kind=kind,
        rule=rule,
        is_planned=False,
        is_at_once=True,
        purpose=purpose,
        context=dict(context),
        topic_version=topic.version if topic else 0,
        local_on=local.date(),
        local_at=local.time().replace(microsecond=0),
        zone=zone.key,
        due_at=due_at,
        expires_at=expires_at,
        state=State.SUPPRESSED if silenced else State.PENDING,
        reason=silenced,
    )
