"""The ledger follows the plan."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications.domain.states import State
from notifications.models import Reminder, Topic
from notifications.services import stop_thread, sync_reminders
from tests.notifications.factories import (
    NOON,
    VISIT_ON,
    RecipientFactory,
    ReminderFactory,
    ThreadFactory,
    TopicFactory,
    topic_state,
    wanted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    return TopicFactory.create()


@pytest.fixture
def recipient():
    return RecipientFactory.create()


def sync(topic, *reminders, now=NOON, **changes):
    """Sync the topic's thread with what is wanted, the topic being open unless changed."""
    return sync_reminders(
        thread_uid=topic.thread.uid,
        wanted=reminders,
        topics=[topic_state(topic, **changes)],
        now=now,
    )


def test_a_wanted_reminder_becomes_a_row_due_at_its_local_hour(topic, recipient):
    result = sync(topic, wanted(topic, recipient))

    row = Reminder.objects.get()
    assert len(result.created) == 1
    assert (row.state, row.occurs_on, row.topic_version) == (State.PENDING, VISIT_ON, 1)
    nine = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)
    assert nine - timedelta(minutes=10) < row.due_at <= nine
    assert row.expires_at == datetime(2026, 3, 18, 23, 0, tzinfo=UTC)


def test_the_same_wish_again_changes_nothing(topic, recipient):
    sync(topic, wanted(topic, recipient))
    before = Reminder.objects.values().get()

    result = sync(topic, wanted(topic, recipient), now=NOON + timedelta(hours=1))

    assert (result.created, result.moved, result.suppressed, result.unchanged) == ((), (), (), 1)
    assert Reminder.objects.values().get() == before


@pytest.mark.feature(78)
def test_a_date_moved_three_times_leaves_one_sendable_row(topic, recipient):
    sync(topic, wanted(topic, recipient))
    row = Reminder.objects.get()

    for days in (3, -2, 9):
        on = VISIT_ON + timedelta(days=days)
        result = sync(
            topic,
            wanted(topic, recipient, occurs_on=on, send_on=on - timedelta(days=3)),
            version=days + 10,
        )
        assert len(result.moved) == 1

    row.refresh_from_db()
    assert Reminder.objects.get() == row
    assert row.occurs_on == on
    assert row.due_at.date() == on - timedelta(days=3)
    assert row.topic_version == Topic.objects.get().version == 19


def test_a_row_that_a_worker_holds_moves_and_the_worker_loses_it(topic, recipient):
    sync(topic, wanted(topic, recipient))
    Reminder.objects.update(
        state=State.LEASED, lease_token=topic.uid, lease_until=NOON, lost_leases=1
    )

    sync(topic, wanted(topic, recipient, occurs_on=date(2026, 3, 25), send_on=date(2026, 3, 22)))

    row = Reminder.objects.get()
    assert (row.state, row.lease_token, row.occurs_on) == (State.PENDING, None, date(2026, 3, 25))


def test_what_is_no_longer_wanted_is_suppressed_with_a_reason(topic, recipient):
    sync(topic, wanted(topic, recipient))

    result = sync(topic)

    assert [change.reason for change in result.suppressed] == ["plan_moved"]
    assert Reminder.objects.get().reason == "plan_moved"


def test_the_reminders_of_a_closed_activity_go_for_its_reason(topic, recipient):
    sync(topic, wanted(topic, recipient))
    failed = ReminderFactory.create(topic=topic, state=State.FAILED, reason="bounced")

    sync(topic, wanted(topic, recipient), is_open=False, reason="done", version=2)

    assert set(Reminder.objects.values_list("state", "reason")) == {(State.SUPPRESSED, "done")}
    assert failed in Reminder.objects.filter(reason="done")


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.SENDING, State.UNKNOWN])
def test_what_was_told_for_a_day_is_not_told_again_for_that_day(topic, recipient, state):
    told = ReminderFactory.create(
        topic=topic,
        recipient=recipient,
        rule="standard-1:soon",
        state=state,
        reason="reply_lost",
        sent_at=NOON,
        lease_token=topic.uid,
        delivered_at=NOON,
        lease_until=NOON,
    )

    again = sync(topic, wanted(topic, recipient))
    moved = sync(topic, wanted(topic, recipient, occurs_on=VISIT_ON + timedelta(days=1)))

    assert again.created == ()
    assert len(moved.created) == 1
    told.refresh_from_db()
    assert told.state == state


def test_a_failed_row_of_an_old_date_leaves_the_list_when_the_new_one_is_planned(topic, recipient):
    failed = ReminderFactory.create(
        topic=topic,
        recipient=recipient,
        rule="standard-1:soon",
        state=State.FAILED,
        reason="refused",
        occurs_on=VISIT_ON - timedelta(days=7),
    )

    sync(topic, wanted(topic, recipient))

    failed.refresh_from_db()
    assert (failed.state, failed.reason) == (State.SUPPRESSED, "plan_moved")
    assert Reminder.objects.live().count() == 1


@pytest.mark.feature(77)
def test_a_reminder_that_would_come_too_late_is_kept_silent_about_once(topic, recipient):
    late = wanted(topic, recipient, send_on=NOON.date() - timedelta(days=5))

    assert not sync(topic, late).created
    assert not sync(topic, late).created
    silence = Reminder.objects.get()
    assert (silence.state, silence.reason) == (State.SUPPRESSED, "too_late")


def test_what_was_too_late_is_sent_when_its_day_moves_ahead(topic, recipient):
    sync(topic, wanted(topic, recipient, send_on=NOON.date() - timedelta(days=5)))

    later = wanted(topic, recipient, occurs_on=VISIT_ON + timedelta(days=9))

    assert len(sync(topic, later).created) == 1
    assert Reminder.objects.get(state=State.PENDING).occurs_on == later.occurs_on


def test_a_move_that_leaves_no_time_suppresses_the_row(topic, recipient):
    sync(topic, wanted(topic, recipient))

    sync(topic, wanted(topic, recipient, occurs_on=VISIT_ON, send_on=date(2026, 2, 1)))

    assert Reminder.objects.get().reason == "too_late"


def test_a_message_at_once_is_due_now(topic, recipient):
    sync(topic, wanted(topic, recipient, send_on=None))

    row = Reminder.objects.get()
    assert row.due_at == NOON
    assert sync(topic, wanted(topic, recipient, send_on=None)).unchanged == 1


def test_a_stopped_thread_wants_nothing(topic, recipient):
    sync(topic, wanted(topic, recipient))
    assert stop_thread(thread_uid=topic.thread.uid, reason="died", now=NOON) == 1
    assert stop_thread(thread_uid=topic.thread.uid, reason="ended", now=NOON) == 0

    sync(topic, wanted(topic, recipient, occurs_on=VISIT_ON + timedelta(days=1)))

    assert list(Reminder.objects.values_list("state", "reason")) == [(State.SUPPRESSED, "died")]


def test_a_wish_twice_or_about_an_unknown_activity_is_refused(topic, recipient):
    with pytest.raises(ValueError, match="share"), transaction.atomic():
        sync(topic, wanted(topic, recipient), wanted(topic, recipient))
    with pytest.raises(ValueError, match="unknown topics"), transaction.atomic():
        sync(topic, wanted(TopicFactory.create(), recipient))


def test_only_topics_that_change_are_written(topic):
    other = TopicFactory.create(thread=topic.thread)
    sync(topic, version=2)

    with CaptureQueriesContext(connection) as same:
        sync(topic, version=2)
    sync(topic, version=3)

    assert not [query for query in same if "INSERT" in str(query["sql"])]
    versions = Topic.objects.filter(pk__in=[topic.pk, other.pk]).order_by("pk")
    assert list(versions.values_list("version", flat=True)) == [3, other.version]


def test_a_topic_of_another_thread_is_left_alone(topic):
    sync_reminders(
        thread_uid=ThreadFactory.create().uid,
        wanted=(),
        topics=[topic_state(topic, version=9, is_open=False)],
        now=NOON,
    )

    assert Topic.objects.values_list("version", "is_open").get() == (topic.version, True)


@pytest.mark.parametrize("size", [1, 60])
def test_the_number_of_queries_does_not_depend_on_the_rows(
    recipient, size, django_assert_num_queries
):
    thread = ThreadFactory.create()
    topics = TopicFactory.create_batch(size, thread=thread)
    gone = wanted(topics[0], recipient, rule="standard-1:gone")
    states = [topic_state(topic, version=2) for topic in topics]
    first = [gone, *(wanted(topic, recipient) for topic in topics)]
    sync_reminders(thread_uid=thread.uid, wanted=first, topics=states, now=NOON)
    on = VISIT_ON + timedelta(days=1)
    moved = [wanted(topic, recipient, occurs_on=on) for topic in topics]
    new = [wanted(topic, recipient, rule="standard-1:new") for topic in topics]
    states = [topic_state(topic, version=3) for topic in topics]

    with django_assert_num_queries(10):
        result = sync_reminders(
            thread_uid=thread.uid, wanted=[*moved, *new], topics=states, now=NOON
        )

    assert (len(result.moved), len(result.created), len(result.suppressed)) == (size, size, 1)


@pytest.mark.feature(77)
def test_the_database_refuses_a_second_row_for_the_same_occurrence():
    row = ReminderFactory.create()

    with pytest.raises(IntegrityError, match="once_per_occurrence"), transaction.atomic():
        ReminderFactory.create(topic=row.topic, recipient=row.recipient, rule=row.rule)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("reminder_due_before_it_expires", {"expires_at": NOON - timedelta(days=1)}),
        ("reminder_state_is_known", {"state": "lost"}),
        ("reminder_purpose_is_known", {"purpose": "fun"}),
        ("reminder_sent_has_its_instant", {"state": "sent"}),
        ("reminder_lease_is_whole", {"state": "leased"}),
        ("reminder_unsent_has_a_reason", {"state": "failed"}),
        ("reminder_planned_has_its_topic", {"occurs_on": None}),
    ],
)
def test_the_database_refuses_a_row_that_makes_no_sense(constraint, changes):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReminderFactory.create(**changes)
