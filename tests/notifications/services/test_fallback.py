"""A message that one channel will not deliver goes out on the next, once."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.domain.receipts import Receipt, Verdict
from notifications.domain.states import Purpose, State
from notifications.models import OutboxMail, Reminder, Topic
from notifications.selectors import dead_addresses, undelivered
from notifications.services import (
    Decision,
    block_address,
    resolve,
    stop_thread,
    sweep,
    sync_reminders,
    take_receipt,
)
from notifications.services.fallback import fall_back
from tests.accounts.factories import UserFactory
from tests.notifications.factories import (
    NOON,
    AddressFactory,
    RecipientFactory,
    ReminderFactory,
    topic_state,
    wanted,
)

pytestmark = pytest.mark.django_db(transaction=True)


def run(now=NOON):
    return sweep(now=now, worker="test")


def somebody():
    """Know somebody who has an e-mail address and a telephone."""
    recipient = RecipientFactory.create()
    AddressFactory.create(recipient=recipient, channel="sms", value="+46701234567")
    return recipient


def failed(**changes):
    """Have an e-mail that failed for good."""
    fields = {"recipient": somebody(), "state": State.FAILED, "reason": "bounced", "attempts": 1}
    return ReminderFactory.create(**(fields | changes))


def follow(row, now=NOON):
    """Fall back from one row and return what follows it."""
    fall_back(reminder_ids=[row.pk], now=now)
    return row.followers.first()


@pytest.mark.feature(85)
def test_a_refused_mail_goes_out_as_a_text_in_the_same_sweep(mail_server):
    mail_server.fault = "no_such_user"
    row = ReminderFactory.create(recipient=somebody())

    result = run()

    following = row.followers.get()
    assert (result.failed, result.sent) == (1, 1)
    assert (following.channel, following.state) == ("sms", State.SENT)
    assert OutboxMail.objects.get().to == "+46701234567"
    assert undelivered(centres=[row.centre]) == []


def test_what_follows_is_the_same_message():
    row = failed(asks=True, escalate_hours=4, purpose=Purpose.SAFETY, context={"title": "x"})

    following = follow(row)

    for name in ("kind", "rule", "topic", "occurs_on", "context", "asks", "escalate_hours"):
        assert getattr(following, name) == getattr(row, name), name
    assert (following.expires_at, following.due_at) == (row.expires_at, NOON)
    assert (following.attempts, following.state) == (0, State.PENDING)


def test_it_falls_back_once_whoever_asks():
    row = failed()

    assert fall_back(reminder_ids=[row.pk, row.pk], now=NOON) == 1
    assert row.followers.count() == 1


def test_when_the_last_channel_fails_too_one_item_is_left_for_a_person(mail_server):
    mail_server.fault = "no_such_user"
    recipient = somebody()
    row = ReminderFactory.create(recipient=recipient)
    run()
    following = row.followers.get()

    receipt = Receipt(verdict=Verdict.FAILED, reason="bounced")
    take_receipt(message=following.uid, channel="sms", receipt=receipt, now=NOON)

    waiting = undelivered(centres=[row.centre])
    assert [message.uid for _thread, message in waiting] == [following.uid]
    assert Reminder.objects.count() == 2


def test_a_failure_that_is_reported_later_falls_back_too():
    recipient = somebody()
    row = ReminderFactory.create(recipient=recipient, state=State.SENT, sent_at=NOON, attempts=1)

    receipt = Receipt(verdict=Verdict.FAILED, reason="bounced", blocks="bounced")
    take_receipt(message=row.uid, channel="email", receipt=receipt, now=NOON)

    assert row.followers.get().channel == "sms"
    assert recipient.addresses.get(channel="email").blocked_reason == "bounced"


def test_at_night_it_waits_for_the_morning():
    night = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)  # 23:30 in Stockholm
    row = failed(expires_at=night + timedelta(days=1))

    assert follow(row, night).due_at == datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


def test_what_would_come_too_late_goes_to_a_person():
    night = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)

    assert follow(failed(expires_at=night + timedelta(hours=1)), night) is None
    assert follow(failed(expires_at=NOON, due_at=NOON - timedelta(hours=1))) is None


@pytest.mark.parametrize(
    "changes",
    [{"reason": "kills_worker"}, {"state": State.UNKNOWN}, {"channel": "in_app"}],
    ids=["kills workers", "in doubt", "stays in the system"],
)
def test_what_another_channel_cannot_mend_goes_to_a_person(changes):
    assert follow(failed(**changes)) is None


def test_without_another_address_that_works_it_goes_to_a_person():
    row = failed()
    block_address(recipient=row.recipient, channel="sms", reason="bounced", now=NOON)

    assert follow(row) is None


def test_nothing_follows_once_nobody_wants_the_message():
    stopped, moved, unwanted = failed(), failed(), failed()
    stop_thread(thread_uid=stopped.thread.uid, reason="died", now=NOON)
    Topic.objects.filter(pk=moved.topic_id).update(version=9)
    type(unwanted.recipient).objects.filter(pk=unwanted.recipient_id).update(comfort_off_at=NOON)

    assert [follow(row) for row in (stopped, moved, unwanted)] == [None] * 3


def test_a_plan_that_is_written_again_leaves_the_other_channel_alone():
    row = failed()
    following = follow(row)

    sync_reminders(
        thread_uid=row.thread.uid,
        wanted=[wanted(row.topic, row.recipient, rule=row.rule)],
        topics=[topic_state(row.topic)],
        now=NOON,
    )

    following.refresh_from_db()
    assert (following.channel, following.state) == ("sms", State.PENDING)
    assert Reminder.objects.count() == 2


def test_a_person_decides_about_a_text_that_failed_for_good():
    row = failed(channel="sms", reason="bounced")
    block_address(recipient=row.recipient, channel="email", reason="bounced", now=NOON)
    assert follow(row) is None

    resolve(reminder_uid=row.uid, decision=Decision.SEND_AGAIN, by=UserFactory.create(), now=NOON)

    assert run().sent == 1


def test_dead_addresses_are_on_the_list_of_the_centre_that_writes_to_them():
    here, elsewhere, stopped = failed(), failed(), failed()
    for row in (here, elsewhere, stopped):
        block_address(recipient=row.recipient, channel="email", reason="bounced", now=NOON)
    stop_thread(thread_uid=stopped.thread.uid, reason="withdrew", now=NOON)

    found = dead_addresses(centres=[here.centre, stopped.centre])

    assert [(dead.recipient_uid, dead.thread_uid) for dead in found] == [
        (here.recipient.uid, here.thread.uid)
    ]
    assert (found[0].since, str(found[0].channel)) == (NOON, "e-mail")
    assert found[0].reason_word
    assert dead_addresses(centres=[]) == []
