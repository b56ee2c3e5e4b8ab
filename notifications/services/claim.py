"""Claiming what is due, and giving back what cannot be sent now."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from notifications.models import Address, Reminder

BATCH = 50
LEASE_SECONDS = 120

# Leases are judged by the database's clock alone: workers' clocks may disagree.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM notifications_reminder
    WHERE state = 'pending' AND due_at <= %(now)s AND expires_at > %(now)s
      AND (lost_leases > 0) = %(suspects)s AND channel <> ALL(%(paused)s)
      AND NOT EXISTS (SELECT FROM notifications_installation WHERE held_at IS NOT NULL)
    ORDER BY due_at, id
    LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE notifications_reminder AS reminder
SET state = 'leased', lease_token = %(token)s, worker = %(worker)s,
    lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM due
WHERE reminder.id = due.id
RETURNING reminder.id
"""
GIVE_BACK = """
UPDATE notifications_reminder
SET state = 'pending', lease_token = NULL, lease_until = NULL
WHERE id = ANY(%s) AND state = 'leased' AND lease_token = %s
"""
POSTPONE = """
UPDATE notifications_reminder AS reminder
SET state = 'pending', lease_token = NULL, lease_until = NULL, due_at = later.due_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS later(id, due_at)
WHERE reminder.id = later.id AND reminder.state = 'leased' AND reminder.lease_token = %s
"""


def claim(*, now: datetime, worker: str, token: UUID, paused: Collection[str]) -> list[Reminder]:
    """Lease the next batch to this worker and return it, oldest first; empty when nothing is due.

    Rows that another worker holds are skipped. A row that was held when a worker died comes last
    and alone: if it was the cause, it takes no other row with it.
    """
    for suspects, limit in ((False, BATCH), (True, 1)):
        with connection.cursor() as cursor:
            cursor.execute(
                CLAIM,
                {
                    "now": now,
                    "suspects": suspects,
                    "paused": sorted(paused),
                    "limit": limit,
                    "token": token,
                    "worker": worker,
                    "seconds": LEASE_SECONDS,
                },
            )
            ids = [row[0] for row in cursor.fetchall()]
        if ids:
            rows = Reminder.objects.filter(id__in=ids, lease_token=token)
            rows = rows.select_related("recipient").annotate(address=_address())
            return list(rows.order_by("due_at", "id"))
    return []


def _address() -> Coalesce:
    """Return where the channel of a row reaches its recipient, empty when nowhere."""
    addresses = Address.objects.filter(recipient=OuterRef("recipient"), channel=OuterRef("channel"))
    return Coalesce(Subquery(addresses.values("value")), Value(""))


def give_back(*, ids: Sequence[int], token: UUID) -> None:
    """Return leased rows untouched; the next sweep finds them due."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, [list(ids), token])


def postpone(*, later: Sequence[tuple[int, datetime]], token: UUID) -> None:
    """Return leased rows until the given instants."""
    if later:
        with connection.cursor() as cursor:
            cursor.execute(
                POSTPONE, [[row for row, _ in later], [due_at for _, due_at in later], token]
            )
