"""How dates read, to staff and to patients."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from carttrack.ui import dates

TODAY = date(2026, 3, 3)
days = st.dates(date(1930, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 3, 3), "Tue 3 Mar"),
        (date(2026, 12, 31), "Thu 31 Dec"),
        (date(2027, 1, 1), "Fri 1 Jan 2027"),
        (date(2025, 6, 9), "Mon 9 Jun 2025"),
    ],
)
def test_staff_see_the_year_only_when_it_is_another_one(on, words):
    assert dates.staff_day(on, today=TODAY) == words


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (date(2026, 2, 27), date(2026, 3, 10), "27 Feb–10 Mar"),
        (date(2026, 3, 3), date(2026, 3, 10), "3–10 Mar"),
        (date(2026, 3, 3), date(2026, 3, 3), "3 Mar"),
        (date(2026, 12, 28), date(2027, 1, 4), "28 Dec 2026–4 Jan 2027"),
        (date(2027, 2, 1), date(2027, 2, 9), "1–9 Feb 2027"),
        (date(2027, 2, 1), date(2027, 3, 9), "1 Feb–9 Mar 2027"),
    ],
)
def test_a_window_says_each_part_once(opens, closes, words):
    assert dates.staff_window(opens, closes, today=TODAY) == words


@pytest.mark.parametrize(("number", "words"), [(28, "Day +28"), (0, "Day 0"), (-7, "Day −7")])
def test_a_protocol_day_carries_its_sign(number, words):
    assert dates.day_number(number) == words


def test_an_hour_is_the_hour_at_the_centre():
    at = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)

    with timezone.override(ZoneInfo("Europe/Stockholm")):
        assert dates.clock(at) == "09:30"
        assert dates.patient_day(date(2026, 3, 3), today=TODAY, at=at) == "Tuesday 3 March, 09:30"
        assert dates.staff_moment(at, today=TODAY) == "09:30"
        assert dates.staff_moment(at, today=date(2026, 3, 4)) == "Tue 3 Mar, 09:30"


def test_a_patient_reads_the_day_in_full():
    assert dates.patient_day(date(2026, 3, 3), today=TODAY) == "Tuesday 3 March"
    assert dates.patient_day(date(2031, 3, 3), today=TODAY) == "Monday 3 March 2031"


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (date(2026, 3, 20), date(2026, 3, 27), "between 20 and 27 March"),
        (date(2026, 2, 27), date(2026, 3, 10), "between 27 February and 10 March"),
        (date(2026, 12, 28), date(2027, 1, 4), "between 28 December 2026 and 4 January 2027"),
        (date(2026, 3, 20), date(2026, 3, 20), "around 20 March"),
    ],
)
def test_a_day_that_may_move_is_never_exact_for_a_patient(opens, closes, words):
    assert dates.patient_window(opens, closes, today=TODAY) == words


@pytest.mark.parametrize(
    ("days_away", "words"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (5, "in 5 days"),
        (-20, "20 days ago"),
        (21, "in 3 weeks"),
        (-69, "10 weeks ago"),
        (90, "in 3 months"),
        (730, "in 2 years"),
        (5479, "in 15 years"),
    ],
)
def test_a_distance_uses_the_unit_a_person_would(days_away, words):
    on = date.fromordinal(TODAY.toordinal() + days_away)

    assert dates.relative_day(on, today=TODAY) == words


@given(on=days, today=days)
def test_no_two_days_of_one_year_read_the_same(on, today):
    following = date.fromordinal(on.toordinal() + 1)

    assert dates.staff_day(on, today=today) != dates.staff_day(following, today=today)


def test_a_remembered_day_follows_the_language():
    with translation.override("en"):
        assert dates.patient_day(date(2026, 3, 3), today=TODAY) == "Tuesday 3 March"
    with translation.override("sv"):
        assert "tisdag" in dates.patient_day(date(2026, 3, 3), today=TODAY).lower()
    with translation.override("en"):
        assert dates.patient_day(date(2026, 3, 3), today=TODAY) == "Tuesday 3 March"
