"""A morning is found once a day on the person's own clock, also when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from notifications.domain.due import QuietHours
from notifications.domain.mornings import USUAL_HOUR, Morning, morning_at
from notifications.domain.waking import after_waking_hours

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = [
    "America/New_York",
    "Europe/London",
    "Europe/Stockholm",
    "Europe/Moscow",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Santiago",
    "UTC",
]


def hourly(first, days):
    return [first + timedelta(hours=n) for n in range(24 * days)]


@pytest.mark.feature(87)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0, 10), time(2, 30), USUAL_HOUR, time(23, 50)])
@pytest.mark.parametrize(
    "first", [datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)]
)
def test_an_hourly_job_finds_every_morning_before_it_begins(zone, at, first):
    """Forty days from each date pass over every change of clocks of these zones."""
    found: dict[date, tuple[Morning, datetime]] = {}
    for now in hourly(first, 40):
        morning = morning_at(now, zone=ZoneInfo(zone), at=at)
        if morning:
            found.setdefault(morning.on, (morning, now))

    days = sorted(found)
    assert [(b - a).days for a, b in pairwise(days)] == [1] * (len(days) - 1)
    for morning, now in list(found.values())[1:]:
        assert now <= morning.begins_at < now + timedelta(hours=1)


def test_an_outage_in_the_morning_makes_it_late_and_one_of_a_day_drops_it():
    begins = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)

    late = morning_at(begins + timedelta(hours=3), zone=STOCKHOLM, at=USUAL_HOUR)

    assert late is not None
    assert (late.on, late.begins_at) == (date(2026, 3, 3), begins)
    assert morning_at(begins + timedelta(hours=6), zone=STOCKHOLM, at=USUAL_HOUR) is None


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-03 10:00", 4, "2026-03-03 14:00"),
        ("2026-03-03 17:00", 4, "2026-03-04 07:00"),
        ("2026-03-03 20:00", 4, "2026-03-04 10:00"),
        ("2026-03-03 23:00", 2, "2026-03-04 09:00"),
        ("2026-03-03 20:00", 30, "2026-03-06 08:00"),
        ("2026-03-28 20:00", 2, "2026-03-29 08:00"),  # the clocks go forward in this night
        ("2026-10-24 20:00", 2, "2026-10-25 08:00"),  # and back in this one
    ],
)
def test_hours_of_rest_do_not_count(start, hours, end):
    def local(text):
        return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)

    found = after_waking_hours(
        local(start).astimezone(UTC), hours, zone=STOCKHOLM, quiet=QuietHours()
    )

    assert found == local(end).astimezone(UTC)
