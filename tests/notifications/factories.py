"""Factories of messages and of those who get them."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from factory.declarations import LazyFunction, RelatedFactory, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from notifications.domain.ledger import TopicState, WantedReminder
from notifications.domain.states import Purpose, State
from notifications.models import Address, Recipient, Reminder, Thread, Topic
from tests.accounts.factories import CentreFactory

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
VISIT_ON = date(2026, 3, 20)


class RecipientFactory(DjangoModelFactory[Recipient]):
    class Meta:
        model = Recipient
        skip_postgeneration_save = True

    time_zone = "Europe/Stockholm"
    email = RelatedFactory(
        "tests.notifications.factories.AddressFactory", factory_related_name="recipient"
    )


class AddressFactory(DjangoModelFactory[Address]):
    class Meta:
        model = Address

    recipient = SubFactory(RecipientFactory, email=None)
    channel = "email"
    value = Sequence("recipient-{}@example.test".format)


class ThreadFactory(DjangoModelFactory[Thread]):
    class Meta:
        model = Thread

    uid = LazyFunction(uuid4)
    centre = SubFactory(CentreFactory)


class TopicFactory(DjangoModelFactory[Topic]):
    class Meta:
        model = Topic

    uid = LazyFunction(uuid4)
    thread = SubFactory(ThreadFactory)
    version = 1


class ReminderFactory(DjangoModelFactory[Reminder]):
    class Meta:
        model = Reminder

    topic = SubFactory(TopicFactory)
    thread = SelfAttribute("topic.thread")
    centre = SelfAttribute("thread.centre")
    recipient = SubFactory(RecipientFactory)
    channel = "email"
    kind = "visit_soon"
    rule = Sequence("standard-1:rule-{}".format)
    is_planned = True
    purpose = Purpose.COMFORT
    occurs_on = VISIT_ON
    topic_version = 1
    local_on = NOON.date()
    local_at = time(9)
    zone = "Europe/Stockholm"
    due_at = NOON - timedelta(minutes=5)
    expires_at = NOON + timedelta(days=1)
    state = State.PENDING


def wanted(topic, recipient, **changes):
    """Return a valid wanted reminder, with the changes a test is about."""
    fields = {
        "topic": topic.uid,
        "recipient_id": recipient.pk,
        "channel": "email",
        "kind": "visit_soon",
        "rule": "standard-1:soon",
        "occurs_on": VISIT_ON,
        "send_on": VISIT_ON - timedelta(days=3),
    }
    return WantedReminder(**(fields | changes))


def topic_state(topic, **changes):
    """Return the topic as a plan would state it."""
    return TopicState(**({"uid": topic.uid, "version": topic.version} | changes))
