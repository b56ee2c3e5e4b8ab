"""How exactly a patient may be told when something takes place.

A date that may still move is never shown as one day: people book leave and travel by it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

WIDEST_SPAN_DAYS = 28  # a longer span says nothing by its ends, so it is told by its month
NARROWEST_SPAN_DAYS = 3
FAR_DAYS = 120
EITHER_SIDE = timedelta(days=7)
FEW_DAYS = timedelta(days=3)


class Precision(StrEnum):
    """How much is known about a day."""

    AT = "at"  # booked: day and hour
    ON = "on"  # it happened
    SINCE = "since"  # it began and goes on
    DAILY = "daily"  # every day for now
    BETWEEN = "between"
    MONTHS = "months"
    PASSED = "passed"  # the last possible day is over and nothing is known
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day as exactly as it may be told; `first` and `last` bound it, both inclusive."""

    precision: Precision
    first: date | None = None
    last: date | None = None
    at: datetime | None = None


UNKNOWN = When(precision=Precision.UNKNOWN)


def when_of(
    *,
    happened_on: date | None,
    booked_at: datetime | None,
    fixed_on: date | None,
    expected_on: date | None,
    opens_on: date | None,
    closes_on: date | None,
    today: date,
) -> When:
    """Return how exactly an activity's day may be told.

    `fixed_on` is a day that staff fixed or were promised; until it is booked it is told with some
    days on either side.

    Units:
        booked_at: local time at the centre; the other days: local calendar dates there.
    """
    if happened_on:
        return When(precision=Precision.ON, first=happened_on, last=happened_on)
    if booked_at:
        day = booked_at.date()
        return When(precision=Precision.AT, first=day, last=day, at=booked_at)
    if opens_on is None or closes_on is None:
        return UNKNOWN
    if closes_on < today:
        return When(precision=Precision.PASSED)
    if fixed_on and fixed_on >= today:
        return _span(max(fixed_on - FEW_DAYS, today), fixed_on + FEW_DAYS, fixed_on, today=today)
    return _span(max(opens_on, today), closes_on, expected_on, today=today)


def _span(first: date, last: date, expected_on: date | None, *, today: date) -> When:
    days = (last - first).days
    if days <= WIDEST_SPAN_DAYS and (first - today).days <= FAR_DAYS:
        if days < NARROWEST_SPAN_DAYS:
            first, last = _week_of(first)
        return When(precision=Precision.BETWEEN, first=max(first, today), last=last)
    middle = max(expected_on or first, today)
    return When(precision=Precision.MONTHS, first=middle - EITHER_SIDE, last=middle + EITHER_SIDE)


def _week_of(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
