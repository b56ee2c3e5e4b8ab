"""Messages about what has just happened."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels import UnknownChannel
from notifications.domain.states import State
from notifications.models import Reminder
from notifications.services import notify_now, stop_thread, sync_reminders
from tests.notifications.factories import NOON, RecipientFactory, TopicFactory, topic_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    return TopicFactory()


@pytest.fixture
def recipient():
    return RecipientFactory()


def tell(topic, recipient, **changes):
    arguments = {
        "thread_uid": topic.thread.uid,
        "topic_uid": topic.uid,
        "recipient": recipient,
        "channel": "email",
        "kind": "plan_changed",
        "rule": "revision:1",
        "context": {"title": "Clinic visit"},
        "now": NOON,
        "expires_at": NOON + timedelta(days=2),
    }
    return notify_now(**(arguments | changes))


def test_an_event_is_told_once(topic, recipient):
    first = tell(topic, recipient)
    again = tell(topic, recipient, now=NOON + timedelta(hours=20))

    assert first == again == Reminder.objects.get()
    assert (first.due_at, first.state) == (NOON, State.PENDING)


def test_an_event_without_an_activity_is_told_once_too(topic, recipient):
    assert tell(topic, recipient, topic_uid=None) == tell(topic, recipient, topic_uid=None)


def test_another_recipient_or_event_is_another_message(topic, recipient):
    tell(topic, recipient)
    tell(topic, RecipientFactory.create())
    tell(topic, recipient, rule="revision:2")

    assert Reminder.objects.count() == 3


def test_an_event_in_the_night_waits_for_the_morning_unless_nobody_is_woken(topic, recipient):
    night = datetime(2026, 3, 3, 22, 0, tzinfo=UTC)

    assert tell(topic, recipient, now=night).due_at == datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
    assert tell(topic, recipient, now=night, channel="in_app").due_at == night


def test_an_event_of_a_stopped_thread_is_kept_as_not_sent(topic, recipient):
    stop_thread(thread_uid=topic.thread.uid, reason="died", now=NOON)

    row = tell(topic, recipient)

    assert (row.state, row.reason) == (State.SUPPRESSED, "died")


def test_a_sync_of_the_plan_leaves_events_alone(topic, recipient):
    row = tell(topic, recipient)

    sync_reminders(
        thread_uid=topic.thread.uid,
        wanted=[],
        topics=[topic_state(topic, version=7)],
        now=NOON,
    )

    row.refresh_from_db()
    assert (row.state, row.topic_version) == (State.PENDING, 7)


def test_an_unknown_channel_is_refused(topic, recipient):
    with pytest.raises(UnknownChannel):
        tell(topic, recipient, channel="pigeon")
