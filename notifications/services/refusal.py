"""What becomes of a claimed row that may not be sent."""

from datetime import datetime
from uuid import UUID

from notifications.domain.states import State
from notifications.models import Reminder

# A recipient's own wish needs nobody; an address that does not work needs a person.
WISHES = frozenset({"opted_out"})


def withhold(*, reminder_id: int, token: UUID, now: datetime) -> State | None:
    """Give a row that did not pass the fence the state it belongs in, and return that.

    None means that the row is no longer ours, or that a plan is changing it at this moment; then
    whoever holds it decides.
    """
    row = (
        Reminder.objects.select_related("thread", "topic", "recipient")
        .filter(pk=reminder_id, state=State.LEASED, lease_token=token)
        .first()
    )
    verdict = _verdict(row, now) if row else None
    if verdict is None:
        return None
    state, reason = verdict
    changed = Reminder.objects.filter(pk=reminder_id, state=State.LEASED, lease_token=token).update(
        state=state, reason=reason, lease_token=None, lease_until=None
    )
    return state if changed else None


def _verdict(row: Reminder, now: datetime) -> tuple[State, str] | None:
    """Name the rule that keeps the row from being sent."""
    if row.thread.stopped_at is not None:
        return State.SUPPRESSED, row.thread.stop_reason
    if row.topic is not None and not row.topic.is_open:
        return State.SUPPRESSED, "cancelled"
    if row.topic is not None and row.topic.version != row.topic_version:
        return State.SUPPRESSED, "plan_moved"
    blocked = row.recipient.blocked_reason
    if blocked:
        return (State.SUPPRESSED if blocked in WISHES else State.FAILED), blocked
    if row.expires_at <= now:
        return State.EXPIRED, "late"
    return None


def fail(*, reminder_id: int, token: UUID, reason: str) -> None:
    """Set a claimed row aside for a person: it cannot even be tried."""
    Reminder.objects.filter(pk=reminder_id, state=State.LEASED, lease_token=token).update(
        state=State.FAILED, reason=reason, lease_token=None, lease_until=None
    )
