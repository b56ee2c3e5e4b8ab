"""Acknowledging what must not be overlooked, and telling the next person when nobody does."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Membership, User
from carttrack.audit.services import record
from notifications.domain.due import QUIET_HOURS, QuietHours
from notifications.domain.states import State
from notifications.domain.waking import after_waking_hours
from notifications.models import Recipient, Reminder, Thread
from notifications.services.desk import EMAIL
from notifications.services.recipients import recipient_for_user

ACKNOWLEDGED, CLIMBED = "reminder.acknowledged", "reminder.climbed"
SWEEP = "system:sweep"

# Whoever rests is given until the morning; that is worked out for each of the few that are found.
OVERDUE = """
SELECT reminder.id FROM notifications_reminder AS reminder
  JOIN notifications_recipient AS recipient ON recipient.id = reminder.recipient_id
 WHERE reminder.state IN ('sent', 'delivered') AND reminder.escalate_hours IS NOT NULL
   AND reminder.acknowledged_at IS NULL AND reminder.escalated_at IS NULL
   AND reminder.sent_at + make_interval(hours => reminder.escalate_hours) <= %(now)s
   AND EXISTS (SELECT 1 FROM accounts_membership AS work WHERE work.user_id = recipient.user_id)
 ORDER BY reminder.sent_at, reminder.id
"""


class NotToAcknowledge(Exception):
    """Nobody asked this person to acknowledge the message, or it was acknowledged before."""


@transaction.atomic
def acknowledge(*, reminder_uid: UUID, by: User, now: datetime) -> Reminder:
    """Keep that somebody has seen to a message; it then climbs no further, wherever it has got to.

    Raises:
        Reminder.DoesNotExist: no such message to this person.
        NotToAcknowledge: it asks for no acknowledgement, or has one.
    """
    own = Reminder.objects.get(uid=reminder_uid, recipient__user=by)
    first = Reminder.objects.select_for_update(no_key=True).get(pk=own.follows_id or own.pk)
    chain = Reminder.objects.filter(Q(pk=first.pk) | Q(follows=first))
    if first.escalate_hours is None or first.acknowledged_at is not None:
        raise NotToAcknowledge
    chain.filter(acknowledged_at=None).update(acknowledged_at=now, acknowledged_by=by)
    record(
        actor=by,
        action=ACKNOWLEDGED,
        patient_uid=None,
        now=now,
        subject=own,
        centre=own.centre,
        after={"rule": own.rule, "climbed": first.escalated_at is not None},
    )
    own.refresh_from_db()
    return own


def climb(*, now: datetime) -> int:
    """Tell the next person of every message that waited too long for an acknowledgement, once.

    Each is its own transaction. One that another sweep holds is left to it.
    """
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, {"now": now})
        overdue = [row[0] for row in cursor.fetchall()]
    return sum(_climb(pk, now=now) for pk in overdue)


@transaction.atomic
def _climb(pk: int, *, now: datetime) -> bool:
    row = (
        Reminder.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("recipient", "centre", "thread")
        .filter(pk=pk, acknowledged_at=None, escalated_at=None)
        .first()
    )
    if row is None or not _is_overdue(row, now):
        return False
    lead = _next_person(row)
    if lead is None:
        return False
    row.escalated_at = now
    row.save(update_fields=["escalated_at"])
    _tell(lead, row, now=now)
    record(
        actor=SWEEP,
        action=CLIMBED,
        patient_uid=None,
        now=now,
        subject=row,
        centre=row.centre,
        after={"rule": row.rule, "to": str(lead.uid), "hours": row.escalate_hours},
    )
    return True


def _is_overdue(row: Reminder, now: datetime) -> bool:
    """Tell whether the hours have passed on the recipient's own clock, rest aside."""
    person = row.recipient
    quiet = QUIET_HOURS
    if person.quiet_from is not None and person.quiet_until is not None:
        quiet = QuietHours(starts=person.quiet_from, ends=person.quiet_until)
    start, hours = row.sent_at or row.due_at, row.escalate_hours or 0
    zone = ZoneInfo(person.time_zone)
    return after_waking_hours(start, hours, zone=zone, quiet=quiet) <= now


def _next_person(row: Reminder) -> User | None:
    """Return the coordinator who has been at the centre longest and has not been told; or none."""
    told = Reminder.objects.filter(
        rule=row.rule, topic=row.topic, occurs_on=row.occurs_on, centre=row.centre
    ).exclude(state=State.SUPPRESSED)
    found = (
        Membership.objects.current()
        .filter(centre=row.centre, role=Role.COORDINATOR, user__is_active=True)
        .exclude(Exists(told.filter(recipient__user=OuterRef("user"))))
        .select_related("user")
        .order_by("from_on", "pk")
        .first()
    )
    return found.user if found else None


def _tell(lead: User, row: Reminder, *, now: datetime) -> None:
    """Owe the lead the same message, which climbs no further; what interrupts, interrupts them."""
    recipient = recipient_for_user(user=lead, time_zone=row.centre.time_zone)
    local = now.astimezone(ZoneInfo(recipient.time_zone))
    channels = (row.channel, EMAIL) if row.ignores_quiet else (row.channel,)
    for channel in channels:
        Reminder.objects.create(
            follows=row,
            thread=_thread(row, recipient),
            topic=row.topic,
            centre=row.centre,
            recipient=recipient,
            channel=channel,
            kind=row.kind,
            rule=row.rule,
            is_planned=False,
            purpose=row.purpose,
            context=row.context,
            occurs_on=row.occurs_on,
            topic_version=row.topic_version,
            ignores_quiet=row.ignores_quiet,
            escalate_hours=row.escalate_hours if channel == row.channel else None,
            escalated_at=now,
            is_at_once=True,
            local_on=local.date(),
            local_at=local.time().replace(microsecond=0),
            zone=recipient.time_zone,
            due_at=now,
            expires_at=now + (row.expires_at - row.due_at),
        )


def _thread(row: Reminder, recipient: Recipient) -> Thread:
    """Return where the message to the lead lies: in the journey's thread, or at their own desk."""
    if row.thread.uid != row.recipient.uid:
        return row.thread
    return Thread.objects.get_or_create(uid=recipient.uid, defaults={"centre": row.centre})[0]
