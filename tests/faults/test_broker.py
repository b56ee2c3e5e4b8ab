"""Celery and Redis are only the alarm clock: whatever happens to them, the ledger is swept."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery import Celery

from notifications.domain.states import State
from notifications.models import Reminder
from tests.faults.ledger import owe
from tests.faults.proof import everything_is_settled, wait_until
from tests.faults.servers import PROJECT

APP = ["-m", "celery", "--app", "tests.faults.quick_celery"]
WORKER = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
THREADS = ["--pool", "threads", "--concurrency", "4"]
PROCESSES = ["--pool", "prefork", "--concurrency", "2"]
DRAIN_SECONDS = 30


class Crew:
    """Celery's processes, kept from one test to the next as far as the next one wants them."""

    def __init__(self, environment, folder):
        self._environment, self._folder = environment, folder
        self.beats: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    def muster(self, *, beats, workers):
        """Have exactly so many of each."""
        self.beats, self.workers = alive(self.beats), alive(self.workers)
        while len(self.beats) < beats:
            schedule = self._folder / f"schedule-{time.monotonic_ns()}"
            self.beats.append(self.start("beat", "--schedule", str(schedule)))
        while len(self.workers) < workers:
            self.workers.append(self.start("worker", *THREADS, *WORKER))
        for process in [*self.beats[beats:], *self.workers[workers:]]:
            kill(process)
        self.beats, self.workers = self.beats[:beats], self.workers[:workers]

    def start(self, *arguments):
        """Start one of Celery's programs in a group of its own."""
        with (self._folder / f"{arguments[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *APP, *arguments],
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def alive(processes):
    return [process for process in processes if process.poll() is None]


def kill(process):
    """End a process with its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def hired(environment, redis_server, tmp_path_factory):
    """Return Celery's processes of this module."""
    crew = Crew(environment | {"REDIS_URL": redis_server.url}, tmp_path_factory.mktemp("celery"))
    yield crew
    crew.muster(beats=0, workers=0)


@pytest.fixture
def crew(hired, ledger, redis_server):
    """Return them with a Redis that runs before and after."""
    redis_server.start()
    yield hired
    redis_server.start()


def senders():
    """Return the ids of the processes that sent something."""
    sent = Reminder.objects.filter(state=State.SENT).values_list("worker", flat=True).distinct()
    return {int(worker.split(":")[1]) for worker in sent}


def some_are_sent():
    return Reminder.objects.filter(state=State.SENT).exists()


def all_are_sent():
    return not Reminder.objects.exclude(state=State.SENT).exists()


def test_redis_is_flushed(crew, redis_server, mail_server, proven):
    crew.muster(beats=1, workers=1)
    owe(200)
    mail_server.seconds_to_answer = 0.005
    assert wait_until(some_are_sent)

    assert redis_server.ask("FLUSHALL") == b"+OK"
    owe(60)

    assert proven().sent == 260


def test_redis_is_down_and_the_clock_sweeps_by_itself(crew, redis_server, proven):
    crew.muster(beats=1, workers=1)
    owe(10)
    assert wait_until(all_are_sent)
    redis_server.stop()
    owe(60)

    assert wait_until(all_are_sent)

    assert redis_server.ask("PING") == b""
    assert crew.beats[0].pid in senders()
    assert proven().sent == 70


def test_the_clock_starts_while_redis_is_down(crew, redis_server, proven):
    crew.muster(beats=0, workers=0)
    redis_server.stop()
    crew.muster(beats=1, workers=0)
    owe(60)

    assert wait_until(all_are_sent)

    assert senders() == {crew.beats[0].pid}
    assert proven().sent == 60


def test_redis_restarts_and_the_worker_resumes(crew, redis_server, proven):
    crew.muster(beats=1, workers=1)
    owe(60)
    assert wait_until(some_are_sent)
    redis_server.stop()
    redis_server.start()
    assert wait_until(all_are_sent)

    def is_resumed():
        owe(1)
        assert wait_until(all_are_sent)
        return crew.workers[0].pid in set(senders_of_last())

    assert wait_until(is_resumed, seconds=20)
    line = proven()
    assert line.sent == line.owed


def senders_of_last():
    """Return who sent the message that was owed last."""
    last = Reminder.objects.order_by("-pk")[:1].values_list("worker", flat=True)
    return [int(worker.split(":")[1]) for worker in last]


@pytest.mark.feature(80)
def test_two_clocks_tick(crew, mail_server, proven):
    crew.muster(beats=2, workers=1)
    mail_server.seconds_to_answer = 0.02
    owe(200)

    assert proven().sent == 200


def test_no_clock_ticks(crew, environment, redis_server, proven):
    """A changed plan wakes the worker without it, and cron or a person can sweep without Celery."""
    crew.muster(beats=0, workers=1)
    owe(60)
    with Celery(broker=redis_server.url, set_as_current=False) as app:
        app.send_task("notifications.tasks.sweep_reminders", expires=60)
    assert wait_until(all_are_sent)
    crew.muster(beats=0, workers=0)
    owe(60)

    subprocess.run(
        [sys.executable, "manage.py", "sweep"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )

    assert proven().sent == 120


def test_a_worker_that_is_asked_to_stop_ends_after_the_message_at_hand(crew, mail_server, proven):
    crew.muster(beats=1, workers=1)
    mail_server.seconds_to_answer = 0.05
    owe(120)
    assert wait_until(some_are_sent)
    crew.muster(beats=0, workers=1)

    crew.workers[0].terminate()
    crew.workers[0].wait(DRAIN_SECONDS)

    states = set(Reminder.objects.values_list("state", flat=True))
    assert states == {State.SENT, State.PENDING}  # nothing has to wait for a lease
    mail_server.seconds_to_answer = 0
    crew.muster(beats=1, workers=1)
    assert proven().sent == 120


def test_a_child_of_a_worker_is_killed_for_its_memory(crew, mail_server, proven):
    crew.muster(beats=1, workers=0)
    mail_server.seconds_to_answer = 0.02
    owe(120)
    parent = crew.start("worker", *PROCESSES, *WORKER)
    try:
        assert wait_until(some_are_sent)
        victim = Reminder.objects.filter(state=State.SENT).values_list("worker", flat=True)[0]
        assert victim.split(":")[1] in children_of(parent)
        os.kill(int(victim.split(":")[1]), signal.SIGKILL)

        assert wait_until(everything_is_settled)
        line = proven(in_flight=1)
    finally:
        kill(parent)
    assert line.sent + line.unknown == 120


def children_of(process):
    """Return the ids of a process's children."""
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
