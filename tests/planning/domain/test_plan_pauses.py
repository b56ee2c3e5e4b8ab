"""The clock stop: what a hold that is over does to a plan."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.pauses import Pause
from journeys.planning.domain.plan import StepKind
from journeys.planning.domain.protocol import NotAfter
from journeys.planning.domain.reasons import ConflictKind
from journeys.planning.domain.recompute import recompute
from tests.planning.domain.protocols import (
    ALWAYS_OPEN,
    activity,
    between,
    booked,
    by_point,
    days,
    expected,
    happened,
    plan,
    protocol,
)
from tests.planning.domain.strategies import DAY_0, calendars, facts_for, pauses, situations

many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
COLLECTED = happened("leukapheresis", date(2026, 1, 12))
HELD = Pause(date(2026, 1, 20), date(2026, 1, 30))
TEN_DAYS = timedelta(days=10)


def planned(*facts, held=(), **changes):
    return by_point(plan(*facts, pauses=held, **changes))


@pytest.mark.feature(21)
def test_days_on_hold_move_the_target_and_the_last_day_but_not_the_first():
    before = planned(COLLECTED)["product_received"]
    after = planned(COLLECTED, held=(HELD,))["product_received"]

    assert after.target == before.target + TEN_DAYS
    assert after.closes == before.closes + TEN_DAYS
    assert after.opens == before.opens


@pytest.mark.feature(21)
@pytest.mark.feature(28)
def test_a_date_says_that_days_on_hold_were_left_out():
    found = planned(COLLECTED, held=(HELD,))

    offset, paused = found["product_received"].why
    assert (offset.kind, offset.gives) == (StepKind.OFFSET, date(2026, 2, 9))
    assert (paused.kind, paused.held, paused.gives) == (StepKind.PAUSED, 10, date(2026, 2, 19))
    assert [step.kind for step in found["infusion"].why] == [StepKind.OFFSET]


def test_what_counts_from_the_infusion_is_not_held_up_by_what_came_before_it():
    infused = happened("infusion", date(2026, 2, 27))

    before, after = planned(COLLECTED, infused), planned(COLLECTED, infused, held=(HELD,))

    for point, found in after.items():
        if point.startswith(("discharge", "return", "day_100", "month_6", "year")):
            assert found == before[point]


@pytest.mark.feature(21)
def test_the_infusion_that_happened_ends_the_clock_stop():
    infused = happened("infusion", date(2026, 2, 27))
    over_it = Pause(date(2026, 2, 20), date(2026, 4, 1))

    found = planned(COLLECTED, infused, held=(over_it,))

    assert found["discharge"] == planned(COLLECTED, infused)["discharge"]
    assert found["year"] == planned(COLLECTED, infused)["year"]


def test_a_hold_lets_the_infusion_come_later_after_lymphodepletion():
    chemo = happened("lymphodepletion#3", date(2026, 2, 10))
    held = Pause(date(2026, 2, 12), date(2026, 2, 20))

    found = planned(chemo, held=(held,))["infusion"]
    before = planned(chemo)["infusion"]

    assert (before.opens, before.closes) == (date(2026, 2, 13), date(2026, 2, 15))
    assert (found.opens, found.closes) == (date(2026, 2, 13), date(2026, 2, 23))
    assert found.chosen == date(2026, 2, 13) + timedelta(days=8)


@pytest.mark.feature(28)
def test_a_limit_that_a_hold_stretched_is_told_with_its_days():
    chemo = happened("lymphodepletion#3", date(2026, 2, 10))
    held = Pause(date(2026, 2, 12), date(2026, 2, 20))

    found = plan(COLLECTED, chemo, booked("infusion", date(2026, 3, 5)), pauses=(held,))

    (conflict,) = (c for c in found.conflicts if c.kind is ConflictKind.CONTRADICTION)
    (limit,) = (clause for clause in conflict.because if clause.bound == "max")
    assert (limit.days, limit.held) == (22, 8)
    assert conflict.days_off == 1


def test_a_waiting_time_does_not_grow():
    made = protocol(
        activity("start"),
        activity("next", "start", "P1D", "P0D", "P30D"),
        constraints=(between("start", "next", "P5D"),),
    )
    start = happened("start", date(2026, 3, 1))
    held = Pause(date(2026, 3, 2), date(2026, 3, 6))

    assert planned(start, on=made, held=(held,))["next"].opens == date(2026, 3, 6)
    assert planned(start, on=made, held=(held,))["next"].target == date(2026, 3, 6)


def test_an_order_is_not_loosened_by_a_hold():
    made = protocol(
        activity("start"),
        activity("first", "start", "P5D", "-P5D", "P50D"),
        activity("second", "start", "P6D", "-P6D", "P60D"),
        constraints=(between("first", "second", "P0D"),),
    )
    facts = (happened("start", date(2026, 3, 1)), happened("second", date(2026, 3, 8)))
    held = Pause(date(2026, 3, 4), date(2026, 3, 20))

    assert planned(*facts, on=made, held=(held,))["first"].closes == date(2026, 3, 8)


def test_a_lower_limit_that_is_an_upper_one_read_backwards_gives_way():
    made = protocol(
        activity("start"),
        activity("chemo", "infusion", "-P5D", "-P10D", "P0D"),
        activity("infusion", "start", "P40D", "-P40D", "P60D"),
    )
    facts = (happened("start", date(2026, 3, 1)), booked("infusion", date(2026, 4, 10)))
    held = Pause(date(2026, 3, 30), date(2026, 4, 4))

    before = planned(*facts, on=made)["chemo"]
    after = planned(*facts, on=made, held=(held,))["chemo"]

    assert before.opens == date(2026, 3, 26)
    assert after.opens == date(2026, 3, 21)  # 15 days before, of which 5 on hold
    assert after.target == before.target  # counted backwards, a hold stretches nothing


def test_what_happened_before_a_hold_is_inside_a_window_that_reaches_back_over_it():
    made = protocol(
        activity("infusion"),
        activity("chemo", "infusion", opens="-P1D"),
        constraints=[between("chemo", "infusion", "P0D")],
    )
    monday, tuesday = DAY_0, DAY_0 + timedelta(days=1)
    shut_till_wednesday = OpenDays(frozenset({0, 1}), {})

    found = planned(
        happened("chemo", monday),
        on=made,
        held=(Pause(monday, tuesday),),
        open_days=shut_till_wednesday,
    )

    assert found["infusion"].chosen == DAY_0 + timedelta(days=2)  # one day, and the one on hold
    assert found["chemo"].opens == found["chemo"].chosen == monday


def test_a_ceiling_over_an_occurrence_moves_out_and_says_so():
    made = protocol(
        activity("start"),
        activity(
            "visit",
            "start",
            "P20D",
            "-P5D",
            "P50D",
            not_after=(NotAfter(anchor="start", offset=days("P15D")),),
        ),
    )
    held = Pause(date(2026, 3, 5), date(2026, 3, 9))

    found = planned(happened("start", date(2026, 3, 1)), on=made, held=(held,))["visit"]

    assert found.closes == date(2026, 3, 20)
    assert (found.why[-1].kind, found.why[-1].held) == (StepKind.CEILING, 4)
    assert recompute(found, {"start": date(2026, 3, 1)}, ALWAYS_OPEN) == found.chosen


def test_a_leap_day_on_hold_counts_as_one():
    collected = happened("leukapheresis", date(2028, 2, 14))
    held = Pause(date(2028, 2, 25), date(2028, 3, 3))

    found = planned(collected, held=(held,))["product_received"]

    assert found.target == date(2028, 3, 13) + timedelta(days=7)


def test_a_promised_day_inside_a_hold_is_kept_and_what_follows_counts_from_its_end():
    promised = expected("product_received", date(2026, 1, 25))

    found = planned(COLLECTED, promised, held=(HELD,))

    assert found["product_received"].chosen == date(2026, 1, 25)
    assert found["infusion"].target == date(2026, 1, 30) + timedelta(days=12)


@pytest.mark.feature(21)
@many
@given(situations(), pauses())
def test_a_hold_never_moves_a_fact(situation, held):
    made, facts, open_days, today = situation
    found = planned(*facts, on=made, open_days=open_days, today=today, held=held)

    for fact in facts:
        assert (found[fact.point].chosen, found[fact.point].fact) == (fact.on, fact.kind)


@many
@given(situations(), st.integers(1, 60))
def test_a_hold_before_everything_changes_nothing(situation, length):
    made, facts, open_days, today = situation
    without = plan(*facts, on=made, open_days=open_days, today=today)
    found = [d for each in without.activities for d in (each.opens, each.chosen) if d]
    ends = min([*found, *(fact.on for fact in facts)]) - timedelta(days=200)
    held = Pause(ends - timedelta(days=length), ends)

    assert plan(*facts, on=made, open_days=open_days, today=today, pauses=(held,)) == without


@many
@given(situations(), st.integers(1, 60))
def test_a_hold_after_everything_changes_nothing(situation, length):
    made, facts, open_days, today = situation
    without = plan(*facts, on=made, open_days=open_days, today=today)
    found = [d for each in without.activities for d in (each.closes, each.chosen) if d]
    begins = max([*found, *(fact.on for fact in facts)]) + timedelta(days=1000)
    held = Pause(begins, begins + timedelta(days=length))

    assert plan(*facts, on=made, open_days=open_days, today=today, pauses=(held,)) == without


@st.composite
def chains(draw):
    """Activities that each follow the one before, and only the first has happened."""
    size = draw(st.integers(2, 5))
    return protocol(
        activity("a0"),
        *(
            activity(
                f"a{place}",
                f"a{place - 1}",
                f"P{draw(st.integers(0, 30))}D",
                f"-P{draw(st.integers(0, 10))}D",
                f"P{draw(st.integers(0, 10))}D",
            )
            for place in range(1, size)
        ),
    )


@pytest.mark.feature(21)
@many
@given(chains(), st.integers(0, 60), st.integers(0, 40), st.integers(1, 40))
def test_a_hold_that_lasts_longer_moves_open_days_later_by_no_more_than_that(
    made, begins, lasts, longer
):
    first = happened("a0", DAY_0)
    from_on = DAY_0 + timedelta(days=begins)
    short = Pause(from_on, from_on + timedelta(days=lasts))
    long = Pause(from_on, short.until_on + timedelta(days=longer))

    before, after = (planned(first, on=made, held=(held,)) for held in (short, long))

    for point, found in after.items():
        for name in ("target", "closes", "chosen"):
            later = getattr(found, name) - getattr(before[point], name)
            assert timedelta() <= later <= timedelta(days=longer)


@many
@given(situations(), pauses())
def test_cutting_a_hold_in_two_changes_nothing(situation, held):
    made, facts, open_days, today = situation
    cut = tuple(
        part
        for pause in held
        for middle in (pause.from_on + (pause.until_on - pause.from_on) // 2,)
        for part in (Pause(pause.from_on, middle), Pause(middle, pause.until_on))
    )

    whole, parts = (
        plan(*facts, on=made, open_days=open_days, today=today, pauses=given_pauses)
        for given_pauses in (held, cut)
    )
    assert whole == parts


@many
@given(st.data(), calendars(), pauses())
def test_nothing_open_is_planned_for_a_day_on_hold_when_all_counts_forwards(data, open_days, held):
    made = data.draw(chains())
    facts = data.draw(facts_for(made))
    only = [f for f in facts if f.kind is FactKind.HAPPENED][:1]
    found = plan(*only, on=made, open_days=open_days, pauses=held)

    for each in found.activities:
        if each.target and any(step.kind is StepKind.PAUSED for step in each.why):
            paused = next(step for step in each.why if step.kind is StepKind.PAUSED)
            assert not any(p.from_on <= paused.gives < p.until_on for p in held)
