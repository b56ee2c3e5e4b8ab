"""Comparing what is stored with what is wanted."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.due import Timing
from notifications.domain.ledger import Entry, Key, WantedReminder, Wish, compare
from notifications.domain.states import LIVE, State

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
TOPICS = [UUID(int=number) for number in range(3)]
DAYS = [date(2026, 3, 10) + timedelta(days=number) for number in range(3)]
keys = st.builds(
    Key,
    rule=st.sampled_from(["soon", "booked"]),
    topic=st.sampled_from(TOPICS),
    recipient_id=st.sampled_from([1, 2]),
)


def entry(number, key, state, on):
    return Entry(
        id=number,
        key=key,
        channel="email",
        kind="visit_soon",
        state=state,
        occurs_on=on,
        local_on=on,
        local_at=time(9),
        zone="UTC",
        is_at_once=False,
        due_at=NOW,
        context={},
    )


def wish(key, on, *, is_late=False):
    return Wish(
        wanted=WantedReminder(
            topic=key.topic,
            recipient_id=key.recipient_id,
            channel="email",
            kind="visit_soon",
            rule=key.rule,
            occurs_on=on,
            send_on=on,
        ),
        channel="email",
        zone="UTC",
        timing=Timing(due_at=NOW, expires_at=NOW if is_late else NOW + timedelta(days=1)),
    )


@st.composite
def ledgers(draw):
    """Draw rows that the database's unique key would allow, at most one of a message live."""
    rows: list[Entry] = []
    live, told = set(), set()
    for key, state, on in draw(
        st.lists(st.tuples(keys, st.sampled_from(State), st.sampled_from(DAYS)), max_size=12)
    ):
        if (key, on) in told or (state in LIVE and key in live) or state is State.SUPPRESSED:
            continue
        told.add((key, on))
        if state in LIVE:
            live.add(key)
        rows.append(entry(len(rows), key, state, on))
    return rows


wishes = st.dictionaries(keys, st.tuples(st.sampled_from(DAYS), st.booleans()), max_size=8).map(
    lambda drawn: [wish(key, on, is_late=late) for key, (on, late) in drawn.items()]
)
closed_topics = st.dictionaries(st.sampled_from(TOPICS), st.just("done"), max_size=1)


def apply(rows, difference):
    """Return the sendable and the told messages after the difference is carried out."""
    gone = {row.id for row, _ in difference.suppress}
    moved = {row.id: wish.wanted.occurs_on for row, wish in difference.move}
    live = [
        (row.key, moved.get(row.id, row.occurs_on))
        for row in rows
        if row.state in LIVE and row.id not in gone
    ]
    live += [(wish.wanted.key, wish.wanted.occurs_on) for wish in difference.create]
    told = {(row.key, row.occurs_on) for row in rows if row.state not in LIVE}
    return live, told


@given(rows=ledgers(), wanted=wishes, closed=closed_topics)
def test_afterwards_exactly_the_wanted_and_untold_messages_are_sendable(rows, wanted, closed):
    difference = compare(rows, wanted, closed)

    live, told = apply(rows, difference)
    assert len(live) == len(set(live))
    assert not set(live) & told
    asked = {(wish.wanted.key, wish.wanted.occurs_on): wish.timing.is_too_late for wish in wanted}
    assert set(live) <= asked.keys()
    for message, is_too_late in asked.items():
        assert message in live or message in told or is_too_late


@given(rows=ledgers(), wanted=wishes, closed=closed_topics)
def test_what_has_left_or_is_in_doubt_is_never_touched(rows, wanted, closed):
    difference = compare(rows, wanted, closed)

    touched = [row for row, _ in (*difference.move, *difference.suppress)]
    assert {row.state for row in touched} <= {*LIVE, State.FAILED, State.EXPIRED}
    assert len({row.id for row in touched}) == len(touched)


@given(wanted=wishes)
def test_comparing_twice_changes_nothing(wanted):
    first = compare([], wanted, {})
    rows = [
        entry(number, wish.wanted.key, State.PENDING, wish.wanted.occurs_on)
        for number, wish in enumerate(first.create)
    ]

    again = compare(rows, wanted, {})

    assert (again.create, again.move, again.suppress) == ([], [], [])
    assert len(again.keep) == len(first.create)


@pytest.mark.feature(85)
def test_a_row_that_took_over_from_a_failed_one_stays_on_its_channel():
    key = Key("soon", TOPICS[0], 1)
    failed = entry(0, key, State.FAILED, DAYS[0])
    other_way = replace(entry(1, key, State.PENDING, DAYS[0]), channel="sms")

    same = compare([failed, other_way], [wish(key, DAYS[0])], {})
    later = compare([failed, other_way], [wish(key, DAYS[1])], {})

    assert (same.keep, same.suppress) == ([other_way], [])
    [(row, moved)] = later.move
    assert (row, moved.channel) == (other_way, "email")


def test_a_row_is_not_moved_to_a_day_that_failed_already():
    key = Key("soon", TOPICS[0], 1)
    rows = [entry(0, key, State.FAILED, DAYS[1]), entry(1, key, State.PENDING, DAYS[0])]

    difference = compare(rows, [wish(key, DAYS[1])], {})

    assert difference.suppress == [(rows[1], "plan_moved")]
    assert not difference.move
