"""What becomes of a claimed row that may not be sent."""

from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from notifications.channels import channel_named
from notifications.domain.states import Purpose, State
from notifications.models import Address, Reminder
from notifications.services.hushing import silence


def withhold(*, reminder_id: int, token: UUID, now: datetime) -> State | None:
    """Give a row that did not pass the fence the state it belongs in, and return that.

    None means that the row is no longer ours, or that a plan is changing it at this moment; then
    whoever holds it decides.
    """
    blocked = Address.objects.filter(recipient=OuterRef("recipient"), channel=OuterRef("channel"))
    row = (
        Reminder.objects.select_related("thread", "topic", "recipient")
        .annotate(blocked_reason=Subquery(blocked.values("blocked_reason")))
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
    reason = stop_rule(row)
    if reason:
        return State.SUPPRESSED, reason
    if row.blocked_reason:  # type: ignore[attr-defined]
        return State.FAILED, row.blocked_reason  # type: ignore[attr-defined]
    if row.expires_at <= now:
        return State.EXPIRED, "late"
    return None


def stop_rule(row: Reminder) -> str:
    """Name the rule by which nobody misses the message; empty when there is none."""
    silenced = silence(row.thread, row.recipient)
    if silenced:
        return silenced
    if row.topic is not None and not row.topic.is_open:
        return "cancelled"
    if row.topic is not None and row.topic.version != row.topic_version:
        return "plan_moved"
    return "opted_out" if is_unwanted(row) else ""


def is_unwanted(row: Reminder) -> bool:
    """Tell whether the recipient asked not to get a message like this one."""
    is_comfort = row.purpose == Purpose.COMFORT and channel_named(row.channel).is_open
    return is_comfort and row.recipient.comfort_off_at is not None


def fail(*, reminder_id: int, token: UUID, reason: str) -> None:
    """Set a claimed row aside for a person: it cannot even be tried."""
    Reminder.objects.filter(pk=reminder_id, state=State.LEASED, lease_token=token).update(
        state=State.FAILED, reason=reason, lease_token=None, lease_until=None
    )
