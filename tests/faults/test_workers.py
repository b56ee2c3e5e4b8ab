"""Workers that freeze, are asked to stop, or are many."""

import os
import signal
import subprocess
import sys
import time

import pytest

from notifications.domain.states import State
from notifications.models import Reminder
from tests.faults.clockwork import LEASE_SECONDS
from tests.faults.ledger import owe
from tests.faults.proof import SLOWEST_PER_SECOND, everything_is_settled, wait_until
from tests.faults.servers import PROJECT

HERD = int(os.environ.get("CARTTRACK_HERD", "1000"))
DRAIN_SECONDS = 30


def test_frozen_for_longer_than_its_lease(workers, mail_server, proven):
    """What the sleeper held was given to another; it wakes up and sends nothing of it."""
    owe(60)
    mail_server.fault, mail_server.faults_left = "hold_after_dot", 1
    sleeper = workers.start()
    assert wait_until(lambda: mail_server.silences)
    os.kill(sleeper, signal.SIGSTOP)
    mail_server.release()
    other = workers.start()
    assert wait_until(everything_is_settled)
    assert Reminder.objects.filter(state=State.SENT).exclude(worker=str(other)).count() == 0

    os.kill(sleeper, signal.SIGCONT)
    time.sleep(0.5)

    line = proven(in_flight=1)
    assert mail_server.taken.total() == 60
    assert line.sent + line.unknown == 60


def test_frozen_before_the_wire_for_longer_than_its_lease(workers, mail_server, proven):
    owe(60)
    mail_server.seconds_to_answer = 0.02
    sleeper = workers.start()
    assert wait_until(lambda: mail_server.taken.total() > 5)
    os.kill(sleeper, signal.SIGSTOP)
    time.sleep(LEASE_SECONDS)
    workers.start()
    assert wait_until(everything_is_settled)

    os.kill(sleeper, signal.SIGCONT)
    time.sleep(0.5)

    assert proven(in_flight=1).sent >= 59


def test_a_sweep_that_is_asked_to_stop_gives_the_rest_back(
    ledger, environment, mail_server, workers, proven
):
    owe(60)
    mail_server.seconds_to_answer = 0.05
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sweep"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert wait_until(lambda: mail_server.taken.total() > 3)
    began = time.monotonic()
    process.terminate()
    said, _ = process.communicate(timeout=DRAIN_SECONDS)
    drained_in = time.monotonic() - began

    assert process.returncode == 0
    assert drained_in < DRAIN_SECONDS
    assert '"unknown": 0' in said
    states = dict.fromkeys(Reminder.objects.values_list("state", flat=True))
    assert set(states) == {State.SENT, State.PENDING}  # nothing has to wait for a lease
    mail_server.seconds_to_answer = 0
    workers.start()
    assert proven().sent == 60


@pytest.mark.feature(80)
@pytest.mark.timeout(120 + HERD / SLOWEST_PER_SECOND, func_only=True)
def test_four_workers_and_a_herd(workers, proven):
    """How fast is what bench/dispatch.py measures; the mail server here is a slow one."""
    owe(HERD)

    workers.start(4)
    assert wait_until(everything_is_settled, seconds=60 + HERD / SLOWEST_PER_SECOND)

    line = proven()
    senders = Reminder.objects.values_list("worker", flat=True).distinct()
    assert line.sent == HERD
    assert len(senders) == 4
