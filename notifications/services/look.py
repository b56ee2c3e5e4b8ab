"""The first look of a sweep: one statement that says whether there is anything to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from notifications.services.escalation import OVERDUE

HEARTBEAT = "sweep"

# Each question stops at the first row of a partial index. What is due is asked for by its order:
# most of a ledger is past, so that the planner would take most of it for due and read it all. When
# there is nothing to do, the sweep is over with this statement, and it leaves the mark itself.
LOOK = f"""
WITH look AS MATERIALIZED (
    SELECT COALESCE((
               SELECT due_at <= %(now)s FROM notifications_reminder
               WHERE state = 'pending' ORDER BY due_at, id LIMIT 1
           ), FALSE) AS is_due,
           EXISTS (
               SELECT FROM notifications_reminder
               WHERE state IN ('leased', 'sending') AND lease_until < clock_timestamp()
           ) AS is_lost,
           EXISTS ({OVERDUE}) AS is_overdue,
           (
               SELECT held_at IS NOT NULL OR marker <> notifications_identity(%(installation)s)
               FROM notifications_installation
           ) AS is_held
), beaten AS (
    INSERT INTO notifications_heartbeat (name, beat_at)
    SELECT %(heartbeat)s, %(now)s FROM look WHERE is_held OR NOT (is_due OR is_lost OR is_overdue)
    ON CONFLICT (name) DO UPDATE SET beat_at = EXCLUDED.beat_at
)
SELECT is_due OR is_lost OR is_overdue, is_held FROM look
"""  # noqa: S608  # no value of anybody's is written into it
# Only where there was no mark yet: the first sweep of an installation says where it is at home.
SETTLE = """
INSERT INTO notifications_installation (id, marker, held_because)
VALUES (1, notifications_identity(%(installation)s), '')
ON CONFLICT (id) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a sweep finds: something to send or see to, or a database that must not send."""

    has_work: bool
    is_held: bool

    @property
    def is_idle(self) -> bool:
        """Tell whether there is nothing to do, or nothing that may be done."""
        return self.is_held or not self.has_work


def look(*, now: datetime) -> Sight:
    """Return what there is to do; the first look of an installation marks where it is at home."""
    values: dict[str, Any] = {
        "now": now,
        "heartbeat": HEARTBEAT,
        "installation": settings.INSTALLATION,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOOK, values)
        has_work, is_held = cursor.fetchone()
        if is_held is None:
            cursor.execute(SETTLE, values)
    return Sight(has_work=has_work, is_held=bool(is_held))
