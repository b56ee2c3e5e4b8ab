"""Hours at a centre, on the days when its clocks change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from carttrack.ui.fields import NoSuchTime, at_centre

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("on", "at", "instant"),
    [
        (date(2026, 3, 3), time(9, 30), datetime(2026, 3, 3, 8, 30, tzinfo=UTC)),
        (SPRING, time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (SPRING, time(3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (AUTUMN, time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (AUTUMN, time(3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_wall_time_is_one_instant_and_of_a_repeated_hour_the_first(on, at, instant):
    assert at_centre(on, at, STOCKHOLM) == instant


def test_an_hour_that_is_skipped_does_not_exist():
    with pytest.raises(NoSuchTime):
        at_centre(SPRING, time(2, 30), STOCKHOLM)
