"""Open days, and the way a date gives when it falls on a closed one."""

from datetime import date

import pytest

from journeys.planning.domain.calendar import OpenDays
from journeys.planning.domain.protocol import Roll

MONDAY, FRIDAY, SATURDAY, SUNDAY = (date(2026, 3, day) for day in (2, 6, 7, 8))
NEXT_MONDAY, NEXT_TUESDAY = date(2026, 3, 9), date(2026, 3, 10)
WEEKDAYS = OpenDays(frozenset({5, 6}), {NEXT_MONDAY: "Founders' Day"})
NEVER = OpenDays(frozenset(range(7)), {})


def test_a_day_is_open_unless_its_weekday_or_its_name_closes_it():
    assert WEEKDAYS.is_open(MONDAY)
    assert not WEEKDAYS.is_open(SATURDAY)
    assert not WEEKDAYS.is_open(NEXT_MONDAY)
    assert WEEKDAYS.name_of_closed(NEXT_MONDAY) == "Founders' Day"
    assert WEEKDAYS.name_of_closed(SATURDAY) == ""


@pytest.mark.feature(26)
@pytest.mark.parametrize(
    ("roll", "target", "chosen"),
    [
        (Roll.NEAREST, MONDAY, MONDAY),
        (Roll.NEAREST, SATURDAY, FRIDAY),
        (Roll.NEAREST, SUNDAY, NEXT_TUESDAY),  # two days either way: later
        (Roll.NEAREST, NEXT_MONDAY, NEXT_TUESDAY),
        (Roll.LATER, SATURDAY, NEXT_TUESDAY),
        (Roll.EARLIER, NEXT_MONDAY, FRIDAY),
        (Roll.EXACT, SATURDAY, SATURDAY),
    ],
)
def test_a_closed_day_gives_way_in_the_allowed_direction(roll, target, chosen):
    assert WEEKDAYS.choose(target, MONDAY, date(2026, 3, 31), roll) == chosen


@pytest.mark.parametrize("roll", [Roll.NEAREST, Roll.LATER, Roll.EARLIER])
@pytest.mark.feature(27)
def test_a_window_without_an_open_day_gives_none(roll):
    assert WEEKDAYS.choose(SATURDAY, SATURDAY, NEXT_MONDAY, roll) is None


def test_a_direction_never_turns_round():
    assert WEEKDAYS.choose(SATURDAY, MONDAY, SUNDAY, Roll.LATER) is None
    assert WEEKDAYS.choose(SATURDAY, SATURDAY, date(2026, 3, 31), Roll.EARLIER) is None


@pytest.mark.parametrize("roll", Roll)
def test_a_target_outside_the_window_is_brought_to_its_nearer_end(roll):
    assert WEEKDAYS.choose(SUNDAY, MONDAY, FRIDAY, roll) == FRIDAY
    assert WEEKDAYS.choose(date(2026, 1, 1), MONDAY, FRIDAY, roll) == MONDAY


@pytest.mark.feature(27)
def test_the_nearest_open_days_come_nearest_first():
    assert WEEKDAYS.nearest(SUNDAY) == (NEXT_TUESDAY, FRIDAY, date(2026, 3, 11))


def test_the_nearest_days_stay_inside_a_window_and_may_be_fewer():
    assert WEEKDAYS.nearest(SUNDAY, opens=date(2026, 3, 5), closes=SUNDAY) == (
        FRIDAY,
        date(2026, 3, 5),
    )
    assert WEEKDAYS.nearest(SUNDAY, opens=NEXT_MONDAY, closes=FRIDAY) == ()


def test_where_every_day_counts_closed_days_are_offered_too():
    assert WEEKDAYS.nearest(SUNDAY, 2, roll=Roll.EXACT) == (SUNDAY, NEXT_MONDAY)


def test_a_centre_that_never_opens_has_no_day_to_offer():
    assert NEVER.nearest(SUNDAY) == ()


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_no_trouble(day):
    assert len(WEEKDAYS.nearest(day)) == 3
