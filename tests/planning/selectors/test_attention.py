"""What the database keeps beside the plan, so that lists of any size are read by an index."""

from datetime import date, timedelta
from importlib import import_module
from itertools import product

import pytest
from django.db import connection

from journeys.planning.domain.attention import needs_hand_on
from journeys.planning.domain.facts import FactKind
from journeys.planning.domain.reasons import Clause, Conflict, ConflictKind
from journeys.planning.domain.records import conflict_record
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity
from journeys.planning.models.stuck import ASKS_FOR_A_DATE
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


def conflict(kind, *facts, between=1):
    """Return a conflict of facts with limits between them."""
    days = [Clause(bound="fact", later="visit", on=DAY, fact=fact) for fact in facts]
    limits = [Clause(bound="max", earlier="start", later="visit", days=7)] * between
    return Conflict(kind=kind, point="visit", because=(*days[:1], *limits, *days[1:]))


@pytest.mark.parametrize("kind", list(ConflictKind))
@pytest.mark.parametrize("between", [1, 2])
@pytest.mark.parametrize("fact", [*FactKind, None])
def test_a_journey_is_stuck_while_a_conflict_asks_for_another_day(journey, kind, between, fact):
    found = conflict(kind, FactKind.HAPPENED, fact, between=between)
    settled = conflict(ConflictKind.CONTRADICTION, FactKind.HAPPENED, FactKind.HAPPENED)

    for conflicts in ([found], [settled, found], [settled], []):
        records = [conflict_record(each) for each in conflicts]
        journey.cycles.update(conflicts=records)
        journey.refresh_from_db()
        assert journey.is_stuck == any(each.asks_for_a_date for each in conflicts)


def test_the_migration_says_of_every_journey_what_the_trigger_says(journey):
    step = import_module("journeys.planning.migrations.0009_what_is_over_asks_for_nothing")
    settled = conflict(ConflictKind.CONTRADICTION, FactKind.HAPPENED, FactKind.HAPPENED)
    journey.cycles.update(conflicts=[conflict_record(settled)])

    for path, is_stuck in ((step.BEFORE, True), (step.NOW, False), (step.NOW, False)):
        with connection.cursor() as cursor:
            cursor.execute(step.FILL.format(path))
        journey.refresh_from_db()
        assert journey.is_stuck == is_stuck
    assert step.NOW == ASKS_FOR_A_DATE


def test_a_conflict_that_is_not_understood_keeps_a_journey_stuck(journey):
    journey.cycles.update(conflicts=[{"kind": ConflictKind.CONTRADICTION}])

    journey.refresh_from_db()
    assert journey.is_stuck


def test_of_a_long_journey_the_nearest_dates_are_read_and_the_others_are_counted(
    journey, monkeypatch
):
    today = centre_day(journey.centre)
    everything = timeline(journey.uid, today=today, is_whole=True)
    count = len(everything.rows) + len(everything.restrictions)
    monkeypatch.setattr(reading, "WHOLE", 1)
    monkeypatch.setattr(reading, "NEAR", 1)

    shown = timeline(journey.uid, today=today)

    assert shown.hidden > 0
    assert not shown.hides_more
    assert len(shown.rows) + len(shown.restrictions) + shown.hidden == count
    assert {row.code for row in shown.rows} == {row.code for row in everything.rows}


@pytest.mark.parametrize(
    ("counted", "hides_more"), [(1_000, False), (25, True), (5, False)], ids=["all", "some", "few"]
)
def test_very_many_dates_are_counted_no_further_than_a_page_can_use(
    journey, monkeypatch, counted, hides_more
):
    """However little is counted, a page never says that dates are missing which it shows."""
    today = centre_day(journey.centre)
    everything = timeline(journey.uid, today=today, is_whole=True)
    count = len(everything.rows) + len(everything.restrictions)
    monkeypatch.setattr(reading, "WHOLE", 1)
    monkeypatch.setattr(reading, "NEAR", 1)
    monkeypatch.setattr(reading, "COUNTED", counted)

    shown = timeline(journey.uid, today=today)

    missing = count - len(shown.rows) - len(shown.restrictions)
    assert missing > 0
    assert shown.hides_more == hides_more
    assert 0 < shown.hidden < missing if hides_more else shown.hidden == missing
