"""A process that has loaded everything and forks a sweeping worker for each line it reads."""

import os
import sys

import django


def main() -> None:
    """Answer each line with the id of a new worker, until the input ends."""
    django.setup()
    for _line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            work()
        print(worker, flush=True)  # noqa: T201 - the answer to the test


def work() -> None:
    """Sweep until somebody ends it."""
    from notifications.services import sweep
    from tests.notifications.factories import NOON

    while True:
        sweep(now=NOON, worker=str(os.getpid()))


if __name__ == "__main__":
    main()
