"""A sweep sends what is due, once, and answers for everything else."""

import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from notifications.domain.states import Purpose, State
from notifications.models import (
    Address,
    DeliveryAttempt,
    Heartbeat,
    InboxMessage,
    OutboxMail,
    Reminder,
    Thread,
)
from notifications.services import SweepInsideTransaction, stop_thread, sweep, sync_reminders
from notifications.services.claim import claim
from notifications.services.refusal import withhold
from notifications.services.wire import settle_and_fence
from tests.notifications.factories import (
    NOON,
    VISIT_ON,
    RecipientFactory,
    ReminderFactory,
    topic_state,
    wanted,
)

pytestmark = pytest.mark.django_db(transaction=True)


def run(now=NOON):
    return sweep(now=now, worker="test")


def hold(row):
    """Claim the row as a worker would, and return the worker's token."""
    token = uuid4()
    held = claim(now=NOON, worker="other", token=token, paused=())
    assert row.pk in {each.id for each in held}
    return token


def may_send(row, token):
    """Ask the fence whether the row may be sent now."""
    return bool(settle_and_fence(ids=[row.pk], token=token, now=NOON))


def test_what_is_due_is_sent_and_the_rest_waits():
    due = ReminderFactory.create()
    later = ReminderFactory.create(due_at=NOON + timedelta(hours=1))

    result = run()

    due.refresh_from_db()
    later.refresh_from_db()
    assert (result.sent, due.state, later.state) == (1, State.SENT, State.PENDING)
    assert due.sent_at is not None
    assert NOON <= due.sent_at < NOON + timedelta(minutes=1)
    assert OutboxMail.objects.get().to == due.recipient.addresses.get().value
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.reminder_id, attempt.number, attempt.outcome) == (due.pk, 1, "sent")


def test_a_sweep_drains_more_than_one_batch_over_every_channel():
    ReminderFactory.create_batch(60)
    ReminderFactory.create_batch(10, channel="in_app", context={"title": "A visit"})

    assert run().sent == 70
    assert (OutboxMail.objects.count(), InboxMessage.objects.count()) == (60, 10)
    assert run().sent == 0


def test_a_sweep_leaves_its_mark():
    run()

    assert Heartbeat.objects.get().name == "sweep"


def test_a_sweep_refuses_to_run_inside_a_transaction():
    with transaction.atomic(), pytest.raises(SweepInsideTransaction):
        run()


def test_an_in_app_message_says_what_it_is_about():
    ReminderFactory.create(
        channel="in_app",
        kind="book_soon",
        context={"title": "Clinic visit", "day": "2026-03-20", "link": "/journeys/1/"},
    )

    run()

    message = InboxMessage.objects.get()
    assert message.subject == "To be booked: Clinic visit on Friday 20 March 2026"
    assert message.link == "/journeys/1/"


@pytest.mark.feature(79)
def test_what_comes_too_late_after_an_outage_goes_to_a_person():
    row = ReminderFactory.create(expires_at=NOON - timedelta(minutes=1))

    assert run().expired == 1
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.EXPIRED, "late")
    assert not OutboxMail.objects.exists()


def test_what_an_outage_delayed_into_the_night_waits_for_the_morning():
    row = ReminderFactory.create(expires_at=NOON + timedelta(days=2))
    night = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)  # 23:30 in Stockholm

    assert run(night).postponed == 1
    row.refresh_from_db()
    assert (row.state, row.due_at) == (State.PENDING, datetime(2026, 3, 4, 6, 0, tzinfo=UTC))


@pytest.mark.feature(81)
def test_a_row_without_a_text_an_address_or_a_time_zone_stops_no_other():
    poison = ReminderFactory.create(channel="in_app", context={"title": "A visit", "day": "soon"})
    unknown = ReminderFactory.create(kind="no_such_kind")
    mute = ReminderFactory.create(recipient=RecipientFactory.create(email=None))
    lost = ReminderFactory.create(recipient__time_zone="Mars/Olympus")
    fine = ReminderFactory.create_batch(3)

    result = run()

    reasons = dict(Reminder.objects.filter(state=State.FAILED).values_list("pk", "reason"))
    assert reasons == {
        poison.pk: "no_text",
        unknown.pk: "no_text",
        mute.pk: "no_address",
        lost.pk: "no_zone",
    }
    assert (result.sent, result.failed) == (len(fine), 4)


@pytest.mark.feature(82)
def test_a_thread_stopped_while_a_worker_holds_its_message_sends_nothing():
    row = ReminderFactory.create()
    token = hold(row)

    stop_thread(thread_uid=row.thread.uid, reason="died", now=NOON)

    assert not may_send(row, token)
    assert run().sent == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SUPPRESSED, "died")


def test_a_date_moved_while_a_worker_holds_the_message_is_not_sent():
    row = ReminderFactory.create()
    token = hold(row)
    on = VISIT_ON + timedelta(days=5)

    sync_reminders(
        thread_uid=row.thread.uid,
        wanted=[wanted(row.topic, row.recipient, rule=row.rule, occurs_on=on, send_on=on)],
        topics=[topic_state(row.topic, version=2)],
        now=NOON,
    )

    assert not may_send(row, token)
    assert run().sent == 0
    assert Reminder.objects.get().occurs_on == on


@pytest.mark.parametrize(
    ("table", "field", "value", "state", "reason"),
    [
        ("topic", "version", 2, State.SUPPRESSED, "plan_moved"),
        ("topic", "is_open", False, State.SUPPRESSED, "cancelled"),
        ("recipient", "comfort_off_at", NOON, State.SUPPRESSED, "opted_out"),
    ],
)
def test_the_fence_checks_every_stop_rule_again(table, field, value, state, reason):
    row = ReminderFactory.create()
    related = getattr(row, table)
    type(related).objects.filter(pk=related.pk).update(**{field: value})

    assert run().sent == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == (state, reason)


def test_a_worker_whose_lease_is_nearly_over_may_not_send():
    row = ReminderFactory.create()
    token = hold(row)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_reminder SET lease_until = now() + interval '59 s'")

    assert not may_send(row, token)


def test_a_row_that_a_plan_is_changing_is_left_to_the_plan():
    row = ReminderFactory.create()
    token = hold(row)
    held, done = threading.Event(), threading.Event()

    def plan():
        with transaction.atomic():
            stop_thread(thread_uid=row.thread.uid, reason="withdrew", now=NOON)
            held.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=plan)
    thread.start()
    held.wait(10)
    try:
        assert not may_send(row, token)
    finally:
        done.set()
        thread.join()
    row.refresh_from_db()
    assert row.reason == "withdrew"


def test_the_rows_of_a_lost_worker_are_due_again():
    row = ReminderFactory.create()
    hold(row)
    assert run().sent == 0
    Reminder.objects.update(lease_until=datetime(2026, 1, 1, tzinfo=UTC))

    result = run()

    assert (result.reaped, result.sent) == (1, 1)


def test_a_row_that_ends_its_worker_three_times_is_set_aside():
    row = ReminderFactory.create(
        state=State.LEASED,
        lease_token=uuid4(),
        lease_until=datetime(2026, 1, 1, tzinfo=UTC),
        lost_leases=2,
    )

    run()

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.FAILED, "kills_worker")


def test_a_suspect_is_claimed_last_and_alone():
    suspects = ReminderFactory.create_batch(2, lost_leases=1)
    healthy = ReminderFactory.create()

    batches = [claim(now=NOON, worker="w", token=uuid4(), paused=()) for _ in range(4)]

    ids = [[each.id for each in found] for found in batches]
    assert ids == [[healthy.pk], [suspects[0].pk], [suspects[1].pk], []]


@pytest.mark.parametrize(
    ("purpose", "channel", "times_unknown", "state"),
    [
        (Purpose.SAFETY, "email", 0, State.UNKNOWN),
        (Purpose.COMFORT, "email", 0, State.SENT),
        (Purpose.COMFORT, "email", 1, State.UNKNOWN),
        (Purpose.SAFETY, "in_app", 3, State.SENT),
    ],
)
def test_what_may_have_been_sent_is_repeated_only_where_the_policy_says_so(
    smtp_sink, purpose, channel, times_unknown, state
):
    row = ReminderFactory.create(
        purpose=purpose,
        channel=channel,
        times_unknown=times_unknown,
        state=State.SENDING,
        attempts=1,
        began_at=NOON - timedelta(minutes=5),
        lease_token=uuid4(),
        lease_until=datetime(2026, 1, 1, tzinfo=UTC),
    )

    run()

    row.refresh_from_db()
    assert row.state == state
    assert row.times_unknown == times_unknown + 1
    assert row.tries.earliest("id").code == "worker_lost"


@pytest.mark.feature(80)
def test_two_sweeps_at_once_send_each_message_once():
    ReminderFactory.create_batch(120)
    results = []

    def work():
        results.append(run())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(result.sent for result in results) == 120
    assert OutboxMail.objects.count() == 120
    assert set(Counter(DeliveryAttempt.objects.values_list("reminder", flat=True)).values()) == {1}


def test_a_claim_among_many_settled_rows_uses_the_index_made_for_it():
    due = ReminderFactory.create()
    values = {
        field.attname: getattr(due, field.attname)
        for field in Reminder._meta.concrete_fields
        if field.attname not in {"id", "uid"}
    }
    settled = values | {"state": State.SUPPRESSED, "reason": "died"}
    Reminder.objects.bulk_create([Reminder(**settled) for _ in range(3000)], batch_size=1000)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_reminder")
        cursor.execute(
            "EXPLAIN SELECT id FROM notifications_reminder WHERE state = 'pending' "
            "AND due_at <= now() AND expires_at > now() ORDER BY due_at, id LIMIT 50"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "reminder_due" in plan


def test_an_address_refused_twice_gets_nothing_more(smtp_sink):
    smtp_sink.refuse = lambda address: "550 5.1.1 <someone@example.test> no such user"
    recipient = RecipientFactory.create()
    ReminderFactory.create_batch(2, recipient=recipient)

    assert run().failed == 2
    smtp_sink.refuse = lambda address: None
    ReminderFactory.create(recipient=recipient)

    assert run().sent == 0
    assert Address.objects.get().blocked_reason == "bounced"
    assert Reminder.objects.filter(state=State.FAILED, reason="bounced").count() == 3
    answers = set(DeliveryAttempt.objects.values_list("code", "text"))
    assert answers == {("550", "5.1.1 <[address]> no such user")}


def test_a_row_that_expires_while_it_is_held_goes_to_a_person():
    row = ReminderFactory.create()
    token = hold(row)

    state = withhold(reminder_id=row.pk, token=token, now=row.expires_at)

    row.refresh_from_db()
    assert state == row.state == State.EXPIRED


def test_a_row_that_nothing_speaks_against_stays_with_its_worker():
    row = ReminderFactory.create()
    token = hold(row)

    assert withhold(reminder_id=row.pk, token=token, now=NOON) is None
    assert withhold(reminder_id=row.pk, token=uuid4(), now=NOON) is None
    row.refresh_from_db()
    assert row.state == State.LEASED


def test_the_fence_asks_whether_the_thread_is_stopped_even_if_the_row_was_missed():
    row = ReminderFactory.create()
    Thread.objects.update(stopped_at=NOON, stop_reason="ended")

    assert run().suppressed == 1
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SUPPRESSED, "ended")


def test_a_row_that_ends_its_worker_on_an_idempotent_channel_is_not_repeated_for_ever():
    row = ReminderFactory.create(
        channel="in_app",
        state=State.SENDING,
        began_at=NOON,
        lost_leases=2,
        lease_token=uuid4(),
        lease_until=datetime(2026, 1, 1, tzinfo=UTC),
    )

    run()

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.UNKNOWN, "worker_lost")


def test_the_command_sweeps_and_says_what_became_of_the_messages(capsys):
    ReminderFactory.create(expires_at=NOON + timedelta(minutes=1))  # long ago by the clock

    call_command("sweep")

    assert json.loads(capsys.readouterr().out)["expired"] == 1
