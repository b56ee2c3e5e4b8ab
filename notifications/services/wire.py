"""The last check before the wire and the record after it, in one statement and one commit.

As many messages as leave in a moment go through it together; where each takes its time, each alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from carttrack.prepared import Statement, answers
from notifications.channels.base import Channel
from notifications.domain.message import Outcome, Result
from notifications.domain.retry import may_resend, next_try
from notifications.domain.states import Purpose, State
from notifications.services.claim import BY_INDEX, Claimed

# More than the longest that one message can take on the wire, so that a worker that was frozen
# for a while cannot send what has meanwhile been given to another.
MARGIN_SECONDS = 60

# `done` settles the rows tried before, locked in the order in which a plan locks them; `leased`
# waits for it, and steps aside when a plan holds one of the next rows, so that neither ever blocks
# the other. It comes before what is joined to it; and a state is asked for in a way that no index
# answers, so that these few rows are looked up and no others.
SETTLE_AND_FENCE = Statement("""
WITH tried AS MATERIALIZED (
    SELECT *
    FROM unnest(%(done)s::bigint[], %(states)s::text[], %(reasons)s::text[],
                %(due_at)s::timestamptz[], %(sent_at)s::timestamptz[],
                %(began_at)s::timestamptz[], %(ended_at)s::timestamptz[], %(outcomes)s::text[],
                %(codes)s::text[], %(texts)s::text[], %(provider_ids)s::text[])
        AS tried(id, state, reason, due_at, sent_at, began_at, ended_at, outcome, code, text,
                 provider_id)
), held AS MATERIALIZED (
    SELECT id FROM notifications_reminder
    WHERE id = ANY(%(done)s::bigint[]) AND lease_token = %(token)s::uuid
      AND (state IN ('sending', 'unknown')) IS TRUE
    ORDER BY id
    FOR NO KEY UPDATE
), done AS (
    UPDATE notifications_reminder AS reminder
    SET state = tried.state, reason = tried.reason,
        due_at = COALESCE(tried.due_at, reminder.due_at), sent_at = tried.sent_at,
        provider_id = tried.provider_id, last_code = tried.code,
        times_unknown = times_unknown + (tried.outcome = 'unknown')::int, lost_leases = 0,
        lease_token = NULL, lease_until = NULL
    FROM held JOIN tried USING (id)
    WHERE reminder.id = held.id
    RETURNING reminder.id, reminder.attempts
), written AS (
    INSERT INTO notifications_deliveryattempt
        (reminder_id, number, began_at, ended_at, outcome, code, text)
    SELECT done.id, done.attempts, tried.began_at, tried.ended_at, tried.outcome, tried.code,
           tried.text
    FROM done JOIN tried USING (id)
), leased AS MATERIALIZED (
    SELECT id, thread_id, recipient_id, topic_id, topic_version, channel, purpose
    FROM notifications_reminder
    WHERE (SELECT count(*) FROM done) >= 0
      AND id = ANY(%(next)s::bigint[]) AND (state = 'leased') IS TRUE
      AND lease_token = %(token)s::uuid
      AND lease_until > clock_timestamp() + make_interval(secs => %(margin)s::float)
      AND expires_at > %(now)s::timestamptz
    FOR NO KEY UPDATE SKIP LOCKED
), allowed AS (
    SELECT reminder.id
    FROM leased AS reminder
    JOIN notifications_thread AS thread ON thread.id = reminder.thread_id
    JOIN notifications_recipient AS recipient ON recipient.id = reminder.recipient_id
    LEFT JOIN notifications_address AS address
      ON address.recipient_id = reminder.recipient_id AND address.channel = reminder.channel
    LEFT JOIN notifications_topic AS topic ON topic.id = reminder.topic_id
    WHERE thread.stopped_at IS NULL
      AND (thread.hushed_at IS NULL
           OR (reminder.recipient_id IS DISTINCT FROM thread.about_id AND EXISTS (
               SELECT 1 FROM accounts_membership AS work WHERE work.user_id = recipient.user_id)))
      AND COALESCE(address.blocked_reason, '') = ''
      AND (recipient.comfort_off_at IS NULL OR reminder.purpose = 'safety'
           OR reminder.channel = 'in_app')
      AND (topic.id IS NULL OR (topic.is_open AND topic.version = reminder.topic_version))
), fenced AS (
    UPDATE notifications_reminder AS reminder
    SET state = 'sending', attempts = attempts + 1, began_at = %(now)s::timestamptz
    FROM allowed WHERE reminder.id = allowed.id
    RETURNING reminder.id
)
SELECT id FROM fenced
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
    row: Claimed,
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
        reminder_id=row.id,
        state=state,
        reason=reason,
        due_at=due_at,
        sent_at=ended_at if state is State.SENT else None,
        began_at=began_at,
        ended_at=ended_at,
        outcome=outcome,
    )


def settle_and_fence(
    *, done: Sequence[Settlement] = (), ids: Sequence[int] = (), token: UUID, now: datetime
) -> set[int]:
    """Record the tries before and return those of the rows that may be sent at this moment.

    A row may only while the lease is ours with time to spare, the plan still wants the message, the
    recipient may be written to and nobody has stopped the thread. It is SENDING from then on:
    should this worker die now, a person learns that it may or may not have been sent.
    """
    if not done and not ids:
        return set()
    settling = SETTLE_AND_FENCE.asked(
        done=[each.reminder_id for each in done],
        states=[each.state.value for each in done],
        reasons=[each.reason for each in done],
        due_at=[each.due_at for each in done],
        sent_at=[each.sent_at for each in done],
        began_at=[each.began_at for each in done],
        ended_at=[each.ended_at for each in done],
        outcomes=[each.outcome.result.value for each in done],
        codes=[each.outcome.code for each in done],
        texts=[each.outcome.text for each in done],
        provider_ids=[each.outcome.provider_id for each in done],
        next=list(ids),
        token=token,
        margin=MARGIN_SECONDS,
        now=now,
    )
    _set, found = answers(BY_INDEX.asked(), settling)
    return {reminder_id for (reminder_id,) in found}
