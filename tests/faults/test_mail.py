"""The mail server refuses, is silent, answers with errors, or hangs up at the worst moment."""

from collections import Counter

import pytest

from notifications.domain import retry
from notifications.domain.states import State
from notifications.models import Reminder
from notifications.services import sweep
from tests.faults.clockwork import QUICK
from tests.faults.ledger import owe, person
from tests.faults.proof import pass_time, wait_until

LONGEST_BURST = 0.05


def test_the_mail_server_refuses_connections(workers, mail_server, proven):
    owe(60)
    mail_server.stop()
    workers.start(2)
    assert not wait_until(lambda: Reminder.objects.exclude(attempts=0).exists(), seconds=1)

    mail_server.start()

    assert proven().sent == 60


def test_the_mail_server_takes_a_connection_and_says_nothing(workers, mail_server, proven):
    owe(60)
    mail_server.fault, mail_server.faults_left = "silent", 2
    workers.start(2)

    assert proven().sent == 60
    assert mail_server.silences == 2


def test_the_mail_server_falls_silent_before_the_text(workers, mail_server, proven):
    """Nothing was sent, so those messages go out a moment later."""
    owe(60)
    mail_server.fault, mail_server.faults_left = "silent_at_mail", 2
    workers.start(2)

    assert proven().sent == 60
    assert mail_server.taken.total() == 60


def test_the_mail_server_hangs_up_after_the_final_dot(workers, mail_server, proven):
    """It took them and did not say so: nobody but a person may send them again."""
    owe(60)
    mail_server.fault, mail_server.faults_left = "drop_after_dot", 5
    workers.start(2)

    line = proven(in_flight=5)
    assert (line.sent, line.unknown) == (55, 5)
    assert mail_server.taken.total() == 60


def test_the_mail_server_asks_everybody_to_come_back_later(ledger, mail_server, workers, proven):
    """All come back, and not together: no second sees more than a twentieth of them."""
    owe(400)
    mail_server.fault = "later"
    now = Reminder.objects.values_list("due_at", flat=True).first()

    assert sweep(now=now, worker="patient").again >= 400

    waits = Counter(
        int((due_at - now).total_seconds())
        for due_at in Reminder.objects.values_list("due_at", flat=True)
    )
    assert max(waits.values()) <= LONGEST_BURST * 400
    assert set(Reminder.objects.values_list("state", flat=True)) == {State.PENDING}
    mail_server.fault = ""
    pass_time(retry.FIRST_WAIT * 2)
    workers.start(2)
    assert proven().sent == 400


def test_the_mail_server_is_busy_for_a_while(workers, mail_server, proven):
    owe(60)
    mail_server.fault, mail_server.faults_left = "busy", 12
    workers.start(2)

    assert proven().sent == 60


@pytest.mark.feature(81)
def test_the_mail_server_refuses_some_addresses_for_good(workers, mail_server, proven):
    recipients = [person() for _ in range(12)]
    for recipient in recipients:
        owe(5, recipient=recipient)
    refused = {recipient.addresses.get().value for recipient in recipients[:3]}
    mail_server.refused = refused
    workers.start(2)

    line = proven()
    assert (line.sent, line.failed) == (45, 15)
    assert set(Reminder.objects.filter(state=State.FAILED).values_list("reason", flat=True)) == {
        "bounced"
    }


def test_the_quick_clockwork_is_quicker_than_the_real_one():
    assert all(getattr(module, name) > value for module, name, value in QUICK)
