"""What people do with their messages in the demonstration: they read them."""

from contextlib import suppress
from datetime import datetime

from notifications.models import InboxMessage, Reminder
from notifications.services import NotToAcknowledge, acknowledge, read_messages


def clear_desks(*, now: datetime) -> None:
    """Let everybody acknowledge what they are asked to see to, and read what lies there."""
    asked = Reminder.objects.to_acknowledge().filter(recipient__user__isnull=False)
    for row in asked.select_related("recipient__user"):
        if row.recipient.user:
            with suppress(NotToAcknowledge):  # a colleague did, a moment ago
                acknowledge(reminder_uid=row.uid, by=row.recipient.user, now=now)
    unread = InboxMessage.objects.unread().filter(recipient__user__isnull=False)
    for message in unread.distinct("recipient").select_related("recipient__user"):
        if message.recipient.user:
            read_messages(user=message.recipient.user, ids=None, now=now)
