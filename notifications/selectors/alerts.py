"""What somebody has to acknowledge."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from carttrack.accounts.models import User, reader_key
from carttrack.prepared import READER, Asked, Rows, prepared
from notifications.labels import KINDS, Word
from notifications.models import InboxMessage, Reminder

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Alert:
    """One message that waits for an acknowledgement, its fields in the order of the query.

    Without a `link` it is about the journey of its thread. `climbed_from` is who was told first and
    did not acknowledge it; empty for whoever was that.
    """

    uid: UUID
    kind_code: str
    subject: str
    link: str
    sent_at: datetime
    centre: str
    climbed_from: str
    thread_uid: UUID

    @property
    def words(self) -> Word:
        """Return what the message says, or what kind it is."""
        return self.subject or KINDS.get(self.kind_code, self.kind_code)


def asked_for_alerts(user: User) -> Asked:
    """Return the question what a person has to acknowledge, to be asked together with others."""
    return _alerts().asked(reader=reader_key(user))


def alerts_from(rows: Rows) -> tuple[Alert, ...]:
    """Return the alerts that the answer holds, the oldest first."""
    return tuple(Alert(*row) for row in rows)


def alerts_of(user: User) -> tuple[Alert, ...]:
    """Return what a person has to acknowledge."""
    return alerts_from(_alerts().rows(reader=reader_key(user)))


@prepared
def _alerts() -> "QuerySet[Reminder, Any]":
    message = InboxMessage.objects.filter(message_uid=OuterRef("uid"))
    nothing = Value("", output_field=CharField())
    return (
        Reminder.objects.to_acknowledge()
        .filter(recipient__user=READER)
        .annotate(
            subject=Coalesce(Subquery(message.values("subject")[:1]), nothing),
            link=Coalesce(Subquery(message.values("link")[:1]), nothing),
            climbed_from=Coalesce(F("follows__recipient__user__name"), nothing),
        )
        .order_by("sent_at", "pk")
        .values_list(
            "uid",
            "kind",
            "subject",
            "link",
            "sent_at",
            "centre__short_name",
            "climbed_from",
            "thread__uid",
        )[:SHOWN]
    )
