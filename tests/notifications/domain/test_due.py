"""Local wall time, zones and quiet hours become one instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.due import (
    QUIET_HOURS,
    SPREAD,
    instant,
    is_quiet,
    last_evening,
    next_morning,
    out_of_quiet,
    spread,
    timing,
)

ZONES = (
    "America/New_York",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Moscow",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Santiago",
    "UTC",
)
FIRST, LAST = datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2041-12-31")
zones = st.sampled_from([ZoneInfo(name) for name in ZONES])
days = st.dates(date(2024, 1, 1), date(2041, 12, 31))
times = st.times().map(lambda at: at.replace(microsecond=0))
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# The clocks of 2026: in the gap, twice, and the same hour on the days either side.
@pytest.mark.feature(83)
@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        # Into summer: the hour that is skipped becomes the first instant after it.
        ("America/New_York", "2026-03-07T02:30", "2026-03-07T07:30"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00"),
        ("America/New_York", "2026-03-09T02:30", "2026-03-09T06:30"),
        ("Europe/London", "2026-03-28T01:30", "2026-03-28T01:30"),
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:00"),
        ("Europe/London", "2026-03-30T01:30", "2026-03-30T00:30"),
        ("Europe/Berlin", "2026-03-28T02:30", "2026-03-28T01:30"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-30T02:30", "2026-03-30T00:30"),
        ("Australia/Lord_Howe", "2026-10-03T02:15", "2026-10-02T15:45"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-10-05T02:15", "2026-10-04T15:15"),
        ("America/Santiago", "2026-09-05T00:30", "2026-09-05T04:30"),
        ("America/Santiago", "2026-09-06T00:30", "2026-09-06T04:00"),
        ("America/Santiago", "2026-09-07T00:30", "2026-09-07T03:30"),
        # Into winter: the hour that comes twice means the first time.
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-26T02:30", "2026-10-26T01:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),
        ("America/Santiago", "2026-04-04T23:30", "2026-04-05T02:30"),
        # No such change.
        ("Europe/Moscow", "2026-03-29T02:30", "2026-03-28T23:30"),
        ("Asia/Kolkata", "2026-03-29T02:30", "2026-03-28T21:00"),
        ("UTC", "2026-03-29T02:30", "2026-03-29T02:30"),
    ],
)
def test_the_clocks_of_2026(zone, local, expected):
    wall = datetime.fromisoformat(local)

    assert instant(wall.date(), wall.time(), ZoneInfo(zone)) == utc(expected)


@given(on=days, at=times, zone=zones)
def test_a_wall_time_is_kept_or_is_in_a_gap(on, at, zone):
    moment = instant(on, at, zone)

    local = moment.astimezone(zone)
    asked = datetime.combine(on, at)
    if local.replace(tzinfo=None) != asked:
        before = (moment - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert before < asked < local.replace(tzinfo=None)


@given(on=days, first=times, second=times, zone=zones)
def test_a_later_wall_time_is_never_an_earlier_instant(on, first, second, zone):
    early, late = sorted((first, second))
    ambiguous = (
        instant(on, late, zone).astimezone(zone).utcoffset()
        != instant(on, early, zone).astimezone(zone).utcoffset()
    )

    assert ambiguous or instant(on, early, zone) <= instant(on, late, zone)


@given(moment=moments, zone=zones)
def test_the_morning_and_the_evening_around_a_night_are_not_quiet(moment, zone):
    if not is_quiet(moment, zone, QUIET_HOURS):
        return
    morning, evening = (
        next_morning(moment, zone, QUIET_HOURS),
        last_evening(moment, zone, QUIET_HOURS),
    )

    assert evening < moment < morning
    assert morning - evening < timedelta(hours=12)
    assert not is_quiet(morning, zone, QUIET_HOURS)
    assert not is_quiet(evening, zone, QUIET_HOURS)
    assert morning.astimezone(zone).time() == QUIET_HOURS.ends


def test_a_quiet_moment_goes_back_when_the_morning_is_too_late():
    zone = ZoneInfo("Europe/Stockholm")
    night = utc("2026-03-03T22:30")

    shifted = out_of_quiet(night, expires_at=utc("2026-03-04T05:00"), zone=zone, quiet=QUIET_HOURS)

    assert shifted == utc("2026-03-03T19:59")


@given(local=st.tuples(days, times), zone=zones, late=st.integers(0, 5), now=moments, key=st.text())
def test_no_message_is_due_in_the_night_in_the_past_or_after_its_expiry(
    local, zone, late, now, key
):
    on, at = local
    result = timing(
        send_on=on,
        at=at,
        zone=zone,
        expires_days=late,
        now=now,
        quiet=QUIET_HOURS,
        spread_key=key,
    )

    if not result.is_too_late:
        assert now <= result.due_at < result.expires_at
        assert not is_quiet(result.due_at, zone, QUIET_HOURS)
    assert result.expires_at.astimezone(zone).date() == on + timedelta(days=late + 1)


def test_a_message_for_yesterday_that_still_helps_is_due_now():
    now = utc("2026-03-03T12:00")

    result = timing(
        send_on=date(2026, 3, 2),
        at=time(9),
        zone=ZoneInfo("Europe/Stockholm"),
        expires_days=1,
        now=now,
        quiet=QUIET_HOURS,
        spread_key="someone",
    )

    assert result.due_at == now


def test_at_once_in_the_night_means_the_morning_or_never():
    night = utc("2026-03-03T22:30")

    def at_once(expires_days):
        return timing(
            send_on=None,
            at=time(9),
            zone=ZoneInfo("Europe/Stockholm"),
            expires_days=expires_days,
            now=night,
            quiet=QUIET_HOURS,
            spread_key=None,
        )

    assert at_once(1).due_at == utc("2026-03-04T06:00")
    assert at_once(0).is_too_late


@given(key=st.text())
def test_the_spread_is_the_same_for_the_same_recipient(key):
    assert spread(key) == spread(key) < SPREAD


def test_the_spread_uses_the_whole_ten_minutes():
    minutes = {int(spread(str(number)).total_seconds() // 60) for number in range(200)}

    assert minutes == set(range(10))
