"""Starting a journey plans it whole, or not at all."""

from datetime import timedelta

import pytest

from carttrack.accounts.models import Membership
from carttrack.audit.models import HistoryEntry
from journeys.planning.models import Activity, Journey, PlanRevision
from journeys.planning.services.refusals import (
    DateInFuture,
    PatientHasActiveJourney,
    PersonNotAtCentre,
    RegionNotCovered,
)
from tests.planning.conftest import REFERRED_ON, activity_of


@pytest.mark.feature(13)
def test_a_referral_dates_every_stage_up_to_the_return_visit(journey):
    codes = set(journey.activities.values_list("code", flat=True))

    assert {"leukapheresis", "product_received", "lymphodepletion", "infusion"} <= codes
    assert {"discharge", "return_visit", "stay_near_ends", "driving_ends"} <= codes
    assert not journey.activities.filter(chosen_on=None).exists()


@pytest.mark.feature(121)
def test_the_seven_stages_of_the_mission_are_there_in_order(journey):
    stages = list(journey.cycles.get().stages.values_list("code", flat=True))

    assert stages == [
        "referral",
        "leukapheresis",
        "manufacturing",
        "lymphodepletion",
        "infusion",
        "monitoring",
        "return_visit",
        "follow_up",
    ]


def test_the_referral_itself_has_happened(journey):
    referral = activity_of(journey, "referral")

    assert (referral.state, referral.happened_on) == ("done", REFERRED_ON)


def test_follow_up_has_no_rows_before_the_infusion(journey):
    assert not journey.activities.filter(code="year").exists()


def test_every_planned_day_says_why(journey):
    planned = journey.activities.open()

    assert planned.exists()
    assert all(activity.why for activity in planned)


@pytest.mark.feature(106)
def test_a_start_is_one_revision_and_one_history_entry(journey):
    assert PlanRevision.objects.filter(journey=journey).count() == 1
    assert HistoryEntry.objects.filter(action="journey.started").count() == 1


@pytest.mark.feature(14)
def test_a_second_start_is_refused_and_plans_nothing(team, journey):
    before = Activity.objects.count()

    with pytest.raises(PatientHasActiveJourney):
        team.start(journey.patient, "axi-cel-lbcl", REFERRED_ON)

    assert (Journey.objects.count(), Activity.objects.count()) == (1, before)


def test_a_referral_in_the_future_is_refused(team, journey):
    with pytest.raises(DateInFuture):
        team.start(
            journey.patient, "car-t-standard", REFERRED_ON + timedelta(days=1), today=REFERRED_ON
        )


def test_somebody_without_the_role_cannot_be_accountable(team, journey):
    with pytest.raises(PersonNotAtCentre):
        team.start(journey.patient, "car-t-standard", REFERRED_ON, clinician=team.coordinator)


def test_a_role_that_has_ended_no_longer_counts(team, journey):
    Membership.objects.filter(user=team.clinician).update(until_on=REFERRED_ON)

    with pytest.raises(PersonNotAtCentre):
        team.start(journey.patient, "car-t-standard", REFERRED_ON)


def test_a_protocol_must_cover_the_region_of_the_centre(team, journey):
    team.centre.region = "jp"

    with pytest.raises(RegionNotCovered):
        team.start(journey.patient, "car-t-standard", REFERRED_ON)
