"""What a sweep does beside sending: lost workers, rows that came too late, dead addresses."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from notifications.channels import channel_named
from notifications.domain.retry import MAX_LOST_LEASES, may_resend
from notifications.domain.states import Purpose, State
from notifications.models import Reminder

# So many rows expire in one statement; an outage may leave many more.
AT_ONCE = 1000

# Nothing was sent: the row is due again, or set aside when it keeps ending its workers.
REAP_LEASED = """
UPDATE notifications_reminder AS reminder
SET lost_leases = lost_leases + 1, lease_token = NULL, lease_until = NULL,
    state = CASE WHEN lost_leases + 1 < %(most)s THEN 'pending' ELSE 'failed' END,
    reason = CASE WHEN lost_leases + 1 < %(most)s THEN '' ELSE 'kills_worker' END
FROM (
    SELECT id FROM notifications_reminder
    WHERE state = 'leased' AND lease_until < clock_timestamp()
    FOR NO KEY UPDATE SKIP LOCKED
) AS over
WHERE reminder.id = over.id
"""
# Nobody knows whether it left. The token stays, so that a slow worker can still tell.
REAP_SENDING = """
WITH lost AS (
    UPDATE notifications_reminder AS reminder
    SET state = 'unknown', reason = 'worker_lost', times_unknown = times_unknown + 1,
        lost_leases = lost_leases + 1
    FROM (
        SELECT id FROM notifications_reminder
        WHERE state = 'sending' AND lease_until < clock_timestamp()
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS over
    WHERE reminder.id = over.id
    RETURNING reminder.id, reminder.attempts, reminder.began_at
), written AS (
    INSERT INTO notifications_deliveryattempt
        (reminder_id, number, began_at, ended_at, outcome, code, text)
    SELECT id, attempts, began_at, GREATEST(began_at, %(now)s), 'unknown', 'worker_lost', ''
    FROM lost
)
SELECT id FROM lost
"""
EXPIRE = """
UPDATE notifications_reminder AS reminder
SET state = 'expired', reason = 'late'
FROM (
    SELECT id FROM notifications_reminder
    WHERE state = 'pending' AND due_at <= %(now)s AND expires_at <= %(now)s
    ORDER BY due_at, id
    LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
) AS late
WHERE reminder.id = late.id
"""
# One refusal can be a server's mood; the second for the same address is the address. Whoever does
# not want our messages has said so once and for all.
BLOCK_DEAD_ADDRESS = """
UPDATE notifications_address AS address
SET blocked_reason = %(reason)s, blocked_at = %(now)s
WHERE address.recipient_id = %(recipient)s AND address.channel = %(channel)s
  AND address.blocked_reason = '' AND (%(reason)s = 'complained' OR (
    SELECT count(*) FROM notifications_reminder AS reminder
    WHERE reminder.recipient_id = address.recipient_id AND reminder.channel = address.channel
      AND reminder.state = 'failed' AND reminder.reason = 'bounced') >= 2)
"""

BLOCKING = ("bounced", "complained")


def reap(*, now: datetime) -> int:
    """Take back the rows of workers that are gone and return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(REAP_LEASED, {"most": MAX_LOST_LEASES})
        leased = int(cursor.rowcount)
        cursor.execute(REAP_SENDING, {"now": now})
        unknown = [row[0] for row in cursor.fetchall()]
    again = [
        row.pk
        for row in Reminder.objects.filter(
            pk__in=unknown, expires_at__gt=now, lost_leases__lt=MAX_LOST_LEASES
        )
        if may_resend(
            purpose=Purpose(row.purpose),
            is_idempotent=channel_named(row.channel).is_idempotent,
            is_repeatable=channel_named(row.channel).is_repeatable,
            times_unknown=row.times_unknown,
        )
    ]
    if again:
        Reminder.objects.filter(pk__in=again, state=State.UNKNOWN).update(
            state=State.PENDING, reason="", lease_token=None, lease_until=None
        )
    return leased + len(unknown)


def expire(*, now: datetime) -> int:
    """Set aside what would only confuse by now and return how many rows that were.

    They are taken in the order of the index of what is due, so many at a time.
    """
    expired = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(EXPIRE, {"now": now, "limit": AT_ONCE})
            found = int(cursor.rowcount)
            expired += found
            if found < AT_ONCE:
                return expired


def block_dead_addresses(
    *, channel: str, refused: Iterable[tuple[int, str]], now: datetime
) -> None:
    """Stop writing to addresses that a server refused twice or whose owner complained.

    `refused` are recipients, each with the reason; a person has to ask for new addresses. One by
    one, so that no plan that writes the same people waits for us while we wait for it.
    """
    with connection.cursor() as cursor:
        for recipient, reason in dict.fromkeys(refused):
            if reason in BLOCKING:
                cursor.execute(
                    BLOCK_DEAD_ADDRESS,
                    {"recipient": recipient, "channel": channel, "reason": reason, "now": now},
                )
