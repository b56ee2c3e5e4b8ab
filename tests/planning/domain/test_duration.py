"""Spans of time: ISO 8601 in and out, and calendar-exact addition."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.planning.domain.duration import Duration

spans = st.builds(Duration, months=st.integers(-400, 400), days=st.integers(-9999, 9999))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P28D", Duration(days=28)),
        ("-P5D", Duration(days=-5)),
        ("P2W", Duration(days=14)),
        ("P1Y", Duration(months=12)),
        ("P1Y6M", Duration(months=18)),
        ("+P1M3D", Duration(months=1, days=3)),
        ("P1M-5D", Duration(months=1, days=-5)),
        ("P0D", Duration()),
    ],
)
def test_a_span_is_read_from_iso_8601(text, span):
    assert Duration.parse(text) == span


@pytest.mark.parametrize("text", ["", "P", "28", "P28", "28D", "PT5H", "P1D1Y", "-", "P1.5D"])
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="write days like P28D"):
        Duration.parse(text)


@given(spans)
def test_every_span_is_read_back_as_it_was_written(span):
    assert Duration.parse(str(span)) == span


@pytest.mark.feature(4)
@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("P1Y", date(2024, 2, 29), date(2025, 2, 28)),
        ("P4Y", date(2024, 2, 29), date(2028, 2, 29)),
        ("P1M", date(2026, 1, 31), date(2026, 2, 28)),
        ("-P1M", date(2026, 3, 31), date(2026, 2, 28)),
        ("P1M1D", date(2026, 1, 31), date(2026, 3, 1)),  # months first
        ("P1Y", date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_months_and_years_are_calendar_exact(text, start, end):
    assert Duration.parse(text).after(start) == end


@pytest.mark.parametrize("text", ["P1Y", "P1D"])
def test_a_date_outside_the_calendar_is_an_overflow(text):
    with pytest.raises(OverflowError):
        Duration.parse(text).after(date.max)


def test_spans_add_up_and_multiply():
    assert Duration(months=1, days=2) + Duration(days=3) == Duration(months=1, days=5)
    assert Duration(months=1, days=2) * 3 == Duration(months=3, days=6)
    assert -Duration(months=1, days=2) == Duration(months=-1, days=-2)
    assert Duration(days=1).is_days_only
    assert not Duration(months=1).is_days_only
