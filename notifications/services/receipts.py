"""Taking what a provider reports about a message."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from notifications.domain.receipts import Receipt, Verdict, state_after
from notifications.domain.states import State, check_move
from notifications.models import Address, DeliveryAttempt, DeliveryReceipt, Reminder
from notifications.services import upkeep
from notifications.services.fallback import fall_back

LONGEST_CODE = 20
LONGEST_ID = 200
# Nobody has recorded yet how the try ended that the report is about.
UNTOLD = frozenset({State.SENDING, State.PENDING, State.LEASED})


def take_receipt(*, message: UUID, channel: str, receipt: Receipt, now: datetime) -> bool:
    """Keep an authentic report, once, and let the message's state follow; tell whether it did.

    A report about a message that is not known, that is known already, or that comes after its time
    changes nothing. A failure falls back on another channel, and a dead address is blocked.
    """
    with transaction.atomic():
        row = (
            Reminder.objects.select_for_update(of=("self",), no_key=True)
            .filter(uid=message, channel=channel, attempts__gt=0)
            .first()
        )
        if row is None or not _is_new(row, receipt, now):
            return False
        after = None
        if not _is_of_an_earlier_try(row, receipt):
            after = state_after(State(row.state), receipt.verdict, attempts=row.attempts)
        if after is not None:
            _follow(row, after, receipt, now)
    # Each in its own step, so that no plan that writes the same people waits for us.
    if receipt.blocks:
        _block(row, receipt, now)
    if after is State.FAILED:
        refused = [(row.recipient_id, row.reason)]
        upkeep.block_dead_addresses(channel=channel, refused=refused, now=now)
        fall_back(reminder_ids=[row.pk], now=now)
    return after is not None


def message_with(*, provider_id: str, channel: str) -> UUID | None:
    """Return the message that a provider knows by this id."""
    if not provider_id:
        return None
    found = Reminder.objects.filter(provider_id=provider_id, channel=channel)
    return found.values_list("uid", flat=True).first()


def _is_new(row: Reminder, receipt: Receipt, now: datetime) -> bool:
    """Keep the report and tell whether it is the first of its kind."""
    _kept, is_new = DeliveryReceipt.objects.get_or_create(
        reminder=row,
        verdict=receipt.verdict,
        provider_id=receipt.provider_id[:LONGEST_ID],
        code=receipt.code[:LONGEST_CODE],
        defaults={"at": now},
    )
    return is_new


def _is_of_an_earlier_try(row: Reminder, receipt: Receipt) -> bool:
    """Tell whether a failure is that of a try after which the message was sent again."""
    is_other = bool(row.provider_id and receipt.provider_id) and (
        row.provider_id != receipt.provider_id
    )
    return is_other and receipt.verdict is Verdict.FAILED


def _follow(row: Reminder, after: State, receipt: Receipt, now: datetime) -> None:
    """Bring the row into the state that the report tells of."""
    before = State(row.state)
    check_move(before, after)
    if before in UNTOLD:
        _record_try(row, after, now)
    row.state = after
    row.reason = (receipt.reason or "refused") if after is State.FAILED else ""
    row.last_code = receipt.code[:LONGEST_CODE]
    row.provider_id = receipt.provider_id[:LONGEST_ID] or row.provider_id
    row.lease_token = row.lease_until = None
    row.delivered_at = now if after is State.DELIVERED else None
    if after is not State.FAILED:
        row.sent_at = row.sent_at or now
    row.save(
        update_fields=[
            "state",
            "reason",
            "last_code",
            "provider_id",
            "lease_token",
            "lease_until",
            "delivered_at",
            "sent_at",
        ]
    )


def _record_try(row: Reminder, after: State, now: datetime) -> None:
    """Write down the try: its worker will find that the row is no longer its own."""
    began_at = row.began_at or now
    DeliveryAttempt.objects.create(
        reminder=row,
        number=row.attempts,
        began_at=began_at,
        ended_at=max(began_at, now),
        outcome="refused" if after is State.FAILED else "sent",
        code="receipt",
    )


def _block(row: Reminder, receipt: Receipt, now: datetime) -> None:
    """Block the address that the report is about; one that has replaced it is not to blame."""
    address = Address.objects.usable().filter(recipient=row.recipient_id, channel=row.channel)
    if receipt.address:
        address = address.filter(value__iexact=receipt.address)
    address.update(blocked_reason=receipt.blocks, blocked_at=now)
