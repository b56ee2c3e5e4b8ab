"""Proving that the ledger says what the plans want, and keeping the proof; nothing is sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from carttrack.accounts.models import Centre
from notifications.domain.ledger import (
    Difference,
    Entry,
    TopicState,
    WantedReminder,
    Wish,
    compare,
)
from notifications.domain.proof import Fault, Proof, Unaccounted
from notifications.domain.states import LIVE
from notifications.models import Reconciliation, Reminder, Thread, Topic
from notifications.services.plan import (
    COUNTED,
    OF_ENTRY,
    OF_KEY,
    entry_of,
    still_wanted,
    wishes_of,
)
from notifications.services.reaching import reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the plan of one journey asks of the ledger now."""

    thread_uid: UUID
    wanted: Sequence[WantedReminder]
    topics: Sequence[TopicState]


class Stored(NamedTuple):
    """What the ledger knows of one activity."""

    version: int
    is_open: bool


def unaccounted(asked: Sequence[Asked], *, now: datetime) -> Iterator[Unaccounted]:
    """Yield what the ledger of these journeys would have to change to say what is asked.

    The comparison is the one by which the ledger is written. The number of queries does not depend
    on the number of journeys.
    """
    threads = {row.uid: row for row in Thread.objects.filter(uid__in=[a.thread_uid for a in asked])}
    entries = _entries(threads.values())
    topics = _topics(threads.values())
    reached = reaches({item.recipient_id for one in asked for item in one.wanted})
    for one in asked:
        thread = threads.get(one.thread_uid)
        if thread is None:
            yield from (_wanted_in_vain(one.thread_uid, item) for item in one.wanted)
            continue
        wanted, over = still_wanted(thread, one.wanted, one.topics)
        own = entries[thread.pk]
        difference = compare(own, wishes_of(wanted, reached, now), over)
        yield from _of_difference(one.thread_uid, difference)
        yield from _behind(one, own, topics)


def _entries(threads: Iterable[Thread]) -> dict[int, list[Entry]]:
    """Read the planned rows of these threads, as far as they count."""
    found: dict[int, list[Entry]] = defaultdict(list)
    rows = Reminder.objects.filter(COUNTED, thread__in=threads, is_planned=True).order_by("id")
    for thread, *row in rows.values_list("thread_id", "state", *OF_KEY, *OF_ENTRY).iterator():
        found[thread].append(entry_of(row))
    return found


def _topics(threads: Iterable[Thread]) -> dict[UUID, Stored]:
    found = Topic.objects.filter(thread__in=threads).values_list("uid", "version", "is_open")
    return {uid: Stored(version, is_open) for uid, version, is_open in found}


def _of_difference(thread: UUID, difference: Difference) -> Iterator[Unaccounted]:
    """Name what would have to change; a row that would only take another channel adds up."""
    for wish in (*difference.create, *difference.silence):
        yield _wanted_in_vain(thread, wish.wanted)
    for entry, wish in difference.move:
        if _is_of_another_day(entry, wish):
            yield _of_entry(Fault.MOVED, thread, entry)
    for entry, _reason in difference.suppress:
        if entry.state in LIVE:
            yield _of_entry(Fault.UNWANTED, thread, entry)


def _is_of_another_day(entry: Entry, wish: Wish) -> bool:
    wanted = wish.wanted
    if entry.occurs_on != wanted.occurs_on:
        return True
    return wanted.send_on is not None and (entry.local_on, entry.local_at) != wish.local_due


def _behind(
    one: Asked, entries: Iterable[Entry], topics: dict[UUID, Stored]
) -> Iterator[Unaccounted]:
    """Name the rows that no sweep would send: the plan of their activity is an older one."""
    stale = {
        state.uid
        for state in one.topics
        if topics.get(state.uid) not in (None, Stored(state.version, state.is_open))
    }
    for entry in entries:
        if entry.state in LIVE and entry.key.topic in stale:
            yield _of_entry(Fault.BEHIND, one.thread_uid, entry)


def _wanted_in_vain(thread: UUID, item: WantedReminder) -> Unaccounted:
    return Unaccounted(
        fault=Fault.MISSING,
        thread=thread,
        rule=item.rule,
        topic=item.topic,
        occurs_on=item.occurs_on,
        on=item.send_on,
    )


def _of_entry(fault: Fault, thread: UUID, entry: Entry) -> Unaccounted:
    return Unaccounted(
        fault=fault,
        thread=thread,
        rule=entry.key.rule,
        topic=entry.key.topic,
        occurs_on=entry.occurs_on,
        on=entry.local_on,
    )


@transaction.atomic
def keep_proof(*, proof: Proof, centre: Centre, day: date, now: datetime) -> Reconciliation:
    """Keep the proof of a centre's day; one that closes settles those before it that did not."""
    kept, _is_new = Reconciliation.objects.update_or_create(
        centre=centre,
        day=day,
        defaults={
            "made_at": now,
            "journeys": proof.journeys,
            "counts": proof.counts(),
            "by_rule": proof.by_rule(),
            "unaccounted": [one.as_json() for one in proof.listed],
            "unaccounted_count": proof.unaccounted,
            "is_closed": proof.closes,
            "settled_at": None,
        },
    )
    earlier = Reconciliation.objects.open().filter(centre=centre, day__lt=day)
    if proof.closes:
        earlier.update(settled_at=now)
    return kept
