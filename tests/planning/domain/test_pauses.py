"""Days on hold: the arithmetic that the clock stop rests on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.planning.domain.pauses import HeldDays, Pause
from tests.planning.domain.strategies import pauses

DAY_0 = date(2026, 3, 2).toordinal()
days = st.integers(-60, 160).map(lambda n: DAY_0 + n)
spans = st.integers(-60, 90)


def march(day):
    return date(2026, 3, day)


def held(*stretches):
    return HeldDays.of(Pause(march(begins), march(resumes)) for begins, resumes in stretches)


@pytest.mark.feature(21)
@pytest.mark.parametrize(
    ("start", "end", "falls_on"),
    [
        (1, 9, 9),  # due before the hold
        (1, 10, 15),  # due on its first day: the first day after it
        (1, 12, 17),
        (1, 20, 25),
        (12, 20, 23),  # counted from a day on hold: only what is left of it
        (15, 20, 20),  # counted from the day of resuming
        (20, 12, 12),  # counted backwards
        (12, 12, 12),
    ],
)
def test_days_on_hold_do_not_count(start, end, falls_on):
    assert held((10, 15)).after(march(start), march(end)) == march(falls_on)


def test_two_holds_add_up_when_the_first_pushes_a_day_into_the_second():
    assert held((5, 8), (10, 14)).after(march(1), march(8)) == march(15)


def test_holds_that_touch_are_one():
    assert held((5, 8), (8, 10)).after(march(1), march(5)) == march(10)


def test_a_hold_that_ends_on_its_first_day_stops_nothing():
    assert held((5, 5)) == HeldDays()


def test_a_leap_day_on_hold_is_a_day_like_any_other():
    over_february = HeldDays.of([Pause(date(2028, 2, 27), date(2028, 3, 2))])

    assert over_february.after(date(2028, 2, 20), date(2028, 2, 28)) == date(2028, 3, 3)
    assert over_february.between(date(2028, 2, 20), date(2028, 3, 3)) == 4


def test_a_pause_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="cannot end"):
        Pause(march(5), march(4))


def test_two_pauses_that_overlap_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        held((5, 9), (8, 12))


def simply_later(stretches, start, span):
    """Walk day by day; a day on hold does not count, and nothing falls due on one."""
    if span <= 0:
        return start + span
    day, left = start, span
    while left or stretches.later(day, 0) in on_hold(stretches):
        left -= day not in on_hold(stretches)
        day += 1
    return day


def on_hold(stretches):
    return {day for begins, resumes in stretches.spans for day in range(begins, resumes)}


@given(pauses(), days, spans)
def test_later_is_the_walk_day_by_day(given_pauses, start, span):
    stretches = HeldDays.of(given_pauses)

    assert stretches.later(start, span) == simply_later(stretches, start, span)


@given(pauses(), days, spans)
def test_earlier_is_the_first_day_from_which_later_reaches_the_end(given_pauses, end, span):
    stretches = HeldDays.of(given_pauses)

    first = stretches.earlier(end, span)

    assert stretches.later(first, span) >= end
    assert stretches.later(first - 1, span) < end


@given(pauses(), days, spans)
def test_later_keeps_the_order_of_days(given_pauses, start, span):
    stretches = HeldDays.of(given_pauses)

    assert stretches.later(start, span) <= stretches.later(start + 1, span)
    assert stretches.later(start, span) < stretches.later(start, span + 1)


@given(pauses(), days, spans)
def test_what_is_added_is_just_the_days_on_hold_between(given_pauses, start, span):
    stretches = HeldDays.of(given_pauses)
    first, end = date.fromordinal(start), date.fromordinal(start + span)

    falls_on = stretches.after(first, end)

    assert (falls_on - end).days == (stretches.between(first, falls_on) if span > 0 else 0)
