"""How exactly a patient may be told a day: never one day for what may still move."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.portal.domain.emergency import emergency_number
from journeys.portal.domain.when import Precision, When, when_of
from journeys.portal.labels import duration_text, restriction_title, when_text, years_title

TODAY = date(2026, 3, 3)


def told(**changes):
    """Return the words for an activity that is neither booked nor done, with changes."""
    facts = {
        "happened_on": None,
        "booked_at": None,
        "fixed_on": None,
        "expected_on": None,
        "opens_on": None,
        "closes_on": None,
        "today": TODAY,
    }
    return when_text(when_of(**(facts | changes)), today=TODAY)


@pytest.mark.feature(67)
@pytest.mark.parametrize(
    ("opens", "closes", "expected", "words"),
    [
        (date(2026, 3, 20), date(2026, 3, 27), None, "between 20 and 27 March"),
        (date(2026, 2, 20), date(2026, 3, 10), None, "between 3 and 10 March"),
        (date(2026, 3, 20), date(2026, 3, 20), None, "between 16 and 22 March"),
        (date(2026, 3, 3), date(2026, 3, 3), None, "between 3 and 8 March"),
        (date(2026, 3, 20), date(2026, 7, 1), date(2026, 4, 15), "probably in April 2026"),
        (
            date(2026, 3, 20),
            date(2026, 7, 1),
            date(2026, 4, 28),
            "probably in April or May 2026",
        ),
        (
            date(2026, 12, 20),
            date(2027, 7, 1),
            date(2026, 12, 31),
            "probably in December 2026 or January 2027",
        ),
        (date(2027, 3, 1), date(2027, 3, 8), date(2027, 3, 15), "probably in March 2027"),
        (date(2026, 2, 1), date(2026, 3, 2), None, "We will tell you a new date"),
        (None, None, None, "The dates follow later"),
    ],
)
def test_what_may_move_is_told_as_a_span(opens, closes, expected, words):
    assert told(opens_on=opens, closes_on=closes, expected_on=expected) == words


def test_what_is_booked_is_told_with_its_hour():
    booked = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)

    assert told(booked_at=booked) == "Friday 20 March, 09:30"


def test_what_happened_is_told_by_its_day():
    assert told(happened_on=date(2025, 12, 24)) == "Wednesday 24 December 2025"


def test_a_day_that_staff_fixed_is_told_with_some_days_on_either_side():
    span = {"opens_on": date(2026, 3, 10), "closes_on": date(2026, 7, 1)}

    assert told(fixed_on=date(2026, 4, 10), **span) == "between 7 and 13 April"


def test_the_last_day_of_a_week_is_told_without_naming_it():
    sunday = date(2026, 3, 8)
    when = When(precision=Precision.BETWEEN, first=sunday, last=sunday)

    assert when_text(when, today=sunday) == "within the next days"


days = st.dates(date(2026, 1, 1), date(2041, 12, 31))


@pytest.mark.feature(67)
@given(opens=days, length=st.integers(0, 400), today=days, fixed=st.none() | days)
def test_nothing_unbooked_is_ever_told_as_one_day(opens, length, today, fixed):
    when = when_of(
        happened_on=None,
        booked_at=None,
        fixed_on=fixed,
        expected_on=opens,
        opens_on=opens,
        closes_on=opens + timedelta(days=length),
        today=today,
    )

    assert when.precision not in (Precision.AT, Precision.ON)
    if when.first == when.last and when.first is not None:
        assert when_text(when, today=today) == "within the next days"


@given(opens=days, length=st.integers(0, 28), today=days)
def test_a_span_never_lies_in_the_past(opens, length, today):
    when = when_of(
        happened_on=None,
        booked_at=None,
        fixed_on=None,
        expected_on=None,
        opens_on=opens,
        closes_on=opens + timedelta(days=length),
        today=today,
    )

    if when.precision == Precision.BETWEEN:
        assert today <= when.first <= when.last


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, ""),
        (30, "About 30 minutes"),
        (60, "About an hour"),
        (90, "About an hour and a half"),
        (150, "About 2 and a half hours"),
        (240, "About 4 hours"),
    ],
)
def test_a_length_of_time_is_told_roughly(minutes, words):
    assert duration_text(minutes) == words


def test_an_unlisted_restriction_keeps_its_own_title():
    assert restriction_title("other", "You may swim again", "3 May") == (
        "You may swim again from 3 May"
    )


def test_a_single_year_is_not_a_span():
    assert years_title("Yearly visit", 2041, 2041) == "Yearly visit, 2041"


@pytest.mark.parametrize(("country", "number"), [("SE", "112"), ("US", "911"), ("", "112")])
def test_the_ambulance_has_the_number_of_the_country(country, number):
    assert emergency_number(country) == number
