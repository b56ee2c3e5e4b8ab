"""The last check before the wire and the record after it, in one statement and one commit."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from carttrack.prepared import Statement
from notifications.channels.base import Channel
from notifications.domain.message import Outcome, Result
from notifications.domain.retry import may_resend, next_try
from notifications.domain.states import Purpose, State
from notifications.models import Reminder

# More than the longest that one message can take on the wire, so that a worker that was frozen
# for a while cannot send what has meanwhile been given to another.
MARGIN_SECONDS = 60

# `done` settles the row sent before; `allowed` waits for it, so that no two rows are ever held in
# an order that could block a plan's transaction, and steps aside when a plan holds the next row.
# Every message asks it once, so it is planned once.
SETTLE_AND_FENCE = Statement("""
WITH done AS (
    UPDATE notifications_reminder
    SET state = %(state)s::text, reason = %(reason)s::text,
        due_at = COALESCE(%(due_at)s::timestamptz, due_at), sent_at = %(sent_at)s::timestamptz,
        provider_id = %(provider_id)s::text, last_code = %(code)s::text,
        times_unknown = times_unknown + %(unknown)s::int, lost_leases = 0,
        lease_token = NULL, lease_until = NULL
    WHERE id = %(done)s::bigint AND lease_token = %(token)s::uuid
      AND state IN ('sending', 'unknown')
    RETURNING id, attempts
), written AS (
    INSERT INTO notifications_deliveryattempt
        (reminder_id, number, began_at, ended_at, outcome, code, text)
    SELECT id, attempts, %(began_at)s::timestamptz, %(ended_at)s::timestamptz, %(outcome)s::text,
           %(code)s::text, %(text)s::text
    FROM done
), allowed AS (
    SELECT reminder.id
    FROM notifications_reminder AS reminder
    JOIN notifications_thread AS thread ON thread.id = reminder.thread_id
    JOIN notifications_recipient AS recipient ON recipient.id = reminder.recipient_id
    LEFT JOIN notifications_address AS address
      ON address.recipient_id = reminder.recipient_id AND address.channel = reminder.channel
    LEFT JOIN notifications_topic AS topic ON topic.id = reminder.topic_id
    WHERE (SELECT count(*) FROM done) >= 0
      AND reminder.id = %(next)s::bigint AND reminder.state = 'leased'
      AND reminder.lease_token = %(token)s::uuid
      AND reminder.lease_until > clock_timestamp() + make_interval(secs => %(margin)s::float)
      AND reminder.expires_at > %(now)s::timestamptz
      AND thread.stopped_at IS NULL
      AND (thread.hushed_at IS NULL
           OR (reminder.recipient_id IS DISTINCT FROM thread.about_id AND EXISTS (
               SELECT 1 FROM accounts_membership AS work WHERE work.user_id = recipient.user_id)))
      AND COALESCE(address.blocked_reason, '') = ''
      AND (recipient.comfort_off_at IS NULL OR reminder.purpose = 'safety'
           OR reminder.channel = 'in_app')
      AND (topic.id IS NULL OR (topic.is_open AND topic.version = reminder.topic_version))
    FOR NO KEY UPDATE OF reminder SKIP LOCKED
), fenced AS (
    UPDATE notifications_reminder AS reminder
    SET state = 'sending', attempts = attempts + 1, began_at = %(now)s::timestamptz
    FROM allowed WHERE reminder.id = allowed.id
    RETURNING reminder.id
)
SELECT (SELECT count(*) FROM done), (SELECT count(*) FROM fenced)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a try did to its row."""

    reminder_id: int
    state: State
    reason: str
    due_at: datetime | None
    sent_at: datetime | None
    began_at: datetime
    ended_at: datetime
    outcome: Outcome


def settlement(
    row: Reminder,
    outcome: Outcome,
    *,
    channel: Channel,
    began_at: datetime,
    ended_at: datetime,
    rng: Random,
) -> Settlement:
    """Decide what a try means for its row."""
    attempts = row.attempts + 1
    state, reason = State.SENT, ""
    due_at = None
    if outcome.result is Result.REFUSED:
        state, reason = State.FAILED, outcome.reason or "refused"
    elif outcome.result is Result.UNKNOWN and not may_resend(
        purpose=Purpose(row.purpose),
        is_idempotent=channel.is_idempotent,
        is_repeatable=channel.is_repeatable,
        times_unknown=row.times_unknown + 1,
    ):
        state, reason = State.UNKNOWN, outcome.reason or "reply_lost"
    elif outcome.result is not Result.SENT:
        due_at = next_try(attempts=attempts, now=ended_at, expires_at=row.expires_at, rng=rng)
        state, reason = (State.PENDING, "") if due_at else (State.FAILED, "no_more_tries")
    return Settlement(
        reminder_id=row.pk,
        state=state,
        reason=reason,
        due_at=due_at,
        sent_at=ended_at if state is State.SENT else None,
        began_at=began_at,
        ended_at=ended_at,
        outcome=outcome,
    )


def settle_and_fence(
    *, done: Settlement | None, row: Reminder | None, token: UUID, now: datetime
) -> bool:
    """Record the previous try and ask whether `row` may be sent at this very moment.

    The answer is yes only while the lease is ours with time to spare, the plan still wants the
    message, the recipient may be written to and nobody has stopped the thread. After a yes the row
    is SENDING: should this worker die now, a person learns that it may or may not have been sent.
    """
    values = {
        "done": done.reminder_id if done else None,
        "state": done.state.value if done else State.SENT.value,
        "reason": done.reason if done else "",
        "due_at": done.due_at if done else None,
        "sent_at": done.sent_at if done else None,
        "began_at": done.began_at if done else now,
        "ended_at": done.ended_at if done else now,
        "unknown": int(done is not None and done.outcome.result is Result.UNKNOWN),
        "outcome": done.outcome.result.value if done else "",
        "code": done.outcome.code if done else "",
        "text": done.outcome.text if done else "",
        "provider_id": done.outcome.provider_id if done else "",
        "next": row.pk if row else None,
        "token": token,
        "margin": MARGIN_SECONDS,
        "now": now,
    }
    ((_settled, fenced),) = SETTLE_AND_FENCE.rows(**values)
    return bool(fenced)
