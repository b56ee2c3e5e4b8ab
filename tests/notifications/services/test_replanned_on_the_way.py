"""A plan that changes while a message is on the wire, or waits for a person, loses no message."""

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest

from notifications.channels import channel_named
from notifications.domain.message import Outcome, Result
from notifications.domain.states import State
from notifications.models import Reminder
from notifications.services import resolve, stop_thread, sweep, sync_reminders
from notifications.services.claim import claim, unsend
from notifications.services.resolve import Decision
from notifications.services.wire import settle_and_fence, settlement
from tests.accounts.factories import UserFactory
from tests.notifications.factories import (
    NOON,
    VISIT_ON,
    RecipientFactory,
    TopicFactory,
    topic_state,
    wanted,
)

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + timedelta(hours=2)


class Plan:
    """One activity with one message, which is due at noon."""

    def __init__(self):
        self.topic = TopicFactory.create()
        self.recipient = RecipientFactory.create()

    def changes(self, *, version, occurs_on=VISIT_ON):
        """Say what is wanted now."""
        message = wanted(self.topic, self.recipient, send_on=NOON.date(), occurs_on=occurs_on)
        sync_reminders(
            thread_uid=self.topic.thread.uid,
            wanted=[message],
            topics=[topic_state(self.topic, version=version)],
            now=NOON - timedelta(hours=8),
        )


@pytest.fixture
def plan(mail_server):
    plan = Plan()
    plan.changes(version=1)
    return plan


def fence():
    """Take the message and let it pass the fence, as a worker would."""
    token = uuid4()
    (held,) = claim(now=NOON, worker="other", token=token, paused=())
    assert settle_and_fence(ids=[held.id], token=token, now=NOON) == {held.id}
    return held, token


def was_not_sent(held, token):
    """Give the message back, as a worker does that ran out of time."""
    unsend(ids=[held.id], token=token)


def was_put_off(held, token):
    """Record that the server asked to come back later."""
    done = settlement(
        held,
        Outcome(result=Result.AGAIN, code="451"),
        channel=channel_named("email"),
        began_at=NOON,
        ended_at=NOON,
        rng=Random(1),
    )
    settle_and_fence(done=[done], token=token, now=NOON)


@pytest.mark.parametrize("comes_back", [was_not_sent, was_put_off])
def test_a_message_on_the_wire_that_comes_back_is_still_wanted(plan, comes_back):
    held, token = fence()

    plan.changes(version=2)
    comes_back(held, token)

    assert sweep(now=LATER, worker="test").sent == 1
    assert Reminder.objects.get().state == State.SENT


@pytest.mark.parametrize("comes_back", [was_not_sent, was_put_off])
def test_a_message_on_the_wire_about_another_day_goes_out_for_that_day_only(plan, comes_back):
    held, token = fence()

    plan.changes(version=2, occurs_on=VISIT_ON + timedelta(days=1))
    comes_back(held, token)
    sweep(now=LATER, worker="test")

    assert dict(Reminder.objects.values_list("occurs_on", "state")) == {
        VISIT_ON: State.SUPPRESSED,
        VISIT_ON + timedelta(days=1): State.SENT,
    }


def test_a_message_on_the_wire_of_a_journey_that_ends_does_not_come_back(plan):
    held, token = fence()

    stop_thread(thread_uid=plan.topic.thread.uid, reason="died", now=NOON)
    was_put_off(held, token)

    assert sweep(now=LATER, worker="test").sent == 0
    assert Reminder.objects.get().state == State.SUPPRESSED


@pytest.mark.parametrize("state", [State.FAILED, State.UNKNOWN])
def test_what_a_person_sends_again_belongs_to_the_plan_as_it_is(plan, state):
    Reminder.objects.update(state=state, reason="reply_lost")

    plan.changes(version=2)
    resolve(
        reminder_uid=Reminder.objects.get().uid,
        decision=Decision.SEND_AGAIN,
        by=UserFactory.create(),
        now=NOON,
    )

    assert sweep(now=LATER, worker="test").sent == 1
