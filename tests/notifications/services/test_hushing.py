"""A hushed thread writes to people at work and to nobody else, whatever was claimed before."""

from uuid import uuid4

import pytest

from notifications.domain.states import Purpose, State
from notifications.models import Reminder
from notifications.services import (
    Decision,
    NotResolvable,
    hush_thread,
    notify_now,
    resolve,
    sync_reminders,
    unhush_thread,
)
from tests.accounts.factories import UserFactory
from tests.factories import staff
from tests.notifications.factories import (
    NOON,
    RecipientFactory,
    ReminderFactory,
    topic_state,
    wanted,
)
from tests.notifications.services.test_sweep import hold, may_send, run

pytestmark = pytest.mark.django_db(transaction=True)


def hush(row, about=None):
    return hush_thread(
        thread_uid=row.thread.uid, about=about or row.recipient, reason="died", now=NOON
    )


def at_work(row):
    """Return a recipient who works at the centre of the row."""
    return RecipientFactory.create(user=staff(row.centre))


def beside(row, recipient, **fields):
    """Return another message of the same thread."""
    return ReminderFactory.create(topic=row.topic, recipient=recipient, **fields)


def test_what_waits_and_what_is_claimed_is_withdrawn():
    claimed = ReminderFactory.create()
    token = hold(claimed)
    waiting = beside(claimed, RecipientFactory.create())
    failed = beside(claimed, claimed.recipient, state=State.FAILED, reason="refused")

    assert hush(claimed) == 3

    assert not may_send(claimed, token)
    assert run().sent == 0
    for row in (claimed, waiting, failed):
        row.refresh_from_db()
        assert (row.state, row.reason) == (State.SUPPRESSED, "died")


def test_the_fence_itself_refuses_what_was_missed():
    row = ReminderFactory.create()
    token = hold(row)
    hush(row)
    again = {"state": State.LEASED, "reason": "", "lease_token": token}
    Reminder.objects.filter(pk=row.pk).update(**again, lease_until=NOON.replace(year=2100))

    assert not may_send(row, token)
    unhush_thread(thread_uid=row.thread.uid)
    assert may_send(row, token)


def test_what_was_on_the_wire_is_not_tried_again():
    row = ReminderFactory.create(
        state=State.SENDING,
        began_at=NOON,
        lease_token=uuid4(),
        lease_until=NOON.replace(year=2025),
    )
    hush(row)

    assert run().sent == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SUPPRESSED, "died")


def test_people_at_work_are_still_written_to():
    row = ReminderFactory.create()
    duty = beside(row, at_work(row))
    hush(row)

    assert run().sent == 1
    duty.refresh_from_db()
    assert duty.state == State.SENT


def test_somebody_at_work_who_is_the_patient_is_not():
    row = ReminderFactory.create()
    both = at_work(row)
    own = beside(row, both)

    hush(row, about=both)

    own.refresh_from_db()
    assert own.state == State.SUPPRESSED
    assert run().sent == 0


def test_a_later_event_and_a_later_plan_owe_the_patient_nothing():
    row = ReminderFactory.create()
    hush(row)
    colleague = at_work(row)

    event = notify_now(
        thread_uid=row.thread.uid,
        topic_uid=None,
        recipient=RecipientFactory.create(user=UserFactory.create()),
        channel="email",
        kind="plan_changed",
        rule="plan_changed:7",
        context={},
        now=NOON,
        expires_at=row.expires_at,
        purpose=Purpose.SAFETY,
    )
    plan = sync_reminders(
        thread_uid=row.thread.uid,
        wanted=[
            wanted(row.topic, row.recipient, rule="later:patient"),
            wanted(row.topic, colleague, rule="later:staff"),
        ],
        topics=[topic_state(row.topic)],
        now=NOON,
    )

    assert (event.state, event.reason) == (State.SUPPRESSED, "died")
    assert [change.recipient_id for change in plan.created] == [colleague.pk]


def test_nobody_sends_a_doubtful_one_again_by_hand():
    row = ReminderFactory.create(state=State.UNKNOWN, reason="reply_lost")
    hush(row)

    with pytest.raises(NotResolvable):
        resolve(reminder_uid=row.uid, decision=Decision.SEND_AGAIN, by=staff(row.centre), now=NOON)


def test_a_hush_that_is_lifted_lets_new_messages_out():
    row = ReminderFactory.create()
    hush(row)

    unhush_thread(thread_uid=row.thread.uid)
    beside(row, row.recipient)

    assert run().sent == 1
