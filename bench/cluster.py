"""A PostgreSQL of the benchmarks' own, thrown away with all that was seeded in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from carttrack.cluster import (
    discard_cluster,
    open_cluster,
    running_port,
    start_cluster,
    stop_cluster,
)

PROJECT = Path(__file__).resolve().parent.parent
BASE = "bench_base"


class BenchServer:
    """A running server with databases to measure in; `environment` is for processes beside it."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address.rpartition("/")[0], folder

    def environment(self, database: str) -> dict[str, str]:
        """Return the environment in which the site uses one of the databases."""
        return {
            **os.environ,
            "CARTTRACK_DATA_DIR": str(self.folder),
            "CARTTRACK_MODE": "demo",
            "DATABASE_URL": f"{self.address}/{database}",
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "REDIS_URL": "",
        }

    def has(self, database: str) -> bool:
        """Tell whether a database is there from a run that kept it."""
        with self._maintenance() as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database])
            return bool(found.rowcount)

    def make(self, database: str, *, template: str = "template1") -> None:
        """Make a database, a copy of another one where a template is named."""
        with self._maintenance() as connection:
            names = sql.Identifier(database), sql.Identifier(template)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def rename(self, database: str, name: str) -> None:
        """Give a database its final name once it is complete."""
        with self._maintenance() as connection:
            names = sql.Identifier(database), sql.Identifier(name)
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    def wake(self, database: str) -> None:
        """Make it a site that runs: a sweep has just ended, and the copy sends for itself."""
        with psycopg.connect(f"{self.address}/{database}") as connection:
            connection.execute(
                "INSERT INTO notifications_heartbeat (name, beat_at) VALUES ('sweep', now())"
                " ON CONFLICT (name) DO UPDATE SET beat_at = EXCLUDED.beat_at"
            )
            connection.execute(
                "UPDATE notifications_installation"
                " SET marker = notifications_identity(''), held_at = NULL, held_because = ''"
            )

    def _maintenance(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(f"{self.address}/template1", autocommit=True)


@contextmanager
def bench_server(*, keep: bool) -> Iterator[BenchServer]:
    """Run the server; `keep` leaves its databases on the disk for the next run."""
    folder = Path(os.environ.get("CARTTRACK_DATA_DIR") or PROJECT / ".data" / "bench").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "static").mkdir(exist_ok=True)  # the site looks for it
    cluster = open_cluster(folder)
    port = running_port(cluster) or start_cluster(cluster)
    try:
        yield BenchServer(cluster.url(port), folder)
    finally:
        if keep:
            stop_cluster(cluster)
        else:
            discard_cluster(folder)
