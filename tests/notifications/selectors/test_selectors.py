"""What pages and proofs are told."""

from datetime import timedelta

import pytest

from carttrack.prepared import answers
from notifications.domain.ledger import TopicState
from notifications.domain.states import State
from notifications.models import DeliveryAttempt, Heartbeat, InboxMessage, Reminder
from notifications.selectors import (
    asked_for_waiting,
    change_rows,
    inbox,
    messages_of,
    reconcile,
    sweep_age,
    undelivered,
    undelivered_at,
    unread_count,
)
from notifications.services import stop_thread, sync_reminders
from tests.accounts.factories import CentreFactory, UserFactory
from tests.notifications.factories import (
    NOON,
    RecipientFactory,
    ReminderFactory,
    TopicFactory,
    wanted,
)

pytestmark = pytest.mark.django_db


def fail(**changes):
    return ReminderFactory.create(state=State.FAILED, reason="bounced", **changes)


def test_the_age_of_the_last_sweep():
    assert sweep_age(now=NOON) is None
    Heartbeat.objects.create(name="sweep", beat_at=NOON - timedelta(seconds=40))

    assert sweep_age(now=NOON) == timedelta(seconds=40)


def test_each_centre_sees_its_own_undelivered_messages_oldest_first():
    later, earlier = fail(), fail(due_at=NOON - timedelta(hours=1))
    fail()
    ReminderFactory.create(topic=later.topic)
    centres = [later.centre, earlier.centre]

    rows = undelivered(centres=centres)

    assert [row.uid for _, row in rows] == [earlier.uid, later.uid]
    assert [thread for thread, _ in rows] == [earlier.thread.uid, later.thread.uid]
    assert str(rows[0][1].reason_word) == "the address does not work"
    brief = answers(*(asked_for_waiting(centre) for centre in centres))
    assert [len(found) for found in brief] == [1, 1]


def test_one_undelivered_message_opens_only_where_it_is_listed():
    row = fail()

    assert undelivered_at(centres=[row.centre], reminder_uid=row.uid) == row
    with pytest.raises(Reminder.DoesNotExist):
        undelivered_at(centres=[CentreFactory.create()], reminder_uid=row.uid)


def test_nobody_waits_for_the_undelivered_messages_of_a_stopped_thread():
    row = fail()

    stop_thread(thread_uid=row.thread.uid, reason="died", now=NOON)

    assert undelivered(centres=[row.centre]) == []


def test_the_undelivered_list_needs_the_same_queries_for_many(django_assert_num_queries):
    topic = TopicFactory.create()
    for _ in range(20):
        fail(topic=topic)

    with django_assert_num_queries(1):
        assert len(undelivered(centres=[topic.thread.centre])) == 20


def test_the_messages_of_a_journey_sent_and_coming(django_assert_num_queries):
    topic = TopicFactory.create()
    coming = ReminderFactory.create(topic=topic, due_at=NOON + timedelta(hours=1))
    sent = ReminderFactory.create(topic=topic, state=State.SENT, sent_at=NOON)
    ReminderFactory.create()

    with django_assert_num_queries(1):
        found = messages_of(thread_uid=topic.thread.uid)

    assert [(row.uid, row.at) for row in found.past] == [(sent.uid, NOON)]
    assert [(row.uid, row.at) for row in found.coming] == [(coming.uid, coming.due_at)]
    assert found.past[0].state == State.SENT


def test_of_many_messages_the_next_and_the_latest_are_read_and_withdrawn_ones_are_not():
    topic = TopicFactory.create()
    hours = [timedelta(hours=number) for number in range(1, 10)]
    coming = [ReminderFactory.create(topic=topic, due_at=NOON + later) for later in hours]
    days = [NOON - ago for ago in hours]
    sent = [
        ReminderFactory.create(topic=topic, state=State.SENT, due_at=day, sent_at=day)
        for day in days
    ]
    ReminderFactory.create(topic=topic, state=State.SUPPRESSED, reason="died", due_at=NOON)

    found = messages_of(thread_uid=topic.thread.uid)

    assert [row.uid for row in found.coming] == [row.uid for row in coming[:6]]
    assert [row.uid for row in found.past] == [row.uid for row in sent[:6]]
    assert found.coming_count == len(coming)


def test_a_preview_shows_the_words_of_each_message():
    topic, recipient = TopicFactory.create(), RecipientFactory.create()
    result = sync_reminders(
        thread_uid=topic.thread.uid,
        wanted=[
            wanted(topic, recipient),
            wanted(topic, recipient, kind="no_such_kind", rule="standard-1:odd"),
        ],
        topics=[TopicState(uid=topic.uid, version=1)],
        now=NOON,
    )

    rows = change_rows(changes=result.created, language="en")

    assert [row.subject for row in rows] == ["A reminder of your booked time", ""]
    assert "Sign in" in rows[0].text
    assert str(rows[0].channel) == "e-mail"


def test_an_inbox_holds_its_owners_messages_newest_first():
    user = UserFactory.create()
    mine = RecipientFactory.create(user=user)
    for number, recipient in enumerate([mine, mine, RecipientFactory.create()]):
        InboxMessage.objects.create(
            message_uid=CentreFactory.create().uid,
            recipient=recipient,
            subject=f"Number {number}",
            body="",
            at=NOON + timedelta(minutes=number),
            read_at=NOON if number == 0 else None,
        )

    assert [(row.subject, row.is_new) for row in inbox(user=user).rows] == [
        ("Number 1", True),
        ("Number 0", False),
    ]
    assert unread_count(user=user) == 1


@pytest.mark.feature(88)
def test_every_row_is_accounted_for():
    sent = ReminderFactory.create(state=State.SENT, sent_at=NOON)
    DeliveryAttempt.objects.create(
        reminder=sent, number=1, began_at=NOON, ended_at=NOON, outcome="sent"
    )
    ReminderFactory.create(state=State.SUPPRESSED, reason="died")
    fail()
    ReminderFactory.create(due_at=NOON - timedelta(hours=1))
    ReminderFactory.create(due_at=NOON + timedelta(hours=1))

    counted = reconcile(now=NOON)

    assert counted.expected == 5
    assert (counted.sent, counted.suppressed, counted.failed, counted.pending) == (1, 1, 1, 2)
    assert (counted.unaccounted, counted.late) == (0, 1)
    assert counted.suppressed_by_reason == {"died": 1}


def test_a_row_called_sent_without_a_try_is_not_accounted_for():
    ReminderFactory.create(state=State.SENT, sent_at=NOON)

    assert reconcile(now=NOON).unaccounted == 1
