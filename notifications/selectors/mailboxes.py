"""What lies in a person's inbox and in the demo's outbox."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Value

from carttrack.accounts.models import User
from carttrack.prepared import READER, prepared
from notifications.labels import CHANNELS, Word
from notifications.models import InboxMessage, OutboxMail, Recipient, Reminder
from notifications.selectors.subjects import Names, ThreadAndLink

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One message of the inbox; `thread_uid` is what it is about, `link` where it leads.

    `about` names whom it is about, where the reader may see them. `to_acknowledge` is the message's
    uid as long as nobody has acknowledged it; then `acknowledged_by` says who.
    """

    id: int
    subject: str
    body: str
    link: str
    thread_uid: UUID | None
    about: str
    at: datetime
    is_new: bool
    to_acknowledge: UUID | None
    acknowledged_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """One page of an inbox; `page` is for the pager."""

    rows: tuple[InboxRow, ...]
    page: Page[InboxMessage]
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One message that stayed in the demo."""

    channel: Word
    to: str
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """One page of the demo's outbox; `page` is for the pager."""

    rows: tuple[OutboxRow, ...]
    page: Page[OutboxMail]


def inbox(
    *,
    user: User,
    page: str = "1",
    only_unread: bool = False,
    name_subjects: Callable[[Collection[ThreadAndLink]], Names] | None = None,
) -> Inbox:
    """Return a page of the person's own messages, newest first, in a fixed number of queries.

    `name_subjects` is asked once whom they are about.
    """
    own = InboxMessage.objects.filter(recipient__user=user)
    listed = own.unread() if only_unread else own
    found = Paginator(listed.order_by("-at", "-id"), PAGE_SIZE).get_page(page)
    uids = [message.message_uid for message in found]
    owed = Reminder.objects.select_related("thread", "acknowledged_by").in_bulk(
        uids, field_name="uid"
    )
    about = {
        (owed[message.message_uid].thread.uid, message.link)
        for message in found
        if message.message_uid in owed
    }
    names = name_subjects(about) if name_subjects and about else {}
    rows = tuple(_inbox_row(message, owed.get(message.message_uid), names) for message in found)
    return Inbox(rows=rows, page=found, unread=unread_count(user=user))


def _inbox_row(message: InboxMessage, row: Reminder | None, names: Names) -> InboxRow:
    waits = row is not None and row.escalate_hours is not None and row.acknowledged_at is None
    return InboxRow(
        id=message.pk,
        subject=message.subject,
        body=message.body,
        link=message.link,
        thread_uid=row.thread.uid if row else None,
        about=names.get((row.thread.uid, message.link), "") if row else "",
        at=message.at,
        is_new=message.read_at is None,
        to_acknowledge=message.message_uid if waits else None,
        acknowledged_by=row.acknowledged_by.name if row and row.acknowledged_by else "",
    )


def unread_count(*, user: User) -> int:
    """Return how many messages the person has not opened."""
    found = _unread().rows(reader=user.pk)
    return int(found[0][0]) if found else 0


@prepared
def _unread() -> "QuerySet[InboxMessage, Any]":
    """Ask for the number of one group, which is not there when nothing is unread."""
    mine = InboxMessage.objects.unread().filter(recipient__user=READER).order_by()
    return mine.annotate(of=Value(1)).values("of").annotate(found=Count("pk")).values_list("found")


def reader_zone(*, user: User) -> ZoneInfo:
    """Return the clock by which a person reads their messages; UTC before the first one came."""
    zones = Recipient.objects.filter(user=user).values_list("time_zone", flat=True)
    return ZoneInfo(zones.first() or "UTC")


def outbox(*, page: str = "1", text: str = "") -> Outbox:
    """Return a page of the messages that would have left, newest first, to whom `text` names."""
    mails = OutboxMail.objects.filter(to__icontains=text).order_by("-at", "-id")
    found = Paginator(mails, PAGE_SIZE).get_page(page)
    rows = tuple(
        OutboxRow(
            channel=CHANNELS[mail.channel],
            to=mail.to,
            subject=mail.subject,
            body=mail.body,
            at=mail.at,
        )
        for mail in found
    )
    return Outbox(rows=rows, page=found)
