"""Reading what lies in a person's inbox."""

from collections.abc import Collection
from datetime import datetime

from carttrack.accounts.models import User
from notifications.models import InboxMessage


def read_messages(*, user: User, ids: Collection[int] | None, now: datetime) -> int:
    """Mark the person's own messages as read, all or the given ones; return how many were new."""
    messages = InboxMessage.objects.unread().filter(recipient__user=user)
    if ids is not None:
        messages = messages.filter(pk__in=ids)
    return messages.update(read_at=now)
