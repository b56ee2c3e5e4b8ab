"""Workers are killed with SIGKILL while they send: nothing is lost, nothing is sent twice."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.db import connection

from notifications.domain.states import Purpose, State
from notifications.models import Reminder
from notifications.selectors import reconcile
from notifications.services import sweep
from tests.notifications.factories import NOON, RecipientFactory, ReminderFactory, TopicFactory

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGES = 150
KILLS = 20
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def database_url():
    """Return the address of the tests' own database."""
    given = connection.settings_dict
    host = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@{given['HOST']}:{given['PORT']}"
    return f"postgresql://{host}/{given['NAME']}"


@pytest.fixture
def nursery(mail_server, project):
    """Run the process that makes workers, pointed at the tests' database and mail server."""
    environment = os.environ | {
        "CARTTRACK_MODE": "test",
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": database_url(),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_server.port),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.notifications.faults.nursery"],
        cwd=project,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.communicate()


def end_lease_of(worker):
    """Let the time pass that a dead worker's lease would need."""
    held = Reminder.objects.filter(worker=str(worker), state__in=[State.LEASED, State.SENDING])
    held.update(lease_until=LONG_AGO)


def wait_until_more_is_taken(mail_server):
    """Wait until the new worker has begun to send."""
    before, deadline = mail_server.taken.total(), time.monotonic() + 10
    while mail_server.taken.total() == before and time.monotonic() < deadline:
        time.sleep(0.001)


@pytest.mark.feature(80)
def test_twenty_kills_double_nothing_and_lose_nothing(mail_server, nursery):
    mail_server.seconds_to_answer = 0.002
    topic, recipient = TopicFactory.create(), RecipientFactory.create()
    ReminderFactory.create_batch(MESSAGES, topic=topic, recipient=recipient, purpose=Purpose.SAFETY)
    rng = random.Random(20)

    kills_mid_work = 0
    for _ in range(KILLS):
        nursery.stdin.write("fork\n")
        nursery.stdin.flush()
        worker = int(nursery.stdout.readline())
        wait_until_more_is_taken(mail_server)
        time.sleep(rng.uniform(0, 0.03))
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.02)
        kills_mid_work += Reminder.objects.filter(worker=str(worker), state=State.SENDING).exists()
        end_lease_of(worker)
    while sweep(now=NOON, worker="last").sent:
        pass

    rows = Reminder.objects.all()
    states = set(rows.values_list("state", flat=True))
    unknown = rows.filter(state=State.UNKNOWN).count()
    sent = {
        f"<{uid}@carttrack.invalid>"
        for uid in rows.filter(state=State.SENT).values_list("uid", flat=True)
    }
    assert states <= {State.SENT, State.UNKNOWN}
    assert max(mail_server.taken.values()) == 1
    assert sent <= mail_server.taken.keys()
    assert kills_mid_work > 0
    assert unknown == kills_mid_work <= KILLS
    counted = reconcile(now=NOON)
    assert (counted.expected, counted.unaccounted, counted.pending) == (MESSAGES, 0, 0)
