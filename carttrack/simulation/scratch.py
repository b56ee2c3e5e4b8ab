"""A database for one run, made beside the site's own and thrown away with all that is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from uuid import uuid4

from django.core.management import call_command
from django.db import DatabaseError, connection
from psycopg import sql

from carttrack.accounts.models import Centre


class NoScratchDatabase(Exception):
    """No database can be made: the site's role may not, or the template is no empty one."""


@contextmanager
def scratch_database(*, template: str = "") -> Iterator[str]:
    """Let the connection lead to a new database while the block lasts, and yield its name.

    It has every table, or is a copy of `template`, which has them, and every published protocol.
    Nothing in it need outlive a crash of the machine, so nothing waits for a disk.

    Raises:
        NoScratchDatabase: none can be made.
    """
    own = connection.settings_dict["NAME"]
    name = f"simulated_{uuid4().hex[:12]}"
    try:
        _execute("CREATE DATABASE {} TEMPLATE {}", name, template or "template0")
    except DatabaseError as error:
        raise NoScratchDatabase(str(error).strip()) from error
    try:
        _execute("ALTER DATABASE {} SET synchronous_commit TO off", name)
        _lead_to(name)
        if not template:
            call_command("migrate", verbosity=0)
        if Centre.objects.exists():
            raise NoScratchDatabase(f"{template} has a centre; only an empty one is copied")
        call_command("publish_protocols", stdout=StringIO())
        yield name
    finally:
        _lead_to(own)
        _execute("DROP DATABASE {} WITH (FORCE)", name)


def _lead_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _execute(statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
