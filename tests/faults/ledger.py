"""Messages that are owed at this moment, to people for whom it is noon."""

from datetime import time, timedelta

from django.utils import timezone

from notifications.domain.states import Purpose
from notifications.models import Reminder
from tests.notifications.factories import RecipientFactory, ReminderFactory, TopicFactory


def zone_at_noon(now):
    """Return a zone in which it is noon or soon after, so that nobody's night delays anything."""
    hours = 12 - now.hour  # Etc/GMT-3 lies three hours before Greenwich
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def person(**changes):
    """Return somebody who may be written to at once."""
    return RecipientFactory.create(time_zone=zone_at_noon(timezone.now()), **changes)


def owe(messages, *, recipient=None, **changes):
    """Owe so many messages that are due, of a purpose that no program repeats by itself."""
    now = timezone.now()
    values = {
        "topic": changes.pop("topic", None) or TopicFactory.create(),
        "recipient": recipient or person(),
        "purpose": Purpose.SAFETY,
        "due_at": now - timedelta(minutes=5),
        "expires_at": now + timedelta(days=1),
        "local_on": now.date(),
        "local_at": time(9),
    }
    rows = ReminderFactory.build_batch(messages, **(values | changes))
    return Reminder.objects.bulk_create(rows)
