"""What the database keeps beside the plan, so that lists of any size are read by an index."""

from datetime import date, timedelta
from itertools import product

import pytest

from journeys.planning.domain.attention import needs_hand_on
from journeys.planning.domain.reasons import PLAN_CONFLICTS, ConflictKind
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity
from journeys.planning.selectors import reading
from journeys.planning.selectors.timeline import timeline
from tests.factories import CentreFactory, activity_of, centre_day, centre_now, journey_at

DAY = date(2026, 3, 10)
DAYS = (None, DAY, DAY + timedelta(days=12))


@pytest.fixture
def journey(db):
    return journey_at(CentreFactory())


@pytest.mark.feature(98)
@pytest.mark.parametrize("state", [ActivityState.PLANNED, ActivityState.BOOKED])
@pytest.mark.parametrize("kind", ["visit", "check", "restriction"])
def test_the_database_and_the_rule_say_the_same_day(journey, state, kind):
    activity = activity_of(journey, "eligibility")

    for closes_on, chosen_on in product(DAYS, DAYS):
        Activity.objects.filter(pk=activity.pk).update(
            state=state,
            kind=kind,
            planned_at=centre_now(journey.centre),
            target_on=None,
            closes_on=closes_on,
            chosen_on=chosen_on,
        )
        activity.refresh_from_db()
        assert activity.needs_hand_on == needs_hand_on(
            state=state, kind=kind, closes_on=closes_on, chosen_on=chosen_on
        )


def test_what_is_closed_needs_no_hand(journey):
    activity = activity_of(journey, "eligibility")
    Activity.objects.filter(pk=activity.pk).update(state="cancelled")

    activity.refresh_from_db()
    assert activity.needs_hand_on is None


@pytest.mark.parametrize("kind", list(ConflictKind))
def test_a_journey_is_stuck_while_a_conflict_asks_for_another_day(journey, kind):
    cycle = journey.cycles.get()

    for conflicts, is_stuck in (([{"kind": kind}], kind in PLAN_CONFLICTS), ([], False)):
        journey.cycles.filter(pk=cycle.pk).update(conflicts=conflicts)
        journey.refresh_from_db()
        assert journey.is_stuck == is_stuck


def test_of_a_long_journey_the_nearest_dates_are_read_and_the_others_are_counted(
    journey, monkeypatch
):
    today = centre_day(journey.centre)
    everything = timeline(journey.uid, today=today, is_whole=True)
    count = len(everything.rows) + len(everything.restrictions)
    monkeypatch.setattr(reading, "NEAR", 1)

    shown = timeline(journey.uid, today=today)

    assert shown.hidden > 0
    assert len(shown.rows) + len(shown.restrictions) + shown.hidden == count
    assert {row.code for row in shown.rows} == {row.code for row in everything.rows}
