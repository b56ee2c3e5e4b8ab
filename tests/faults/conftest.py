"""Servers, workers and a ledger that a fault may do its worst to."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from django.db import connection

from carttrack.database import parse_database_url
from tests.conftest import do_without
from tests.faults import proof
from tests.faults.servers import PROJECT, Postgres, Redis
from tests.notifications.smtp_server import FaultyServer

TABLES = (
    "notifications_deliveryattempt, notifications_reminder, notifications_topic,"
    " notifications_thread, notifications_recipient, notifications_inboxmessage,"
    " notifications_heartbeat"
)
# A fault that is not over by then has broken something.
SECONDS_PER_FAULT = 60


def pytest_collection_modifyitems(items):
    """Bound each fault in time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(SECONDS_PER_FAULT, func_only=True))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory, request, django_db_blocker):
    """Run a PostgreSQL that no other test uses."""
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        server = Postgres(tmp_path_factory.mktemp("postgres"))
    yield server
    server.discard()


@pytest.fixture(scope="session")
def sink():
    """Run the mail server."""
    server = FaultyServer()
    yield server
    server.stop()


@pytest.fixture
def mail_server(sink):
    """Return the mail server, behaving."""
    sink.reset()
    sink.start()
    yield sink
    sink.reset()


@pytest.fixture
def ledger(postgres, django_db_blocker, settings, mail_server):
    """Point this process at the faults' own database, with an empty ledger."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    postgres.empty(TABLES)
    kept = dict(connection.settings_dict)
    given = parse_database_url(postgres.url)
    connection.close()
    connection.settings_dict.update({**given, "CONN_MAX_AGE": 0})
    with django_db_blocker.unblock():
        yield
        connection.close()
    connection.settings_dict.update(kept)


@pytest.fixture(scope="session")
def environment(postgres, sink, tmp_path_factory):
    """Return what a process of the site finds in its environment."""
    return os.environ | {
        "CARTTRACK_MODE": "test",
        "CARTTRACK_DATA_DIR": str(tmp_path_factory.mktemp("site")),
        "DJANGO_SETTINGS_MODULE": "carttrack.settings",
        "DATABASE_URL": postgres.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sink.port),
    }


@pytest.fixture(scope="session")
def nursery(environment):
    """Run the process that makes workers."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.nursery"],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.communicate()


class Workers:
    """Sweeping processes."""

    def __init__(self, nursery):
        self._nursery = nursery
        self.alive: list[int] = []

    def start(self, count=1):
        """Start workers and return the last one's process id."""
        for _ in range(count):
            self._nursery.stdin.write("fork\n")
            self._nursery.stdin.flush()
            self.alive.append(int(self._nursery.stdout.readline()))
        return self.alive[-1]

    def end(self, worker, number=signal.SIGKILL):
        """Kill a worker and wait until it is gone."""
        os.kill(worker, number)
        self.alive.remove(worker)
        assert proof.wait_until(lambda: not Path(f"/proc/{worker}").exists())


@pytest.fixture
def workers(ledger, nursery):
    """Return a way to start workers; they end with the test."""
    made = Workers(nursery)
    yield made
    for worker in list(made.alive):
        made.end(worker)


@pytest.fixture
def proven(request, mail_server, record_property):
    """Return the proof that the ledger closes, for the table of faults."""
    began = time.monotonic()

    def prove(*, in_flight=0):
        fault = request.node.name.removeprefix("test_").replace("_", " ")
        line = proof.count(fault, mail_server, in_flight=in_flight, began=began)
        record_property("fault", asdict(line))
        return line

    return prove


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    """Run a Redis that may be stopped."""
    if shutil.which("redis-server") is None:
        do_without("redis", "no redis-server on this machine")
    server = Redis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()
