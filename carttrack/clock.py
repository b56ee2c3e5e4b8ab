"""The clock that every process shares."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the database's instant.

    Jobs that decide what is due go by it: a worker whose own clock is wrong sends nothing early,
    lets nothing expire and disagrees with no other worker.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
