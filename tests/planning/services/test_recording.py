"""What happened is a fact: it never moves, and everything open counts from it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity, PlanRevision
from journeys.planning.services import close_without
from journeys.planning.services.refusals import (
    ActivityNotOpen,
    BeforeTheJourney,
    DateInFuture,
    OutOfOrder,
    ReasonMissing,
    RestrictionEndsByItself,
)
from tests.planning.conftest import REFERRED_ON, activity_of, at


def dates(journey):
    """Return every activity's chosen day by its point."""
    return {row.point: row.chosen_on for row in journey.activities.all()}


@pytest.mark.feature(15)
def test_a_late_collection_moves_what_is_open_and_keeps_its_own_target(team, journey):
    team.carry_to(journey, "eligibility")
    collection = activity_of(journey, "leukapheresis")
    before = dates(journey)

    late = collection.chosen_on + timedelta(days=7)
    team.record(collection, on=late)

    collection.refresh_from_db()
    after = dates(journey)
    assert (collection.happened_on, collection.state) == (late, "done")
    assert collection.target_on < late
    assert after["product_received"] == before["product_received"] + timedelta(days=7)
    assert after["infusion"] == before["infusion"] + timedelta(days=7)


@pytest.mark.feature(5)
def test_the_infusion_materialises_fifteen_yearly_visits(team, journey):
    team.carry_to(journey, "infusion")

    years = list(journey.activities.filter(code="year").order_by("occurrence"))
    day_0 = activity_of(journey, "infusion").happened_on
    assert [year.occurrence for year in years] == list(range(1, 16))
    assert years[-1].target_on == day_0.replace(year=day_0.year + 15)
    assert years[0].opens_on == day_0 + timedelta(days=366)


@pytest.mark.feature(121)
def test_the_return_visit_counts_four_weeks_from_the_discharge(team, journey):
    discharged_on = team.carry_to(journey, "discharge")

    assert activity_of(journey, "return_visit").target_on == discharged_on + timedelta(days=28)


def test_a_stage_is_current_between_its_two_ends(team, journey):
    team.carry_to(journey, "leukapheresis")
    stages = {stage.code: stage.state for stage in journey.cycles.get().stages.all()}

    assert stages["leukapheresis"] == "done"
    assert stages["manufacturing"] == "current"
    assert stages["infusion"] == "planned"


def test_an_infusion_in_the_future_is_refused_and_changes_nothing(team, journey):
    last = team.carry_to(journey, "lymphodepletion")
    revisions = PlanRevision.objects.count()

    with pytest.raises(DateInFuture) as refusal:
        team.record(activity_of(journey, "infusion"), on=last + timedelta(days=3), today=last)

    assert "in the future" in refusal.value.sentence
    assert activity_of(journey, "infusion").state == "planned"
    assert PlanRevision.objects.count() == revisions


def test_an_action_out_of_order_is_refused_and_names_what_is_missing(team, journey):
    with pytest.raises(OutOfOrder) as refusal:
        team.record(activity_of(journey, "infusion"))

    assert "Lymphodepletion" in refusal.value.sentence
    assert activity_of(journey, "infusion").happened_on is None


def test_the_second_day_of_lymphodepletion_waits_for_the_first(team, journey):
    team.carry_to(journey, "product_received")

    with pytest.raises(OutOfOrder):
        team.record(activity_of(journey, "lymphodepletion", 2))


def test_nothing_is_recorded_before_the_referral(team, journey):
    with pytest.raises(BeforeTheJourney):
        team.record(activity_of(journey, "eligibility"), on=REFERRED_ON - timedelta(days=1))


def test_what_is_done_is_not_recorded_again(team, journey):
    team.carry_to(journey, "eligibility")

    with pytest.raises(ActivityNotOpen):
        team.record(activity_of(journey, "eligibility"))


def test_a_restriction_ends_by_itself(team, journey):
    with pytest.raises(RestrictionEndsByItself):
        team.record(activity_of(journey, "driving_ends"))


@pytest.mark.feature(24)
def test_a_missed_visit_is_not_done_and_needs_a_reason(team, journey):
    team.carry_to(journey, "return_visit")
    visit = activity_of(journey, "day_100")

    def close(reason):
        close_without(
            activity_uid=visit.uid,
            state=ActivityState.MISSED,
            reason=reason,
            by=team.coordinator,
            today=visit.closes_on,
            now=at(visit.closes_on),
        )

    with pytest.raises(ReasonMissing):
        close("  ")
    close("Did not come")

    visit.refresh_from_db()
    assert (visit.state, visit.close_reason) == ("missed", "Did not come")
    assert visit.happened_on is None


def test_the_database_refuses_done_without_a_day(journey):
    with pytest.raises(IntegrityError, match="activity_done_has_its_day"), transaction.atomic():
        Activity.objects.filter(journey=journey, code="infusion").update(state="done")


def test_recording_two_days_at_once_keeps_the_leap_day(team):
    journey = team.refer(on=date(2027, 12, 1), number=2)
    team.carry_to(journey, "lymphodepletion")
    infusion = activity_of(journey, "infusion")

    team.record(infusion, on=date(2028, 2, 29))

    assert activity_of(journey, "year", 1).target_on >= date(2029, 2, 28)
    assert activity_of(journey, "year", 4).target_on == date(2032, 2, 29)
