"""The timeline reads a journey whole, in the same number of queries however long it is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journeys.planning.selectors.timeline import timeline
from journeys.planning.selectors.why import why
from tests.planning.conftest import activity_of


def queries_of(journey, today):
    with CaptureQueriesContext(connection) as queries:
        timeline(journey.uid, today=today)
    return len(queries)


def test_fifteen_years_cost_as_many_queries_as_the_first_weeks(team, journey):
    early = queries_of(journey, journey.started_on)
    infused_on = team.carry_to(journey, "infusion")

    assert queries_of(journey, infused_on) == early
    assert early <= 8


@pytest.mark.feature(28)
def test_every_open_date_explains_itself(team, journey):
    today = team.carry_to(journey, "leukapheresis")

    shown = timeline(journey.uid, today=today)

    assert all(row.has_reasons for row in shown.rows if row.is_open)
    assert "Product received" in why(activity_of(journey, "infusion"))[0]


def test_stages_are_done_now_next_and_later(team, journey):
    today = team.carry_to(journey, "leukapheresis")

    marks = {stage.code: stage.mark for stage in timeline(journey.uid, today=today).stages}

    assert marks["leukapheresis"] == "done"
    assert marks["manufacturing"] == "now"
    assert marks["lymphodepletion"] == "next"
    assert marks["follow_up"] == "later"


@pytest.mark.feature(57)
def test_a_visit_outside_its_window_says_by_how_many_days(team, journey):
    team.carry_to(journey, "discharge")
    visit = activity_of(journey, "return_visit")
    late = visit.closes_on + timedelta(days=3)
    team.record(visit, on=late)

    shown = timeline(journey.uid, today=late)

    row = next(row for row in shown.rows if row.code == "return_visit")
    assert (row.mark, row.deviation_days) == ("done", 3)


@pytest.mark.feature(53)
def test_restrictions_stand_apart_with_the_day_they_end(team, journey):
    infused_on = team.carry_to(journey, "infusion")

    shown = timeline(journey.uid, today=infused_on)

    days = {row.code: (row.day - infused_on).days for row in shown.restrictions}
    assert days == {"stay_near_ends": 28, "driving_ends": 56}
