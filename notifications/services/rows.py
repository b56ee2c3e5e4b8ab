"""Writing a thread's topics and reminders, in one statement for each sort of change."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, QuerySet, UUIDField

from carttrack.prepared import Param, prepared
from notifications.domain.ledger import Entry, TopicState, Wish
from notifications.domain.states import State
from notifications.models import Reminder, Thread, Topic

MOVE = """
UPDATE notifications_reminder AS reminder
SET channel = moved.channel, asks = moved.asks, ignores_quiet = moved.ignores_quiet,
    escalate_hours = moved.escalate_hours,
    kind = moved.kind, purpose = moved.purpose, context = moved.context::jsonb,
    occurs_on = moved.occurs_on, is_at_once = moved.is_at_once, local_on = moved.local_on,
    local_at = moved.local_at, zone = moved.zone, due_at = moved.due_at,
    expires_at = moved.expires_at, state = 'pending', reason = '', attempts = 0, lost_leases = 0,
    lease_token = NULL, lease_until = NULL
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::date[], %s::boolean[],
            %s::date[], %s::time[], %s::text[], %s::timestamptz[], %s::timestamptz[],
            %s::text[], %s::boolean[], %s::boolean[], %s::smallint[])
    AS moved(id, kind, purpose, context, occurs_on, is_at_once, local_on, local_at, zone, due_at,
             expires_at, channel, asks, ignores_quiet, escalate_hours)
WHERE reminder.id = moved.id AND reminder.state IN ('pending', 'leased')
"""
SUPPRESS = """
UPDATE notifications_reminder AS reminder
SET state = 'suppressed', reason = gone.reason, lease_token = NULL, lease_until = NULL
FROM unnest(%s::bigint[], %s::text[]) AS gone(id, reason)
WHERE reminder.id = gone.id AND reminder.state IN ('pending', 'leased', 'failed', 'expired')
"""
KEEP_TOPICS = """
INSERT INTO notifications_topic AS topic (uid, thread_id, version, is_open)
SELECT new.uid, %s, new.version, new.is_open
  FROM unnest(%s::uuid[], %s::integer[], %s::boolean[]) AS new(uid, version, is_open)
    ON CONFLICT (uid) DO UPDATE SET version = EXCLUDED.version, is_open = EXCLUDED.is_open
 WHERE topic.thread_id = EXCLUDED.thread_id
RETURNING uid, id
"""
# What an event tells follows while it waits; what the plan asks for, where it still asks for it.
# Rows are locked in the order in which a worker locks those that it records.
FOLLOW_TOPICS = """
WITH held AS MATERIALIZED (
    SELECT reminder.id, topic.version
    FROM notifications_reminder AS reminder
    JOIN notifications_topic AS topic ON topic.id = reminder.topic_id
    WHERE reminder.thread_id = %s AND reminder.topic_version <> topic.version
      AND (CASE WHEN reminder.is_planned
                THEN reminder.id = ANY(%s)
                     AND reminder.state IN ('pending', 'leased', 'sending', 'failed', 'unknown')
                ELSE reminder.state IN ('pending', 'leased', 'sending') END)
    ORDER BY reminder.id
    FOR NO KEY UPDATE OF reminder
)
UPDATE notifications_reminder AS reminder
SET topic_version = held.version
FROM held WHERE reminder.id = held.id
"""

THREAD = Param("thread", BigIntegerField())
UID = Param("uid", UUIDField())
OF_THREAD = (
    "id",
    "uid",
    "centre_id",
    "stopped_at",
    "stop_reason",
    "hushed_at",
    "hush_reason",
    "about_id",
)


@prepared
def _locked_thread() -> QuerySet[Thread, tuple[Any, ...]]:
    locked = Thread.objects.select_for_update(no_key=True)
    return locked.filter(uid=UID).values_list(*OF_THREAD)


@prepared
def _held_reminders() -> QuerySet[Reminder, tuple[int]]:
    held = Reminder.objects.live().select_for_update(of=("self",), no_key=True)
    return held.filter(thread=THREAD).order_by("id").values_list("id")


@prepared
def _stored_topics() -> QuerySet[Topic, tuple[UUID, int, int, bool]]:
    return Topic.objects.filter(thread=THREAD).values_list("uid", "id", "version", "is_open")


def lock_thread(uid: UUID) -> Thread:
    """Return the thread, which nobody else changes until the transaction ends.

    Raises:
        Thread.DoesNotExist: no such thread.
    """
    for row in _locked_thread().rows(uid=uid):
        return Thread.from_db(connection.alias, OF_THREAD, row)
    raise Thread.DoesNotExist


def hold(thread: Thread) -> int:
    """Keep every sweep from sending what may change, until the transaction ends.

    Return how many rows that are.
    """
    return len(_held_reminders().rows(thread=thread.pk))


def write_topics(thread: Thread, topics: Sequence[TopicState]) -> Mapping[UUID, int]:
    """Keep each topic's version and openness; return the keys of all topics of the thread.

    The thread is locked, so that what is stored now is written only where it changes.
    """
    keys: dict[UUID, int] = {}
    stored = set()
    for uid, key, version, is_open in _stored_topics().rows(thread=thread.pk):
        keys[uid] = key
        stored.add((uid, version, is_open))
    changed = [
        state
        for topic in topics
        if (state := (topic.uid, topic.version, topic.is_open)) not in stored
    ]
    if changed:
        arguments: list[Any] = [thread.pk, *map(list, zip(*changed, strict=True))]
        with connection.cursor() as cursor:
            cursor.execute(KEEP_TOPICS, arguments)
            keys.update(cursor.fetchall())
    return keys


def create(
    thread: Thread, topics: Mapping[UUID, int], wishes: Sequence[Wish], *, silent_for: str = ""
) -> list[int]:
    """Add a row for each wish and return them by their ids.

    One that is `silent_for` a reason only tells why nothing is sent.
    """
    rows = [_row(thread, topics, wish) for wish in wishes]
    if silent_for:
        for row in rows:
            row.state, row.reason = State.SUPPRESSED, silent_for
    return [row.pk for row in Reminder.objects.bulk_create(rows)]


def _row(thread: Thread, topics: Mapping[UUID, int], wish: Wish) -> Reminder:
    """Turn a wish into a row; a message at once is planned for the moment it was asked for."""
    wanted = wish.wanted
    local_on, local_at = wish.local_due
    return Reminder(
        thread=thread,
        centre_id=thread.centre_id,
        topic_id=topics[wanted.topic],
        recipient_id=wanted.recipient_id,
        channel=wish.channel,
        asks=wanted.asks,
        ignores_quiet=wanted.ignores_quiet,
        escalate_hours=wanted.escalate_hours,
        kind=wanted.kind,
        rule=wanted.rule,
        is_planned=True,
        purpose=wanted.purpose,
        context=dict(wanted.context),
        occurs_on=wanted.occurs_on,
        is_at_once=wanted.send_on is None,
        local_on=local_on,
        local_at=local_at,
        zone=wish.zone,
        due_at=min(wish.timing.due_at, wish.timing.expires_at),
        expires_at=wish.timing.expires_at,
    )


def move(moves: Sequence[tuple[Entry, Wish]]) -> None:
    """Give rows that have not left yet their new dates; a worker that holds one loses it."""
    if not moves:
        return
    wishes = [wish for _, wish in moves]
    columns: list[Any] = [
        [entry.id for entry, _ in moves],
        [wish.wanted.kind for wish in wishes],
        [wish.wanted.purpose.value for wish in wishes],
        [json.dumps(dict(wish.wanted.context)) for wish in wishes],
        [wish.wanted.occurs_on for wish in wishes],
        [wish.wanted.send_on is None for wish in wishes],
        [wish.local_due[0] for wish in wishes],
        [wish.local_due[1] for wish in wishes],
        [wish.zone for wish in wishes],
        [wish.timing.due_at for wish in wishes],
        [wish.timing.expires_at for wish in wishes],
        [wish.channel for wish in wishes],
        [wish.wanted.asks for wish in wishes],
        [wish.wanted.ignores_quiet for wish in wishes],
        [wish.wanted.escalate_hours for wish in wishes],
    ]
    with connection.cursor() as cursor:
        cursor.execute(MOVE, columns)


def suppress(gone: Sequence[tuple[Entry, str]]) -> None:
    """Withdraw rows, each for its reason."""
    if not gone:
        return
    with connection.cursor() as cursor:
        cursor.execute(SUPPRESS, [[entry.id for entry, _ in gone], [why for _, why in gone]])


def follow_topics(thread: Thread, ids: Sequence[int]) -> None:
    """Let planned rows, by their ids, belong to the version of the plan that wants them."""
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW_TOPICS, [thread.pk, list(ids)])
