"""What a machine without servers gets: a private PostgreSQL, and folders as message broker.

Every process that uses the private server holds a shared file lock, and the last one to leave
stops the server. A process that is killed leaves the server running; the next one finds it, uses it
and stops it.
"""

import atexit
import contextlib
import fcntl
import functools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ImproperlyConfigured

from carttrack.cluster import (
    Cluster,
    discard_cluster,
    open_cluster,
    running_port,
    start_cluster,
    stop_cluster,
)

PROJECT = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Return the folder for everything this installation writes, made if missing.

    Each mode has its own, so a demo that runs while the tests do is not disturbed.
    """
    mode = os.environ.get("CARTTRACK_MODE", "production")
    folder = Path(os.environ.get("CARTTRACK_DATA_DIR") or PROJECT / ".data" / mode).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def file_broker() -> dict[str, Any]:
    """Return the options of Celery's filesystem transport, with its folders made."""
    messages, control = data_dir() / "broker" / "messages", data_dir() / "broker" / "control"
    for folder in (messages, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        "store_processed": False,
    }


@functools.cache
def ensure() -> str:
    """Return the DATABASE_URL of the private server, started unless it already runs.

    Raises:
        ImproperlyConfigured: the server cannot be started here; the message says why.
    """
    folder = data_dir()
    in_use = _users(folder)
    with _locked(folder):
        fcntl.flock(in_use, fcntl.LOCK_SH)
        cluster = open_cluster(folder)
        port = running_port(cluster) or start_cluster(cluster)
    atexit.register(_leave, cluster, in_use, os.getpid())
    return cluster.url(port)


def run(command: list[str]) -> int:
    """Run a command with DATABASE_URL set and return its exit status.

    A given DATABASE_URL is used as it is. Interrupt and terminate are passed on, a closed terminal
    terminates, and the server is stopped only after the command has ended.
    """
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    url = os.environ.get("DATABASE_URL") or ensure()
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}) as process:  # noqa: S603
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _frame: process.send_signal(received))
        signal.signal(signal.SIGHUP, lambda _number, _frame: process.terminate())
        status = process.wait()
    return 128 - status if status < 0 else status


def remove() -> None:
    """Throw away the private server of the data folder, with all that is stored in it.

    Raises:
        ImproperlyConfigured: somebody still uses it.
    """
    folder = data_dir()
    with _locked(folder), _users(folder) as in_use:
        try:
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ImproperlyConfigured(f"The PostgreSQL of {folder} is in use.") from error
        discard_cluster(folder)


def _leave(cluster: Cluster, in_use: IO[str], pid: int) -> None:
    """Stop using the server, and stop it when nobody else uses it."""
    if os.getpid() != pid:  # a forked child runs its parent's exit functions
        return
    with _locked(cluster.data_dir), contextlib.suppress(BlockingIOError):
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stop_cluster(cluster)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server of a data folder."""
    with (folder / "postgresql.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _users(folder: Path) -> IO[str]:
    """Open the file whose lock every user of the server shares."""
    return (folder / "postgresql.users").open("a")


def main(arguments: list[str]) -> int:
    """Run or remove the private server from the command line."""
    match arguments:
        case ["run", _, *_]:
            return run(arguments[1:])
        case ["remove"]:
            remove()
            return 0
    sys.stderr.write("usage: python -m carttrack.embedded run COMMAND [ARGUMENT ...] | remove\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
