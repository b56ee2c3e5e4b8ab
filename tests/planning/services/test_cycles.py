"""A later cycle has a plan and an identity of its own; the earlier one stays as it was."""

from datetime import timedelta

import pytest

from journeys.planning.domain.states import CycleReason, EndReason
from journeys.planning.models import Activity, Appointment, LabelRule, Stage
from journeys.planning.services import choose_track, end_journey, propose
from journeys.planning.services.refusals import (
    ActivityNotOpen,
    AlreadyOnHold,
    BeforeTheCycle,
    DateInFuture,
    JourneyNotActive,
    NoRuleThen,
    NoSuchStage,
    ReasonMissing,
    RegionNotCovered,
)
from journeys.planning.workspace import definition_of
from notifications.models import Reminder
from tests.factories import published
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import (
    begin_again,
    everything,
    hold,
    latest,
    refused,
    told,
    version_after,
)


@pytest.fixture
def failed_on(team, journey):
    """Return day 20 of a manufacturing that failed."""
    return team.carry_to(journey, "leukapheresis") + timedelta(days=20)


def rows_of(cycle, **filters):
    return {row["id"]: row for row in cycle.activities.filter(**filters).values()}


def settled(cycle):
    return [*cycle.activities.exclude(state__in=["planned", "booked"]).values_list("pk", flat=True)]


@pytest.mark.feature(44)
@pytest.mark.feature(16)
def test_a_failure_on_day_20_gives_a_cycle_that_fits_and_leaves_the_first_as_it_was(
    team, journey, failed_on
):
    first = journey.cycles.get()
    done, stages = rows_of(first, pk__in=settled(first)), list(first.stages.values())
    dates = {pk: row["chosen_on"] for pk, row in rows_of(first).items()}

    begin_again(team, journey, failed_on)

    second = journey.cycles.latest("number")
    assert second.conflicts == []
    assert latest(journey, "leukapheresis").chosen_on >= failed_on
    assert latest(journey, "infusion").chosen_on > failed_on + timedelta(days=28)
    assert rows_of(first, pk__in=done) == done
    assert {pk: row["chosen_on"] for pk, row in rows_of(first).items()} == dates
    assert set(first.activities.values_list("state", flat=True)) == {"done", "cancelled"}
    assert [(old["code"], old["started_on"], old["ended_on"]) for old in stages] == list(
        first.stages.values_list("code", "started_on", "ended_on")
    )
    assert set(first.stages.values_list("state", flat=True)) == {"done", "cancelled"}


@pytest.mark.feature(44)
def test_each_cycle_has_its_own_chain_of_identity_and_says_why_it_began(team, journey, failed_on):
    begin_again(team, journey, failed_on)
    begin_again(team, journey, failed_on + timedelta(days=9), reason=CycleReason.COLLECTION_FAILURE)

    cycles = list(journey.cycles.order_by("number"))
    assert [cycle.reason for cycle in cycles] == [
        "",
        "manufacturing_failure",
        "collection_failure",
    ]
    assert len({cycle.chain_of_identity for cycle in cycles}) == 3


def test_what_comes_before_the_chosen_stage_is_passed_over_with_a_reason(team, journey, failed_on):
    begin_again(team, journey, failed_on, from_stage="manufacturing")

    cells = latest(journey, "leukapheresis")
    assert (cells.state, cells.chosen_on) == ("not_needed", failed_on)
    assert cells.close_reason == "Not repeated in cycle 2."
    assert latest(journey, "product_received").target_on == failed_on + timedelta(days=28)


def test_a_product_out_of_specification_can_be_made_anew_or_given(team, journey):
    received_on = team.carry_to(journey, "product_received")
    again = received_on + timedelta(days=2)
    arguments = {"reason": CycleReason.OUT_OF_SPECIFICATION, "note": "Viability 68 percent"}

    outcome = begin_again(team, journey, again, from_stage="infusion", **arguments)

    steps = journey.cycles.latest("number").activities.filter(code="lymphodepletion")
    assert set(steps.values_list("state", flat=True)) == {"not_needed"}
    assert steps.count() == 3
    assert (outcome.revision.reason, outcome.revision.note) == (
        "out_of_specification",
        "Viability 68 percent",
    )
    assert journey.cycles.latest("number").conflicts == []
    assert again < latest(journey, "infusion").chosen_on <= again + timedelta(days=14)


@pytest.fixture
def collected_on(team, journey):
    """Return the day of a collection that took place at its appointment."""
    day = team.carry_to(journey, "eligibility")
    collection = activity_of(journey, "leukapheresis")
    team.book(collection, collection.chosen_on, today=day)
    team.record(collection)
    return activity_of(journey, "leukapheresis").happened_on


def test_an_appointment_that_was_kept_stays_and_one_to_come_is_cancelled_and_told(
    team, journey, collected_on
):
    collection = activity_of(journey, "leukapheresis")
    infusion = activity_of(journey, "infusion")
    team.book(infusion, infusion.chosen_on, today=collected_on)

    outcome = begin_again(team, journey, collected_on + timedelta(days=20))

    assert [each.activity.point for each in outcome.released] == ["infusion"]
    assert Appointment.objects.get(activity=collection).cancelled_at is None
    assert told(journey) == 1


def test_where_only_kept_appointments_stand_nobody_is_told_anything(team, journey, collected_on):
    outcome = begin_again(team, journey, collected_on + timedelta(days=20))

    assert (outcome.released, told(journey)) == ((), 0)


@pytest.mark.feature(78)
def test_messages_about_the_earlier_cycle_are_withdrawn(team, journey, failed_on):
    begin_again(team, journey, failed_on)

    live = Reminder.objects.live().filter(thread__uid=journey.uid, is_planned=True)
    cycles = Activity.objects.filter(uid__in=live.values("topic__uid")).values_list(
        "cycle__number", flat=True
    )
    assert set(cycles) == {2}


def test_what_the_earlier_cycle_had_is_no_longer_open_to_anybody(team, journey, failed_on):
    old = activity_of(journey, "product_received")
    begin_again(team, journey, failed_on)

    with refused(ActivityNotOpen, "is already done or closed"):
        team.book(old, failed_on + timedelta(days=3), today=failed_on)


@pytest.mark.feature(7)
@pytest.mark.feature(44)
def test_another_product_follows_its_own_protocol_and_the_first_cycle_keeps_its_labels(team):
    journey = team.refer("tisa-cel-all")
    failed_on = team.carry_to(journey, "leukapheresis") + timedelta(days=20)
    title = definition_of(activity_of(journey, "infusion")).title
    other = published("obe-cel-all")

    begin_again(team, journey, failed_on, reason=CycleReason.SECOND_PRODUCT, version=other)

    first, second = journey.cycles.order_by("number")
    assert (first.protocol_version.protocol.code, second.protocol_version) == (
        "tisa-cel-all",
        other,
    )
    assert second.activities.filter(code="second_infusion").exists()
    assert not first.activities.filter(code="second_infusion").exists()
    with_cycle = Activity.objects.select_related("cycle__protocol_version")
    assert definition_of(with_cycle.get(cycle=first, code="infusion")).title == title
    assert definition_of(with_cycle.get(cycle=second, code="infusion")).title != title


def test_a_follow_up_that_the_other_protocol_does_not_offer_is_not_kept(team, journey, failed_on):
    choose_track(
        journey_uid=journey.uid,
        track="short-5",
        reason="Wish",
        by=team.clinician,
        today=failed_on,
        now=at(failed_on),
    )

    begin_again(team, journey, failed_on, version=published("axi-cel-lbcl"))

    journey.refresh_from_db()
    assert journey.track == ""


def test_a_second_infusion_starts_its_own_fifteen_years_and_the_first_keeps_its_own(team, journey):
    infused_on = team.carry_to(journey, "return_visit")
    first = journey.cycles.get()
    visits = rows_of(first, state="done")

    begin_again(team, journey, infused_on + timedelta(days=90), reason=CycleReason.RETREATMENT)
    for code in ("leukapheresis", "product_received", "lymphodepletion", "infusion"):
        for activity in journey.cycles.latest("number").activities.filter(code=code):
            team.record(activity)

    years = journey.cycles.latest("number").activities.filter(code="year")
    assert years.count() == 15
    assert years.get(occurrence=1).target_on > infused_on + timedelta(days=365 + 90)
    assert rows_of(first, state="done") == visits


@pytest.mark.feature(17)
def test_a_cycle_is_previewed_without_being_begun(team, journey, failed_on):
    before = everything()

    proposal = propose(lambda: begin_again(team, journey, failed_on))

    assert "leukapheresis" in {change.point for change in proposal.changes}
    assert everything() == before


@pytest.mark.parametrize(
    "case",
    [
        ({"on": 1}, DateInFuture, "is in the future"),
        ({"on": -300}, BeforeTheCycle, "lies before this cycle began"),
        ({"from_stage": "surgery"}, NoSuchStage, "no such stage"),
        ({"from_stage": "follow_up"}, NoSuchStage, "no such stage"),
        ({"reason": CycleReason.OTHER}, ReasonMissing, "Give a reason"),
    ],
)
def test_a_cycle_that_cannot_be_is_refused(team, journey, failed_on, case):
    changes, refusal, sentence = case
    moved = {
        key: failed_on + timedelta(days=value) if isinstance(value, int) else value
        for key, value in changes.items()
    }

    with refused(refusal, sentence):
        begin_again(team, journey, failed_on, **moved)


def test_a_protocol_of_another_region_is_refused(team, journey, failed_on):
    version = version_after(published("axi-cel-lbcl"), regions=["us"])

    with refused(RegionNotCovered, "not published for the centre's region"):
        begin_again(team, journey, failed_on, version=version)


def test_a_product_without_label_rules_is_refused(team, journey, failed_on):
    version = published("axi-cel-lbcl")
    LabelRule.objects.filter(product=version.protocol.product).delete()

    with refused(NoRuleThen, "not on file"):
        begin_again(team, journey, failed_on, version=version)


def test_a_journey_on_hold_begins_no_cycle(team, journey, failed_on):
    hold(team, journey, failed_on)

    with refused(AlreadyOnHold, "Resume it first"):
        begin_again(team, journey, failed_on)


@pytest.mark.feature(22)
@pytest.mark.parametrize(
    "stage", ["eligibility", "leukapheresis", "product_received", "infusion", "return_visit"]
)
def test_a_journey_can_end_in_every_stage_and_loses_nothing(team, journey, stage):
    today = team.carry_to(journey, stage)
    cycle = journey.cycles.get()
    done, count = rows_of(cycle, state="done"), Activity.objects.count()

    end_journey(
        journey_uid=journey.uid,
        reason=EndReason.PROGRESSION,
        on=today,
        note="",
        by=team.clinician,
        today=today,
        now=at(today, 18),
    )

    assert rows_of(cycle, state="done") == done
    assert Activity.objects.count() == count
    assert set(cycle.activities.exclude(pk__in=done).values_list("state", flat=True)) == {
        "cancelled"
    }
    assert not Stage.objects.filter(cycle=cycle, state__in=["planned", "current"]).exists()
    assert not Reminder.objects.live().filter(thread__uid=journey.uid).exists()
    with refused(JourneyNotActive, "has ended"):
        begin_again(team, journey, today)
