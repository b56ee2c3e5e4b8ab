"""Where bench/dispatch.py plays: PostgreSQL, a mail server, and processes that work at a word."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from bench.cluster import BenchServer, bench_server

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = "bench_dispatch"
MOST = 4  # processes that send at once
BEST_BATCH = 1_000  # of post_office, at its best


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
