"""Hushing a thread: whoever it is about, and everybody near them, gets no message any more."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from notifications.domain.states import REVOCABLE, State
from notifications.models import Recipient, Reminder, Thread
from notifications.models.recipient import RecipientQuerySet


@transaction.atomic
def hush_thread(*, thread_uid: UUID, about: Recipient | None, reason: str, now: datetime) -> int:
    """Withdraw every message to others than people at work, let none start; return how many.

    What a worker has claimed is withdrawn too, and what is on the wire at this moment is not tried
    again: the last check before the wire asks the thread. The first hush stands until it is lifted.

    Raises:
        Thread.DoesNotExist: no such thread.
    """
    thread = Thread.objects.select_for_update(no_key=True).get(uid=thread_uid)
    if thread.hushed_at is None:
        thread.hushed_at, thread.hush_reason, thread.about = now, reason, about
        thread.save(update_fields=["hushed_at", "hush_reason", "about"])
    withdrawn = Reminder.objects.filter(thread=thread, state__in=sorted(REVOCABLE))
    return withdrawn.exclude(recipient__in=_heard(thread)).update(
        state=State.SUPPRESSED, reason=thread.hush_reason, lease_token=None, lease_until=None
    )


def unhush_thread(*, thread_uid: UUID) -> None:
    """Let messages to everybody start again; what was withdrawn is for the plan to want anew."""
    Thread.objects.filter(uid=thread_uid).update(hushed_at=None, hush_reason="", about=None)


def silence(thread: Thread, recipient: Recipient) -> str:
    """Return why nothing of the thread may go to the recipient; empty when it may."""
    if thread.stopped_at is not None:
        return thread.stop_reason
    is_heard = thread.hushed_at is None or _heard(thread).filter(pk=recipient.pk).exists()
    return "" if is_heard else thread.hush_reason


def still_heard(thread: Thread, recipients: Collection[int]) -> Collection[int]:
    """Return those of the recipients to whom the thread still speaks."""
    if thread.hushed_at is None:
        return recipients
    return set(_heard(thread).filter(pk__in=recipients).values_list("pk", flat=True))


def _heard(thread: Thread) -> RecipientQuerySet:
    at_work = Recipient.objects.at_work()
    return at_work.exclude(pk=thread.about_id) if thread.about_id else at_work
