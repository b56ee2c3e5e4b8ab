"""Servers of the faults' own, which may be stopped, restarted and frozen at will."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connection

from carttrack.cluster import Cluster, discard_cluster, open_cluster, start_cluster
from carttrack.database import parse_database_url

PROJECT = Path(__file__).resolve().parent.parent.parent


class Postgres:
    """A PostgreSQL with the tables of the site."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cluster: Cluster = open_cluster(folder)
        self.port = start_cluster(self._cluster)
        self.restart()  # the tests' usual server answers before it has kept what it was told
        self.url = self._cluster.url(self.port)
        self._make_tables()

    def _make_tables(self) -> None:
        """Copy the tables of the tests' database where there is one; otherwise make them anew."""
        given = connection.settings_dict
        if not given["NAME"].startswith("test_"):
            environment = {**os.environ, "DATABASE_URL": self.url}
            command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
            subprocess.run(command, cwd=PROJECT, env=environment, check=True)
            return
        source = (
            f"postgresql://{quote(given['USER'])}:{quote(given['PASSWORD'])}"
            f"@{given['HOST']}:{given['PORT']}/{given['NAME']}"
        )
        dump = self._folder / "tables.sql"
        programs = self._cluster.programs
        for arguments in (
            [programs / "pg_dump", "--no-owner", f"--file={dump}", source],
            [programs / "psql", "--quiet", "--no-psqlrc", f"--file={dump}", self.url],
        ):
            subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True)

    def restart(self) -> None:
        """Stop as in a power cut, and start again at the same port."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Stop without a word to anybody who is connected."""
        self._cluster.run("pg_ctl", "stop", "-w", "-s", "-m", "immediate", *self._where())

    def start(self) -> None:
        """Start at the same port."""
        log = self._cluster.path / "server.log"
        options = f"-o-p {self.port} -c fsync=off"  # a process dies here, not the machine
        self._cluster.run("pg_ctl", "start", "-w", "-s", f"--log={log}", options, *self._where())

    def _where(self) -> list[str]:
        return [f"--pgdata={self._cluster.path}"]

    def as_superuser(self) -> "psycopg.Connection[tuple]":
        """Connect as the account that may change how the server works."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=self._cluster.password,
            dbname=parse_database_url(self.url)["NAME"],
            autocommit=True,
        )

    def empty(self, tables: str) -> None:
        """Empty tables, also those that refuse it to the site."""
        with self.as_superuser() as server:
            server.execute("SET session_replication_role = replica")
            server.execute(f"TRUNCATE {tables} CASCADE")

    def discard(self) -> None:
        """Stop it and remove everything."""
        discard_cluster(self._folder)


class Redis:
    """A Redis that keeps nothing, as production's does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start at the same port, unless it runs, and wait until it answers."""
        if self._process is not None:
            return
        program = shutil.which("redis-server")
        assert program is not None
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        self._process = subprocess.Popen(
            [program, *options, "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while self.ask("PING") != b"+PONG":
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self) -> None:
        """Kill it, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def ask(self, command: str) -> bytes:
        """Send one command and return the first line of the answer, empty when nobody answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as peer:
                peer.sendall(command.encode() + b"\r\n")
                return peer.recv(1000).split(b"\r\n")[0]
        except OSError:
            return b""
