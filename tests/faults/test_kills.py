"""Workers are killed with SIGKILL while they send: nothing is lost, nothing is sent twice."""

import os
import random
import time

import pytest
from django.db import connection, transaction

from notifications.domain.pace import MOST
from notifications.domain.states import State
from notifications.models import Reminder
from tests.faults.ledger import owe
from tests.faults.proof import everything_is_settled, wait_until

KILLS = int(os.environ.get("CARTTRACK_KILLS", "20"))
MESSAGES_PER_KILL = 60  # a killed worker takes a batch with it until its lease is over


def states():
    return set(Reminder.objects.values_list("state", flat=True))


def test_killed_between_claim_and_fence(workers, mail_server, proven):
    owe(60)
    mail_server.fault = "silent"
    worker = workers.start()
    assert wait_until(lambda: mail_server.silences)
    assert states() == {State.LEASED, State.PENDING}

    workers.end(worker)
    mail_server.fault = ""
    workers.start()

    assert proven().sent == 60


def test_killed_between_fence_and_data(workers, mail_server, proven):
    owe(60)
    mail_server.fault, mail_server.faults_left = "silent_at_mail", 1
    worker = workers.start()
    assert wait_until(lambda: mail_server.silences)
    assert Reminder.objects.filter(state=State.SENDING).count() == 1

    workers.end(worker)
    workers.start()

    line = proven(in_flight=1)
    assert (line.sent, line.unknown) == (59, 1)


def test_killed_between_the_final_dot_and_the_answer(workers, mail_server, proven):
    owe(60)
    mail_server.fault, mail_server.faults_left = "silent_after_dot", 1
    worker = workers.start()
    assert wait_until(lambda: mail_server.silences)

    workers.end(worker)
    workers.start()

    line = proven(in_flight=1)
    assert (line.sent, line.unknown) == (59, 1)
    assert mail_server.taken.total() == 60  # the one in doubt did arrive


def test_killed_between_the_answer_and_its_record(workers, mail_server, proven):
    """The worker knows that the message was taken, and dies as it waits to write that down."""
    owe(60)
    mail_server.fault, mail_server.faults_left = "hold_after_dot", 1
    worker = workers.start()
    assert wait_until(lambda: mail_server.silences)
    with transaction.atomic():
        Reminder.objects.select_for_update().get(state=State.SENDING)
        mail_server.release()
        backend = wait_until(waiting_backend)
        workers.end(worker)
        with connection.cursor() as cursor:  # the connection ends with its client
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        assert wait_until(lambda: waiting_backend() is None)

    workers.start()

    line = proven(in_flight=1)
    assert (line.sent, line.unknown) == (59, 1)
    assert mail_server.taken.total() == 60


def waiting_backend():
    """Return the database's process that waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        row = cursor.fetchone()
    return row[0] if row else None


@pytest.mark.feature(80)
@pytest.mark.timeout(60 + 2 * KILLS, func_only=True)
def test_kills_at_random_moments(workers, mail_server, proven):
    """Four workers are at it; one of them is killed, again and again, and another takes its place.

    A worker has no more on the wire than leaves in a moment, so each kill leaves few in doubt.
    """
    owe(KILLS * MESSAGES_PER_KILL)
    mail_server.seconds_to_answer = 0.004
    rng = random.Random(KILLS)
    workers.start(4)
    for _ in range(KILLS):
        before = mail_server.taken.total()
        assert wait_until(lambda before=before: mail_server.taken.total() > before)
        time.sleep(rng.uniform(0.0, 0.03))
        workers.end(rng.choice(workers.alive))
        workers.start()
    assert not everything_is_settled()

    line = proven(in_flight=KILLS * MOST)
    assert line.sent + line.unknown == line.owed
    assert line.unknown  # the kills did hit
