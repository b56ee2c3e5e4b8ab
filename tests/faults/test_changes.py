"""The plan changes, somebody withdraws, or a row is broken, while workers hold rows."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from notifications.domain.states import Purpose, State
from notifications.models import Reminder, Topic
from notifications.services import stop_thread, sync_reminders, turn_comfort_off
from tests.faults.ledger import owe, person
from tests.faults.proof import wait_until
from tests.notifications.factories import TopicFactory, topic_state, wanted


@pytest.fixture
def claimed(workers, mail_server):
    """Let a worker claim what is owed and wait for the mail server, just before the last check."""

    def claim(count=40, **changes):
        rows = owe(count, **changes)
        mail_server.fault, mail_server.faults_left = "hold_greeting", 1
        workers.start()
        assert wait_until(lambda: mail_server.silences)
        assert Reminder.objects.filter(state=State.LEASED).count() == count
        return rows

    return claim


def test_the_plan_moves_while_its_messages_are_claimed(claimed, mail_server, proven):
    """Every row that was claimed for the old day stays behind, and one for the new day is owed."""
    topic, recipient = TopicFactory.create(), person()
    claimed(topic=topic, recipient=recipient)
    now = timezone.now()
    visit_on = now.date() + timedelta(days=20)

    with transaction.atomic():
        sync_reminders(
            thread_uid=topic.thread.uid,
            topics=[topic_state(topic, version=2)],
            wanted=[wanted(topic, recipient, occurs_on=visit_on, send_on=now.date())],
            now=now,
        )
    Reminder.objects.filter(state=State.PENDING).update(due_at=now)
    mail_server.release()

    line = proven()
    assert (line.sent, line.suppressed) == (1, 40)
    assert mail_server.taken.total() == 1


def test_consent_is_withdrawn_while_messages_are_claimed(claimed, mail_server, proven):
    topic = TopicFactory.create()
    claimed(topic=topic)

    stop_thread(thread_uid=topic.thread.uid, reason="withdrew", now=timezone.now())
    mail_server.release()

    line = proven()
    assert (line.sent, line.suppressed) == (0, 40)
    assert not mail_server.taken


def test_comfort_is_turned_off_while_messages_are_claimed(claimed, mail_server, proven):
    recipient = person()
    claimed(recipient=recipient, purpose=Purpose.COMFORT)

    turn_comfort_off(recipient=recipient, now=timezone.now())
    mail_server.release()

    assert proven().suppressed == 40
    assert not mail_server.taken


def test_journeys_end_while_four_workers_send(workers, mail_server, proven):
    """After the end of each, only what was on the wire at that moment still arrives."""
    topics = TopicFactory.create_batch(8)
    owned = {topic.pk: owe(40, topic=topic) for topic in topics}
    mail_server.seconds_to_answer = 0.005
    workers.start(4)
    allowed = {}
    for topic in Topic.objects.select_related("thread"):
        assert wait_until(lambda: mail_server.taken.total() > 8)
        stop_thread(thread_uid=topic.thread.uid, reason="died", now=timezone.now())
        begun = Reminder.objects.filter(topic=topic, attempts__gt=0)
        allowed[topic.pk] = set(begun.values_list("uid", flat=True))

    line = proven()
    for topic_id, rows in owned.items():
        arrived = {row.uid for row in rows if f"<{row.uid}@carttrack.invalid>" in mail_server.taken}
        assert arrived <= allowed[topic_id]
    assert line.sent + line.suppressed == 320
    assert line.suppressed


@pytest.mark.feature(81)
def test_one_poisoned_row_among_a_thousand(workers, mail_server, proven):
    owe(500)
    poisoned = [
        *owe(1, kind="no_such_kind"),
        *owe(1, recipient=person(email=None)),
        *owe(1, channel="in_app", context={"title": "A visit", "day": "the day after"}),
        *owe(1, channel="in_app", context={"title": "x" * 1_000_000}),
    ]
    owe(500)
    workers.start(2)

    line = proven()
    assert (line.sent, line.failed) == (1000, len(poisoned))
    failed = Reminder.objects.filter(state=State.FAILED)
    assert {row.uid for row in poisoned} == set(failed.values_list("uid", flat=True))
    assert set(failed.values_list("reason", flat=True)) == {"no_text", "no_address"}


@pytest.mark.feature(79)
def test_workers_come_back_after_an_outage_of_three_days(workers, proven):
    """What still helps is sent, oldest first; what would only confuse is on somebody's list."""
    now = timezone.now()
    three_days_ago = now - timedelta(days=3)
    owe(40, due_at=three_days_ago)
    owe(20, due_at=three_days_ago, expires_at=now - timedelta(hours=1))
    workers.start(2)

    line = proven()
    assert (line.sent, line.expired) == (40, 20)
    times = Reminder.objects.filter(state=State.EXPIRED).values_list("reason", flat=True)
    assert set(times) == {"late"}
