"""Runs of alike activities fold into one line; what needs a look never hides."""

from datetime import timedelta

import pytest

from journeys.planning.models import Activity
from journeys.planning.selectors.timeline import timeline
from journeys.worklist.selectors.folding import folded
from tests.factories import activity_of, centre_day


@pytest.fixture
def today(centre):
    return centre_day(centre)


def monitoring(journey, today):
    stages = folded(timeline(journey.uid, today=today).stages, today=today)
    return next(row for row in stages if row.stage.code == "monitoring")


def test_daily_checks_fold_and_the_discharge_stands_alone(journey, today):
    checks, discharge = monitoring(journey, today).runs

    assert checks.is_folded
    assert (checks.first.title, checks.last.day > checks.first.day) == ("Daily check 1", True)
    assert [row.code for row in discharge.rows] == ["discharge"]
    assert not discharge.is_folded


def test_no_row_is_lost_by_folding(journey, today):
    for row in folded(timeline(journey.uid, today=today).stages, today=today):
        assert tuple(shown for run in row.runs for shown in run.rows) == row.stage.rows


def test_a_missed_check_stands_by_itself(journey, today):
    check = activity_of(journey, "daily_check", 6)
    Activity.objects.filter(pk=check.pk).update(state="missed", close_reason="Asleep")

    runs = monitoring(journey, today).runs

    assert [len(run.rows) for run in runs[:2]] == [5, 1]
    assert [run.is_folded for run in runs[:2]] == [True, False]


def test_a_stage_that_left_something_undone_stands_open(journey, today):
    check = activity_of(journey, "daily_check", 1)

    stage = monitoring(journey, check.closes_on + timedelta(days=1))

    assert stage.overdue == 1
    assert stage.is_open
