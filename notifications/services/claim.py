"""Claiming what is due, and giving back what cannot be sent now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from carttrack.prepared import Statement, answers
from notifications.domain.due import QuietHours

BATCH = 50
LEASE_SECONDS = 120

# Leases are judged by the database's clock alone: workers' clocks may disagree. How many are wanted
# stands in the statement itself: from a place for a value PostgreSQL cannot tell that it is a few,
# and might sort all that is due for each batch.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM notifications_reminder
    WHERE state = 'pending' AND due_at <= %(now)s::timestamptz
      AND expires_at > %(now)s::timestamptz
      AND lost_leases {suspects} AND channel <> ALL(%(paused)s::text[])
      AND NOT EXISTS (SELECT FROM notifications_installation WHERE held_at IS NOT NULL)
    ORDER BY due_at, id
    LIMIT {limit}
    FOR NO KEY UPDATE SKIP LOCKED
), claimed AS (
    UPDATE notifications_reminder AS reminder
    SET state = 'leased', lease_token = %(token)s::uuid, worker = %(worker)s::text,
        lease_until = clock_timestamp() + make_interval(secs => %(seconds)s::float)
    FROM due
    WHERE reminder.id = due.id
    RETURNING reminder.*
)
SELECT claimed.id, claimed.uid, claimed.channel, claimed.kind, claimed.purpose,
       claimed.context::json,
       claimed.ignores_quiet, claimed.expires_at, claimed.attempts, claimed.times_unknown,
       recipient.id, recipient.language, recipient.time_zone, recipient.quiet_from,
       recipient.quiet_until, recipient.letter_key, COALESCE(address.value, '')
FROM claimed
JOIN notifications_recipient AS recipient ON recipient.id = claimed.recipient_id
LEFT JOIN notifications_address AS address
  ON address.recipient_id = claimed.recipient_id AND address.channel = claimed.channel
ORDER BY claimed.due_at, claimed.id
"""
# A herd comes due faster than PostgreSQL counts it anew; by what it counted before it would collect
# and sort all that is due for each batch, and plan each batch anew. Goes before a statement that
# looks up a few rows of the ledger, and holds as long as its transaction.
BY_INDEX = Statement("""
SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true),
       set_config('enable_sort', 'off', true),
       set_config('plan_cache_mode', 'force_generic_plan', true)
""")
HEALTHY = Statement(CLAIM.format(suspects="= 0", limit=BATCH))
SUSPECT = Statement(CLAIM.format(suspects="> 0", limit=1))
GIVE_BACK = """
UPDATE notifications_reminder
SET state = 'pending', lease_token = NULL, lease_until = NULL
WHERE id = ANY(%s) AND state = 'leased' AND lease_token = %s
"""
# Nothing was tried, so it counts as no try.
UNSEND = """
UPDATE notifications_reminder
SET state = 'pending', attempts = attempts - 1, lease_token = NULL, lease_until = NULL
WHERE id = ANY(%s) AND state = 'sending' AND lease_token = %s
"""
POSTPONE = """
UPDATE notifications_reminder AS reminder
SET state = 'pending', lease_token = NULL, lease_until = NULL, due_at = later.due_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS later(id, due_at)
WHERE reminder.id = later.id AND reminder.state = 'leased' AND reminder.lease_token = %s
"""


class Claimed(NamedTuple):
    """A row that this worker holds, with whom it goes to; `address` is empty when there is none.

    Units:
        quiet_from, quiet_until: local wall time, None unless the person chose own quiet hours.
    """

    id: int
    uid: UUID
    channel: str
    kind: str
    purpose: str
    context: Mapping[str, str]
    ignores_quiet: bool
    expires_at: datetime
    attempts: int
    times_unknown: int
    recipient_id: int
    language: str
    time_zone: str
    quiet_from: time | None
    quiet_until: time | None
    letter_key: UUID
    address: str

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone that the person lives in.

        Raises:
            ZoneInfoNotFoundError: this machine does not know it.
        """
        return ZoneInfo(self.time_zone)

    @property
    def own_hours(self) -> QuietHours | None:
        """Return the quiet hours that the person chose, or None."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(starts=self.quiet_from, ends=self.quiet_until)


def claim(*, now: datetime, worker: str, token: UUID, paused: Collection[str]) -> list[Claimed]:
    """Lease the next batch to this worker and return it, oldest first; empty when nothing is due.

    Rows that another worker holds are skipped. A row that was held when a worker died comes last
    and alone: if it was the cause, it takes no other row with it.
    """
    for claims in (HEALTHY, SUSPECT):
        claiming = claims.asked(
            now=now,
            paused=sorted(paused),
            token=token,
            worker=worker,
            seconds=LEASE_SECONDS,
        )
        _set, rows = answers(BY_INDEX.asked(), claiming)
        if rows:
            return [Claimed(*row) for row in rows]
    return []


def give_back(*, ids: Sequence[int], token: UUID) -> None:
    """Return leased rows untouched; the next sweep finds them due."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, [list(ids), token])


def unsend(*, ids: Sequence[int], token: UUID) -> None:
    """Return rows that passed the fence and surely were not sent; they will have to pass again."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(UNSEND, [list(ids), token])


def postpone(*, later: Sequence[tuple[int, datetime]], token: UUID) -> None:
    """Return leased rows until the given instants."""
    if later:
        with connection.cursor() as cursor:
            cursor.execute(
                POSTPONE, [[row for row, _ in later], [due_at for _, due_at in later], token]
            )
