"""PostgreSQL restarts, goes away for a while, or takes no writes."""

import time

import pytest
from django.db import connection

from notifications.domain.pace import MOST
from notifications.domain.states import State
from notifications.models import Reminder
from tests.faults.ledger import owe
from tests.faults.proof import everything_is_settled, wait_until


@pytest.fixture
def busy(workers, mail_server):
    """Let four workers begin with what is owed."""
    owe(400)
    mail_server.seconds_to_answer = 0.005
    workers.start(4)
    assert wait_until(lambda: mail_server.taken.total() > 40)
    return workers


def test_the_database_restarts_as_after_a_power_cut(busy, postgres, mail_server, proven):
    connection.close()
    postgres.restart()

    line = proven(in_flight=4 * MOST)
    assert line.sent + line.unknown == 400


def test_the_database_is_away_for_a_while(busy, postgres, mail_server, proven):
    connection.close()
    postgres.stop()
    time.sleep(2)
    taken = mail_server.taken.total()
    time.sleep(1)
    assert mail_server.taken.total() == taken  # nobody sends what cannot be written down
    postgres.start()

    line = proven(in_flight=4 * MOST)
    assert line.sent + line.unknown == 400


def test_the_database_takes_no_writes(busy, postgres, mail_server, proven):
    """A disk that is full looks like this: reads work, and every write is refused."""
    with postgres.as_superuser() as server:
        server.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        server.execute("SELECT pg_reload_conf()")
    try:
        time.sleep(1)
        taken = mail_server.taken.total()
        time.sleep(1)
        assert mail_server.taken.total() == taken < 400
    finally:
        with postgres.as_superuser() as server:
            server.execute("SET default_transaction_read_only = off")
            server.execute("ALTER SYSTEM RESET default_transaction_read_only")
            server.execute("SELECT pg_reload_conf()")

    assert wait_until(everything_is_settled)
    line = proven(in_flight=4 * MOST)
    assert line.sent + line.unknown == 400
    assert not Reminder.objects.filter(state=State.FAILED).exists()
