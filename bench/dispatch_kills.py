"""Killing senders in the middle of sending, and counting what arrived twice."""

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.dispatch_stage import BEST_BATCH, MOST, Bench

UNKNOWN = "FROM notifications_reminder WHERE state = 'unknown'"
WAITING = "FROM notifications_reminder WHERE state IN ('pending', 'leased', 'sending') LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """What became of messages whose senders were killed."""

    sender: str
    messages: int
    kills: int
    arrived: int
    doubled: int
    unknown: int


class Nursery:
    """A loaded process that makes one that works for each word."""

    def __init__(self, bench: Bench, role: str, count: int, *, batch: int | None = None) -> None:
        self._process = bench.start(role, count, "fork", batch=batch)

    def worker(self) -> int:
        """Return the id of a new worker."""
        self._process.say("fork")
        return int(self._process.hear())

    def close(self) -> None:
        """Make no more."""
        self._process.close()


def end(worker: int) -> bool:
    """Kill a process with its children; tell whether it was still there."""
    try:
        os.killpg(worker, signal.SIGKILL)
    except ProcessLookupError:
        return False
    while Path(f"/proc/{worker}").exists():
        time.sleep(0.001)
    return True


def kill_ours(bench: Bench, *, messages: int, kills: int) -> Killed:
    """Kill one of four workers, again and again, and let the time of its lease pass."""
    unknown = asked(bench, f"SELECT count(*) {UNKNOWN}")  # of an earlier run that was kept
    bench.work("owe", messages)
    bench.sink.report()
    nursery = Nursery(bench, "sweep_for_ever", 0)
    workers = [nursery.worker() for _ in range(MOST)]
    rng = random.Random(kills)  # noqa: S311 - not a secret
    done = 0
    while done < kills and is_anything_waiting(bench):
        time.sleep(rng.uniform(0.05, 0.25))
        victim = workers.pop(rng.randrange(len(workers)))
        done += end(victim)
        let_lease_pass(bench, victim)
        workers.append(nursery.worker())
    while is_anything_waiting(bench):
        time.sleep(0.1)
    for worker in workers:
        end(worker)
    nursery.close()
    unknown = asked(bench, f"SELECT count(*) {UNKNOWN}") - unknown
    return _killed(bench, "carttrack", messages=messages, kills=done, unknown=unknown)


def asked(bench: Bench, question: str) -> int:
    """Ask the ledger for one number."""
    with psycopg.connect(bench.database) as connection:
        row = connection.execute(question).fetchone()
    return int(row[0]) if row else 0


def let_lease_pass(bench: Bench, worker: int) -> None:
    """Do what two minutes would: end the lease of a worker that is gone."""
    with psycopg.connect(bench.database) as connection:
        connection.execute(
            "UPDATE notifications_reminder SET lease_until = now() - interval '1 second'"
            " WHERE worker = %s AND state IN ('leased', 'sending')",
            [str(worker)],
        )


def is_anything_waiting(bench: Bench) -> bool:
    """Tell whether the ledger has something to send."""
    return asked(bench, f"SELECT 1 {WAITING}") == 1


def kill_post_office(bench: Bench, *, messages: int, kills: int) -> Killed:
    """Kill post_office at its best settings as often, and start it again."""
    bench.work("queue", messages)
    bench.sink.report()
    nursery = Nursery(bench, "post_office", MOST, batch=BEST_BATCH)
    rng = random.Random(kills)  # noqa: S311 - not a secret
    done = 0
    for _ in range(kills):
        sender = nursery.worker()
        time.sleep(rng.uniform(0.1, 0.5))
        if not end(sender):
            break
        done += 1
    nursery.close()
    bench.work("post_office", MOST, batch=BEST_BATCH)
    return _killed(bench, "post_office best", messages=messages, kills=done, unknown=0)


def _killed(bench: Bench, sender: str, *, messages: int, kills: int, unknown: int) -> Killed:
    """Return what the sink got since it was asked last."""
    found = bench.sink.report()
    return Killed(
        sender=sender,
        messages=messages,
        kills=kills,
        arrived=int(found["arrived"]),
        doubled=int(found["doubled"]),
        unknown=unknown,
    )
