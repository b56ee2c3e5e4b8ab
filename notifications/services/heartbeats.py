"""The marks that periodic jobs leave, so that pages can tell how long ago each of them ran."""

from datetime import datetime

from django.db import connection

BEAT = """
INSERT INTO notifications_heartbeat (name, beat_at) VALUES (%(name)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET beat_at = EXCLUDED.beat_at
"""


def beat(*, name: str, now: datetime) -> None:
    """Leave the mark of a job that has just ended well."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, {"name": name, "now": now})
