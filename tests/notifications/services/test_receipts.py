"""A provider reports, and the ledger follows once."""

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from notifications.channels import channel_named
from notifications.domain.message import Outcome, Result
from notifications.domain.receipts import Receipt, Verdict
from notifications.domain.states import State
from notifications.models import DeliveryAttempt, DeliveryReceipt, Reminder
from notifications.selectors import reconcile
from notifications.services import take_receipt
from notifications.services.claim import claim
from notifications.services.wire import settle_and_fence, settlement
from tests.notifications.factories import NOON, AddressFactory, RecipientFactory, ReminderFactory

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + timedelta(minutes=3)


def owed(state=State.SENT, **changes):
    """Owe a text that has been tried once."""
    recipient = changes.pop("recipient", None) or RecipientFactory.create(email=None)
    AddressFactory.create(recipient=recipient, channel="sms", value="+46701234567")
    fields = {
        "channel": "sms",
        "state": state,
        "attempts": 1,
        "began_at": NOON,
        "sent_at": NOON if state in {State.SENT, State.DELIVERED} else None,
        "delivered_at": NOON if state is State.DELIVERED else None,
        "reason": "reply_lost" if state is State.UNKNOWN else "",
        "provider_id": "s1" if state in {State.SENT, State.DELIVERED} else "",
    }
    return ReminderFactory.create(recipient=recipient, **(fields | changes))


def take(row, verdict=Verdict.DELIVERED, now=LATER, **fields):
    """Take a report about the row."""
    receipt = Receipt(verdict=verdict, **({"provider_id": "s1", "code": "x"} | fields))
    took = take_receipt(message=row.uid, channel="sms", receipt=receipt, now=now)
    row.refresh_from_db()
    return took


@pytest.mark.feature(85)
def test_a_sent_message_becomes_a_delivered_one():
    row = owed()

    assert take(row)

    assert (row.state, row.delivered_at, row.sent_at) == (State.DELIVERED, LATER, NOON)
    assert DeliveryReceipt.objects.get().reminder == row


@pytest.mark.feature(85)
def test_a_report_that_comes_twice_or_late_changes_nothing():
    row = owed()
    take(row)

    assert not take(row, now=LATER + timedelta(hours=1))
    assert not take(row, Verdict.ON_ITS_WAY)

    assert (row.state, row.delivered_at) == (State.DELIVERED, LATER)
    assert row.receipts.count() == 2


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED])
def test_a_failure_after_the_acceptance_goes_to_a_person(state):
    row = owed(state)

    assert take(row, Verdict.FAILED, reason="bounced", code="30005")

    assert (row.state, row.reason, row.last_code) == (State.FAILED, "bounced", "30005")
    assert row.delivered_at is None
    assert list(Reminder.objects.needing_a_person()) == [row]


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.ON_ITS_WAY, State.SENT),
        (Verdict.DELIVERED, State.DELIVERED),
        (Verdict.FAILED, State.FAILED),
    ],
)
def test_a_report_resolves_a_doubt(verdict, state):
    row = owed(State.UNKNOWN)

    assert take(row, verdict)

    assert row.state == state
    assert row.provider_id == "s1"


def test_a_message_that_waits_to_be_tried_again_has_left_after_all():
    row = owed(State.PENDING)

    assert take(row, Verdict.ON_ITS_WAY)

    assert (row.state, row.sent_at) == (State.SENT, LATER)
    assert reconcile(now=LATER).unaccounted == 0


def test_a_report_may_be_faster_than_the_worker_that_sent():
    row = owed(State.PENDING, attempts=0)
    token = uuid4()
    held = claim(now=NOON, worker="w", token=token, paused=())[0]
    assert settle_and_fence(ids=[held.id], token=token, now=NOON)

    assert take(row)
    done = settlement(
        held,
        Outcome(result=Result.AGAIN, code="http_500"),
        channel=channel_named("sms"),
        began_at=NOON,
        ended_at=NOON,
        rng=Random(1),
    )
    settle_and_fence(done=[done], token=token, now=NOON)

    row.refresh_from_db()
    assert row.state == State.DELIVERED
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.number, attempt.outcome, attempt.code) == (1, "sent", "receipt")


def test_a_failure_of_an_earlier_try_does_not_touch_the_later_one():
    row = owed(provider_id="s2", attempts=2)

    assert not take(row, Verdict.FAILED, provider_id="s1")
    assert row.state == State.SENT


@pytest.mark.parametrize("state", [State.SUPPRESSED, State.EXPIRED, State.FAILED])
def test_what_was_decided_stays(state):
    row = owed(state, reason="late")

    assert not take(row)
    assert row.state == state


def test_a_report_about_nothing_that_we_know_leaves_no_trace():
    never_tried = owed(State.PENDING, attempts=0)

    assert not take(never_tried)
    unknown = Receipt(verdict=Verdict.DELIVERED)
    assert not take_receipt(message=uuid4(), channel="sms", receipt=unknown, now=LATER)
    assert not take_receipt(message=owed().uid, channel="email", receipt=unknown, now=LATER)
    assert not DeliveryReceipt.objects.exists()


@pytest.mark.parametrize("blocks", ["bounced", "complained"])
def test_a_dead_address_gets_nothing_more(blocks):
    row = owed()

    take(row, Verdict.FAILED, reason="bounced", blocks=blocks, address="+46701234567")

    address = row.recipient.addresses.get()
    assert (address.blocked_reason, address.blocked_at) == (blocks, LATER)


def test_an_address_that_has_replaced_the_dead_one_is_not_to_blame():
    row = owed()

    take(row, Verdict.FAILED, reason="bounced", blocks="bounced", address="+46709999999")

    assert row.recipient.addresses.get().blocked_reason == ""


def test_a_failure_that_may_be_the_days_blocks_at_the_second_time():
    row = owed()
    take(row, Verdict.FAILED, reason="bounced")
    assert row.recipient.addresses.get().blocked_reason == ""
    second = ReminderFactory.create(
        recipient=row.recipient, channel="sms", state=State.SENT, attempts=1, sent_at=NOON
    )

    take(second, Verdict.FAILED, reason="bounced")

    assert row.recipient.addresses.get().blocked_reason == "bounced"


def test_a_receipt_is_never_changed():
    row = owed()
    take(row)

    for change in (
        "UPDATE notifications_deliveryreceipt SET code = 'y'",
        "DELETE FROM notifications_deliveryreceipt",
    ):
        with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
            connection.cursor().execute(change)
