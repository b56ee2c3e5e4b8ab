"""A person decides about a message that no program can decide about."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from carttrack.accounts.models import User
from carttrack.audit.services import record
from notifications.domain.states import ATTENTION, NotAllowed, State, check_move
from notifications.models import Reminder
from notifications.services.hushing import silence


class Decision(StrEnum):
    """What a person may decide."""

    WAS_SENT = "was_sent"  # it arrived after all
    SEND_AGAIN = "send_again"
    DROP = "drop"


class NotResolvable(Exception):
    """The message is not waiting for a person, or this decision does not fit its state."""


AFTER = {
    Decision.WAS_SENT: State.SENT,
    Decision.SEND_AGAIN: State.PENDING,
    Decision.DROP: State.SUPPRESSED,
}


@transaction.atomic
def resolve(*, reminder_uid: UUID, decision: Decision, by: User, now: datetime) -> Reminder:
    """Carry out a person's decision about an undelivered message, with a history entry.

    Whoever calls it has made sure that the message is of one of the person's centres.

    Raises:
        Reminder.DoesNotExist: no such reminder.
        NotResolvable: nothing waits for a decision, or sending again would come too late.
    """
    row = (
        Reminder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread", "recipient")
        .get(uid=reminder_uid)
    )
    before = State(row.state)
    after = AFTER[decision]
    if before not in ATTENTION:
        raise NotResolvable(before)
    try:
        check_move(before, after)
    except NotAllowed as error:
        raise NotResolvable(before) from error
    if after is State.PENDING:
        if row.expires_at <= now or silence(row.thread, row.recipient):
            raise NotResolvable(before)
        row.due_at, row.attempts, row.lost_leases = now, 0, 0
    row.state = after
    row.reason = "dropped" if after is State.SUPPRESSED else ""
    row.sent_at = now if after is State.SENT else None
    row.lease_token = row.lease_until = None
    row.save()
    record(
        actor=by,
        action=f"reminder.{decision}",
        patient_uid=None,
        now=now,
        subject=row,
        centre=row.centre,
        before={"state": before},
        after={"state": after},
    )
    return row
