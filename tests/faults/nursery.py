"""A process that has loaded everything and forks a sweeping worker for each line it reads.

A worker does what `manage.py sweep` does, again and again, without loading Django anew.
"""

import os
import signal
import sys
import time
from contextlib import suppress

import django


def main() -> None:
    """Answer each line with the id of a new worker, and end them all when the input ends."""
    django.setup()
    from tests.faults import clockwork

    clockwork.wind()
    workers = []
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for _line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            work()
        workers.append(worker)
        print(worker, flush=True)  # noqa: T201 - the answer to the test
    for worker in workers:
        end(worker)


def end(worker: int) -> None:
    """End a worker that may have ended already."""
    with suppress(ProcessLookupError):
        os.kill(worker, signal.SIGKILL)


def work() -> None:
    """Sweep until somebody ends it; a database that is away is asked again, as cron would."""
    from django.db import Error, connection

    from carttrack.clock import database_now
    from notifications.services import sweep

    while True:
        try:
            sweep(now=database_now(), worker=str(os.getpid()))
        except Error:
            connection.close()
            time.sleep(0.1)
        time.sleep(0.02)


if __name__ == "__main__":
    main()
