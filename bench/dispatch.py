"""How fast reminders leave, beside django-post_office and the least that sending can take.

All senders send the same words through the same mail server, in the same run, from the same
PostgreSQL; each process is loaded before its time begins. `limit` is a loop around smtplib that
remembers nothing. Then workers are killed with SIGKILL in the middle, ours and post_office's, and
what arrived twice is counted. `python -m bench.dispatch` prints a table with verdicts and writes
the same figures to bench/results/dispatch.json; `--messages` makes it smaller.
"""

import argparse
import json
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

import psycopg

from bench.cluster import BenchServer, bench_server

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "bench" / "results" / "dispatch.json"
DATABASE = "bench_dispatch"
WORKERS = (1, 2, 4)
MOST = max(WORKERS)
TIMES_DEFAULT, TIMES_BEST, SHARE_OF_LIMIT = 3.0, 1.2, 1 / 3
HERD, HERD_SECONDS = 10_000, 15
LATE_SECONDS = 1.0
LONE = 100  # messages that come due one by one
BEST_BATCH = 1_000
UNKNOWN = "FROM notifications_reminder WHERE state = 'unknown'"
WAITING = "FROM notifications_reminder WHERE state IN ('pending', 'leased', 'sending') LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """How fast one sender was; several rounds are told by their median."""

    sender: str
    processes: int
    messages: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Return the messages per second."""
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """What became of messages whose senders were killed."""

    sender: str
    messages: int
    kills: int
    arrived: int
    doubled: int
    unknown: int


class Spoken:
    """A process that is spoken to, and answers, line by line."""

    def __init__(self, *command: str, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, *command],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def say(self, word: str) -> None:
        """Write a line."""
        cast("IO[str]", self.process.stdin).write(f"{word}\n")
        cast("IO[str]", self.process.stdin).flush()

    def hear(self) -> str:
        """Read a line."""
        return cast("IO[str]", self.process.stdout).readline().strip()

    def close(self) -> str:
        """End the talk and return what else was said.

        Raises:
            CalledProcessError: the process failed.
        """
        said, _ = self.process.communicate()
        if self.process.returncode:
            raise subprocess.CalledProcessError(self.process.returncode, self.process.args)
        return said


class Sink(Spoken):
    """The mail server, a process of its own."""

    def __init__(self) -> None:
        super().__init__("-m", "bench.mail_sink")
        self.port = int(self.hear())

    def report(self) -> dict[str, float]:
        """Return what arrived since the last report."""
        self.say("report")
        found: dict[str, float] = json.loads(self.hear())
        return found


class Bench:
    """The servers, and processes that work at a word."""

    def __init__(self, server: BenchServer, sink: Sink) -> None:
        self.sink = sink
        self.database = f"{server.address}/{DATABASE}"
        self._environment = server.environment(DATABASE) | {
            "DJANGO_SETTINGS_MODULE": "bench.dispatch_settings",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
        }

    def start(self, role: str, count: int, *more: str, batch: int | None = None) -> Spoken:
        """Start a process and wait until it is ready."""
        extra = {"POST_OFFICE_BATCH": str(batch)} if batch else {}
        process = Spoken(
            "-m",
            "bench.dispatch_work",
            role,
            str(count),
            *more,
            environment=self._environment | extra,
        )
        process.hear()
        return process

    def work(self, role: str, count: int, *, batch: int | None = None) -> str:
        """Let one process do its work and return what it said."""
        process = self.start(role, count, batch=batch)
        process.say("go")
        return process.close()

    def timed(self, sender: str, processes: Sequence[Spoken]) -> Timed:
        """Give the word to all at once, and time from there until the last message has arrived."""
        self.sink.report()
        began = time.monotonic()
        for process in processes:
            process.say("go")
        for process in processes:
            process.close()
        found = self.sink.report()
        return Timed(
            sender=sender,
            processes=len(processes),
            messages=int(found["arrived"] + found["doubled"]),
            seconds=found["last_at"] - began,
        )


@contextmanager
def opened(*, keep: bool) -> Iterator[Bench]:
    """Run PostgreSQL and the mail server, with the tables of the site and of post_office."""
    with ExitStack() as stack:
        server = stack.enter_context(bench_server(keep=keep))
        sink = Sink()
        stack.callback(sink.close)
        if not server.has(DATABASE):
            server.make(DATABASE)
        environment = server.environment(DATABASE) | {
            "DJANGO_SETTINGS_MODULE": "bench.dispatch_settings"
        }
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(command, cwd=PROJECT, env=environment, check=True)  # noqa: S603
        yield Bench(server, sink)


def speeds(bench: Bench, *, messages: int) -> list[Timed]:
    """Time every sender once."""
    found = []
    for count in WORKERS:
        bench.work("owe", messages)
        workers = [bench.start("sweep_all", 0) for _ in range(count)]
        found.append(bench.timed("carttrack", workers))
        loops = [bench.start("bare", messages // count) for _ in range(count)]
        found.append(bench.timed("limit", loops))
    for sender, processes, batch in (
        ("post_office default", 1, None),
        ("post_office best", MOST, BEST_BATCH),
    ):
        bench.work("queue", messages)
        found.append(bench.timed(sender, [bench.start("post_office", processes, batch=batch)]))
    return found


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
    found = bench.sink.report()
    return Killed(
        sender="carttrack",
        messages=messages,
        kills=done,
        arrived=int(found["arrived"]),
        doubled=int(found["doubled"]),
        unknown=asked(bench, f"SELECT count(*) {UNKNOWN}") - unknown,
    )


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
    found = bench.sink.report()
    return Killed(
        sender="post_office best",
        messages=messages,
        kills=done,
        arrived=int(found["arrived"]),
        doubled=int(found["doubled"]),
        unknown=0,
    )


def per_second(timed: Sequence[Timed], sender: str, processes: int) -> float:
    """Return the median of a sender's messages per second."""
    return statistics.median(
        one.per_second for one in timed if (one.sender, one.processes) == (sender, processes)
    )


def verdicts(
    timed: Sequence[Timed], killed: Sequence[Killed], *, p95: float
) -> list[tuple[str, float, bool]]:
    """Return what was promised, what was found, and whether it holds."""
    ours = per_second(timed, "carttrack", MOST)
    default = ours / per_second(timed, "post_office default", 1)
    best = ours / per_second(timed, "post_office best", 1)
    limit = ours / per_second(timed, "limit", MOST)
    herd = HERD / ours
    doubled = sum(one.doubled for one in killed if one.sender == "carttrack")
    return [
        (
            f"times post_office's default, at least {TIMES_DEFAULT:g}",
            default,
            default >= TIMES_DEFAULT,
        ),
        (f"times post_office's best, at least {TIMES_BEST:g}", best, best >= TIMES_BEST),
        (f"share of the limit, at least {SHARE_OF_LIMIT:.2f}", limit, limit >= SHARE_OF_LIMIT),
        (f"seconds for {HERD} due at once, at most {HERD_SECONDS}", herd, herd <= HERD_SECONDS),
        (
            f"seconds until a lone message has left, p95, at most {LATE_SECONDS:g}",
            p95,
            p95 <= LATE_SECONDS,
        ),
        ("messages doubled by kill -9, none", doubled, doubled == 0),
    ]


def report(
    timed: Sequence[Timed], killed: Sequence[Killed], found: Sequence[tuple[str, float, bool]]
) -> str:
    """Return the figures as tables for people."""
    lines = [f"{'sender':<22}{'processes':>10}{'messages':>10}{'seconds':>10}{'per second':>12}"]
    lines += [
        f"{one.sender:<22}{one.processes:>10}{one.messages:>10}{one.seconds:>10.2f}"
        f"{one.per_second:>12.0f}"
        for one in timed
    ]
    lines += [
        "",
        f"{'killed':<22}{'kills':>10}{'messages':>10}{'arrived':>10}{'doubled':>10}{'unknown':>10}",
    ]
    lines += [
        f"{one.sender:<22}{one.kills:>10}{one.messages:>10}{one.arrived:>10}{one.doubled:>10}"
        f"{one.unknown:>10}"
        for one in killed
    ]
    lines += [
        "",
        *(
            f"{'holds' if holds else 'MISSES':<8}{value:>8.2f} {what}"
            for what, value, holds in found
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--messages", type=int, default=10_000, help="sent by each sender")
    parser.add_argument("--rounds", type=int, default=1, help="how often each sender is timed")
    parser.add_argument("--kills", type=int, default=30, help="in the middle of sending")
    parser.add_argument("--keep", action="store_true", help="keep the databases for another run")
    given = parser.parse_args()
    with opened(keep=given.keep) as bench:
        timed = [one for _ in range(given.rounds) for one in speeds(bench, messages=given.messages)]
        lone = bench.work("lateness", LONE).splitlines()[0].split()
        killed = [
            kill(bench, messages=given.messages, kills=given.kills)
            for kill in (kill_ours, kill_post_office)
        ]
    found = verdicts(timed, killed, p95=float(lone[1]))
    sys.stdout.write(report(timed, killed, found))
    RESULTS.parent.mkdir(exist_ok=True)
    on = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
    }
    figures = {
        "on": on,
        "timed": [asdict(one) | {"per_second": round(one.per_second)} for one in timed],
        "lone_message_seconds": {"median": float(lone[0]), "p95": float(lone[1])},
        "killed": [asdict(one) for one in killed],
        "verdicts": [
            {"what": what, "found": round(value, 2), "holds": holds} for what, value, holds in found
        ],
    }
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
