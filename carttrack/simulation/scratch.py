"""A database for one run, made beside the site's own and thrown away with all that is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.core.management import call_command
from django.db import connection
from psycopg import sql


@contextmanager
def scratch_database(*, template: str = "") -> Iterator[str]:
    """Let the connection lead to a new database while the block lasts, and yield its name.

    It has every table and every published protocol, or is a copy of `template`. Nothing in it
    outlives a crash of the machine, so nothing waits for a disk.
    """
    own = connection.settings_dict["NAME"]
    name = f"simulated_{uuid4().hex[:12]}"
    _execute("CREATE DATABASE {} TEMPLATE {}", name, template or "template0")
    try:
        _execute("ALTER DATABASE {} SET synchronous_commit TO off", name)
        _lead_to(name)
        if not template:
            call_command("migrate", verbosity=0)
            call_command("publish_protocols", stdout=_Silence())
        yield name
    finally:
        _lead_to(own)
        _execute("DROP DATABASE {} WITH (FORCE)", name)


class _Silence:
    """Swallows what a command says."""

    def write(self, text: str) -> None:
        """Keep nothing."""


def _lead_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _execute(statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
