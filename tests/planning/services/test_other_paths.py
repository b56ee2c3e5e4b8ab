"""Journeys that take another way: a second infusion, and cells that come from tissue."""

from datetime import timedelta

import pytest

from journeys.planning.domain.states import ActivityState
from journeys.planning.services import close_without
from tests.planning.conftest import activity_of, at


def record_each(team, journey, *codes):
    for code in codes:
        for activity in journey.activities.filter(code=code).order_by("occurrence"):
            team.record(activity)


def troubled(cycle):
    """Return the codes of what does not fit in the plan."""
    return {conflict["point"].partition("#")[0] for conflict in cycle.conflicts}


@pytest.fixture
def split_dose(team):
    """Return a journey whose first of two infusions has taken place, and that day."""
    journey = team.refer("obe-cel-all")
    return journey, team.carry_to(journey, "infusion")


def test_a_second_infusion_follows_the_day_of_the_first(split_dose):
    journey, infused_on = split_dose
    second = activity_of(journey, "second_infusion")

    assert (second.chosen_on - infused_on).days == 9
    assert ((second.opens_on - infused_on).days, (second.closes_on - infused_on).days) == (7, 20)


def test_a_second_infusion_that_is_not_given_changes_nothing_else(team, split_dose):
    journey, infused_on = split_dose
    second = activity_of(journey, "second_infusion")
    before = dict(journey.activities.values_list("uid", "chosen_on"))
    today = infused_on + timedelta(days=8)

    outcome = close_without(
        activity_uid=second.uid,
        state=ActivityState.NOT_NEEDED,
        reason="Grade 3 reaction after the first infusion",
        by=team.clinician,
        today=today,
        now=at(today),
    )

    assert activity_of(journey, "second_infusion").state == "not_needed"
    assert dict(journey.activities.values_list("uid", "chosen_on")) == before
    assert troubled(outcome.revision.cycle) <= {"daily_check"}  # nobody has recorded those
    record_each(team, journey, "discharge", "return_visit")
    done = journey.cycles.get().stages.filter(state="done").values_list("code", flat=True)
    assert {"infusion", "monitoring", "return_visit"} <= set(done)


def test_a_second_infusion_may_be_given_as_late_as_day_21_of_the_label(team, split_dose):
    journey, infused_on = split_dose
    second = activity_of(journey, "second_infusion")

    team.record(second, on=infused_on + timedelta(days=20))

    assert troubled(journey.cycles.get()) <= {"daily_check"}


def test_a_journey_without_leukapheresis_goes_from_tissue_to_infusion(team):
    journey = team.refer("tcr-t-solid")

    record_each(team, journey, "eligibility", "tumour_tissue", "product_received")
    record_each(team, journey, "lymphodepletion", "infusion", "discharge", "return_visit")

    stages = journey.cycles.get().stages.order_by("position")
    assert list(stages.filter(state="done").values_list("code", flat=True)) == [
        "referral",
        "starting_material",
        "manufacturing",
        "lymphodepletion",
        "infusion",
        "monitoring",
        "return_visit",
    ]
