"""Opening and stopping everything that is written about one journey."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from carttrack.accounts.models import Centre
from notifications.domain.states import State
from notifications.models import Reminder, Thread


def open_thread(*, uid: UUID, centre: Centre) -> Thread:
    """Return the journey's thread, made when it is new."""
    return Thread.objects.get_or_create(uid=uid, defaults={"centre": centre})[0]


@transaction.atomic
def stop_thread(*, thread_uid: UUID, reason: str, now: datetime) -> int:
    """Withdraw every message that has not left yet and let none start; return how many.

    A message that a worker has claimed is withdrawn too: its last check before the wire fails. The
    first reason stands when a thread is stopped twice.

    Raises:
        Thread.DoesNotExist: no such thread.
    """
    thread = Thread.objects.select_for_update(no_key=True).get(uid=thread_uid)
    if thread.stopped_at is None:
        thread.stopped_at = now
        thread.stop_reason = reason
        thread.save(update_fields=["stopped_at", "stop_reason"])
    return (
        Reminder.objects.live()
        .filter(thread=thread)
        .update(
            state=State.SUPPRESSED, reason=thread.stop_reason, lease_token=None, lease_until=None
        )
    )
