"""Clocks that are wrong, step, skip an hour or show one twice."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from notifications.domain.due import timing
from notifications.domain.states import State
from notifications.models import Reminder
from notifications.services import sweep
from tests.conftest import do_without
from tests.faults.ledger import owe
from tests.faults.servers import PROJECT
from tests.notifications.factories import ReminderFactory

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
ZONES = (
    "America/New_York",
    "America/Santiago",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "UTC",
)
SEASONS = ("spring", "autumn")
CASES = ("in the changed hour", "beside the changed hour", "the day before", "the day after")


@pytest.mark.parametrize("step", ["+2h", "-2h"])
def test_a_worker_has_a_wrong_clock(ledger, environment, proven, step):
    """It sends what is due and nothing else, lets nothing expire, and writes the right instants."""
    program = shutil.which("faketime")
    if program is None:
        do_without("faketime", "no faketime on this machine")
    now = timezone.now()
    owe(3)
    owe(1, expires_at=now + HOUR)
    owe(1, due_at=now + HOUR)

    subprocess.run(
        [program, "-f", step, sys.executable, "manage.py", "sweep"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )

    assert Reminder.objects.filter(state=State.SENT).count() == 4
    for sent_at in Reminder.objects.filter(state=State.SENT).values_list("sent_at", flat=True):
        assert abs(sent_at - now) < 2 * MINUTE
    waiting = Reminder.objects.get(state=State.PENDING)
    assert waiting.due_at == now + HOUR
    Reminder.objects.filter(pk=waiting.pk).update(due_at=now)
    sweep(now=timezone.now(), worker="later")
    assert proven().sent == 5


def test_the_database_clock_steps_an_hour_ahead_and_back(ledger, proven):
    """What comes due by the step goes out once; the hour that comes again repeats nothing."""
    now = timezone.now()
    owe(20, channel="in_app", context={"title": "A visit"})
    owe(20, channel="in_app", context={"title": "A visit"}, due_at=now + HOUR / 2)

    sent = [sweep(now=now + step, worker="stepping").sent for step in (HOUR, -HOUR, timedelta())]

    assert sent == [40, 0, 0]
    assert Reminder.objects.filter(state=State.SENT).count() == 40


def test_a_clock_that_steps_back_delays_and_forgets_nothing(ledger):
    now = timezone.now()
    owe(20, channel="in_app", context={"title": "A visit"})

    sent = [sweep(now=now + step, worker="stepping").sent for step in (-HOUR, timedelta(), HOUR)]

    assert sent == [0, 20, 0]


def change_of(zone, season):
    """Return the first instant after the clocks change, the offsets before and after it.

    Where they never change, any night will do.
    """
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + hour * HOUR / 2 for hour in range(2 * 24 * 365))
    before = None
    for moment in hours:
        after = moment.astimezone(zone).utcoffset()
        if before is not None and before != after and (after > before) == (season == "spring"):
            return moment, before, after
        before = after
    night = datetime(2026, 3 if season == "spring" else 10, 25, 1, tzinfo=UTC)
    return night, before, before


def wall_time(zone, season, case):
    """Return the local date and time of a case."""
    moment, before, after = change_of(zone, season)
    middle = (moment + (before + after) / 2).replace(tzinfo=None)
    moves = {
        "in the changed hour": timedelta(),
        "beside the changed hour": HOUR if season == "spring" else -HOUR,
        "the day before": -DAY,
        "the day after": DAY,
    }
    return middle + moves[case]


def first_instant(zone, wall):
    """Return, by looking at every minute, the first one whose local time is `wall` or later."""
    moment = wall.replace(tzinfo=UTC) - 16 * HOUR
    while moment.astimezone(zone).replace(tzinfo=None) < wall:
        moment += MINUTE
    return moment


@pytest.mark.feature(83)
@pytest.mark.parametrize(("zone_name", "season", "case"), list(product(ZONES, SEASONS, CASES)))
def test_the_nights_on_which_the_clocks_change(ledger, zone_name, season, case):
    """A message leaves at the first instant that is not before its wall time, and only then."""
    zone = ZoneInfo(zone_name)
    wall = wall_time(zone, season, case)
    times = timing(
        send_on=wall.date(),
        at=wall.time(),
        zone=zone,
        expires_days=1,
        now=wall.replace(tzinfo=UTC) - 7 * DAY,
        quiet=None,
        spread_key=None,
    )
    assert times.due_at == first_instant(zone, wall)
    row = ReminderFactory.create(
        channel="in_app",
        context={"title": "A visit"},
        due_at=times.due_at,
        expires_at=times.expires_at,
        zone=zone_name,
        local_on=wall.date(),
        local_at=wall.time(),
    )

    sent = [
        sweep(now=times.due_at + step, worker="night").sent
        for step in (-MINUTE, timedelta(), MINUTE, HOUR / 2, HOUR, DAY)
    ]

    row.refresh_from_db()
    assert sent == [0, 1, 0, 0, 0, 0]
    assert times.due_at <= row.sent_at < times.due_at + MINUTE
