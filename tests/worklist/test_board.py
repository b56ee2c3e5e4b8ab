"""The board: who stands where, who needs a hand first, and that it stays quick."""

from datetime import timedelta
from importlib import import_module
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carttrack.accounts.domain import Role
from carttrack.audit.models import ReadEntry
from journeys.planning.models import Activity, Cycle, Hold, Journey, Stage
from journeys.planning.services import record_happened
from journeys.worklist.selectors.board import FIRST_CARDS
from journeys.worklist.selectors.columns import columns_of, merged
from journeys.worklist.selectors.standings import COUNTED
from tests.factories import (
    CentreFactory,
    activity_of,
    centre_day,
    centre_now,
    journey_at,
    many_journeys,
    patient_at,
    staff,
)

BOARD = reverse("worklist:board")
# Any key stands for an address that a person chose, so that no default takes its place.
PATIENTS = f"{reverse('worklist:patients')}?status="
DOES_NOT_FIT = {"kind": "contradiction", "points": [], "clauses": [], "choices": []}


def lane_of(response, code):
    return next(lane for lane in response.context["board"].lanes if lane.code == code)


def names_in(response, code):
    return [card.name for card in lane_of(response, code).cards]


def record(journey, code, by):
    day = centre_day(journey.centre)
    record_happened(
        activity_uid=activity_of(journey, code).uid,
        on=day,
        by=by,
        today=day,
        now=centre_now(journey.centre),
    )


def hold(journey, by, **fields):
    today = centre_day(journey.centre)
    return Hold.objects.create(
        journey=journey,
        reason="infection",
        held_by=by,
        held_at=centre_now(journey.centre),
        **({"from_on": today - timedelta(days=5)} | fields),
    )


def close_window_of(journey, days_ago):
    day = centre_day(journey.centre) - timedelta(days=days_ago)
    Activity.objects.filter(journey=journey, code="eligibility").update(
        target_on=day, opens_on=day, closes_on=day, chosen_on=day
    )


@pytest.mark.feature(98)
def test_a_journey_stands_in_the_lane_of_its_stage_and_moves_on_with_it(desk, journey, clinician):
    assert names_in(desk.get(BOARD), "referral") == [journey.patient.full_name]

    record(journey, "eligibility", clinician)

    response = desk.get(BOARD)
    assert names_in(response, "referral") == []
    (card,) = lane_of(response, "leukapheresis").cards
    assert card.day == "waits 0 days"
    assert card.next.title == "Leukapheresis"
    assert card.owner == "Anna Koordinator"


def test_lanes_stand_in_the_order_of_the_stages(desk, journey):
    lanes = [lane.code for lane in desk.get(BOARD).context["board"].lanes]

    assert lanes == [
        "referral",
        "leukapheresis",
        "manufacturing",
        "lymphodepletion",
        "infusion",
        "monitoring",
        "return_visit",
        "follow_up",
    ]


def test_a_stage_of_another_path_stands_behind_the_one_before_it():
    usual = ["referral", "leukapheresis", "manufacturing"]
    other = ["referral", "starting_material", "manufacturing"]

    assert merged([usual, other]) == [
        "referral",
        "starting_material",
        "leukapheresis",
        "manufacturing",
    ]


def test_what_needs_a_hand_stands_first_then_who_has_been_there_longest(desk, centre, coordinator):
    people = ("Young", "Old", "Late", "Stuck")
    ages = (1, 9, 3, 2)
    found = {
        name: journey_at(
            centre,
            patient=patient_at(centre, family_name=name, given_name="A"),
            coordinator=coordinator,
            days_ago=age,
        )
        for name, age in zip(people, ages, strict=True)
    }
    Activity.objects.filter(journey__in=found.values()).update(
        closes_on=None, opens_on=None, target_on=None
    )
    close_window_of(found["Late"], 1)
    Cycle.objects.filter(journey=found["Stuck"]).update(conflicts=[DOES_NOT_FIT])

    response = desk.get(BOARD)

    assert names_in(response, "referral") == ["A Stuck", "A Late", "A Old", "A Young"]
    assert lane_of(response, "referral").troubled == 2
    assert "Does not fit" in response.text


def test_a_hold_is_marked_and_one_past_its_day_needs_a_hand(desk, journey, coordinator):
    held = hold(journey, coordinator)
    (card,) = lane_of(desk.get(BOARD), "referral").cards
    assert card.hold_since == held.from_on
    assert not card.hold_is_over

    Hold.objects.update(expected_on=centre_day(journey.centre) - timedelta(days=1))

    response = desk.get(BOARD)
    assert lane_of(response, "referral").troubled == 1
    assert "was to resume by now" in response.text


def test_today_asks_about_a_hold_past_its_day(desk, journey, coordinator):
    yesterday = centre_day(journey.centre) - timedelta(days=1)
    hold(journey, coordinator, expected_on=yesterday)

    response = desk.get(reverse("worklist:today"))

    (row,) = [row for row in response.context["attention"].rows if row.way == "resume"]
    assert row.name == journey.patient.full_name
    assert "was to resume" in row.sentence
    assert reverse("worklist:journey-resume", args=[journey.uid]) in response.text


def test_the_board_is_narrowed_to_an_owner_or_a_product(desk, journey, centre):
    other = staff(centre, name="Olle Other")
    theirs = journey_at(centre, coordinator=other, protocol="axi-cel-lbcl")

    assert names_in(desk.get(f"{BOARD}?owner=me"), "referral") == [journey.patient.full_name]
    assert names_in(desk.get(f"{BOARD}?owner={other.uid}"), "referral") == [
        theirs.patient.full_name
    ]
    assert names_in(desk.get(f"{BOARD}?protocol=axi-cel-lbcl"), "referral") == [
        theirs.patient.full_name
    ]


@pytest.mark.parametrize("owner", ["nobody", "0", "None", "' or 1=1"])
def test_an_owner_that_makes_no_sense_changes_nothing(desk, journey, owner):
    assert names_in(desk.get(BOARD, {"owner": owner}), "referral")


@pytest.mark.feature(91)
def test_other_centres_and_strangers_are_not_on_the_board(desk, centre):
    journey_at(CentreFactory())
    unseen = journey_at(centre)
    unseen.patient.care_relations.update(until_on=centre_day(centre) - timedelta(days=1))

    assert not desk.get(BOARD).context["board"].cards


def test_the_table_shows_the_same_cards(desk, journey):
    response = desk.get(f"{BOARD}?view=table")

    assert response.context["board"].cards
    assert "<table" in response.text
    assert str(journey.uid) in response.text


def test_an_empty_board_says_what_to_do(desk):
    assert "No active journeys" in desk.get(BOARD).text
    assert "No journey fits" in desk.get(f"{BOARD}?owner=me").text


def crowd(centre, coordinator, number):
    return many_journeys(
        centre,
        number=number,
        coordinator=coordinator,
        clinician=staff(centre, Role.CLINICIAN),
        today=centre_day(centre),
    )


def test_a_full_lane_is_cut_says_how_many_there_are_and_opens(desk, centre, coordinator):
    crowd(centre, coordinator, FIRST_CARDS + 5)

    response = desk.get(f"{BOARD}?owner=me")

    lane = lane_of(response, "referral")
    assert len(lane.cards) == FIRST_CARDS
    assert lane.count == str(FIRST_CARDS + 5)
    assert 'href="?owner=me&amp;lane=referral#lane-referral"' in response.text

    opened = desk.get(f"{BOARD}?owner=me&lane=referral")
    assert len(lane_of(opened, "referral").cards) == FIRST_CARDS + 5
    assert not lane_of(opened, "referral").has_more


def test_htmx_gets_the_cards_of_the_lane_that_opens(desk, centre, coordinator):
    crowd(centre, coordinator, FIRST_CARDS + 2)

    response = desk.get(
        f"{BOARD}?lane=referral", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="cards-referral"
    )

    assert response.text.lstrip().startswith('<ul class="lane__cards" id="cards-referral">')
    assert response.text.count("<li") == FIRST_CARDS + 2
    before, _, _ = response.text.partition(" autofocus")
    assert before.count("data-row") == FIRST_CARDS + 1
    assert ReadEntry.objects.count() == FIRST_CARDS + 2


@pytest.mark.parametrize("lane", ["nowhere", "' or 1=1"])
def test_a_lane_that_is_not_there_is_not_found(desk, journey, lane):
    address = f"{BOARD}?{urlencode({'lane': lane})}"

    assert desk.get(address).status_code == 200
    asked = desk.get(address, headers={"HX-Request": "true", "HX-Target": f"cards-{lane}"})
    assert asked.status_code == 404


def test_a_lane_beyond_counting_leads_to_the_list_of_its_stage(desk, centre, coordinator):
    crowd(centre, coordinator, COUNTED + 5)

    response = desk.get(f"{BOARD}?owner=me&lane=referral")

    lane = lane_of(response, "referral")
    assert lane.count == f"{COUNTED}+"
    assert len(lane.cards) == COUNTED
    assert "status=active&amp;stage=referral&amp;owner=me" in response.text
    listed = desk.get(f"{PATIENTS}active&stage=referral&owner=me")
    assert len(listed.context["found"].rows) == 25


def test_whoever_is_through_opens_as_a_lane_of_its_own(desk, journey):
    Stage.objects.filter(cycle__journey=journey).update(state="done", ended_on=journey.started_on)

    assert names_in(desk.get(BOARD), "") == [journey.patient.full_name]
    lane = desk.get(
        f"{BOARD}?lane=all-done", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="cards-all-done"
    )
    assert journey.patient.full_name in lane.text


def test_a_lane_counts_everybody_who_needs_a_hand_and_not_only_the_first(desk, centre, coordinator):
    journeys = crowd(centre, coordinator, FIRST_CARDS + 3)
    Cycle.objects.filter(journey__in=journeys).update(conflicts=[DOES_NOT_FIT])

    lane = lane_of(desk.get(BOARD), "referral")

    assert lane.troubles == str(FIRST_CARDS + 3)


def test_somebody_whose_care_ended_is_not_counted_and_takes_no_place(desk, centre, coordinator):
    gone = journey_at(centre, coordinator=coordinator, days_ago=30)
    close_window_of(gone, 1)
    gone.patient.care_relations.update(until_on=centre_day(centre) - timedelta(days=1))
    seen = journey_at(centre, coordinator=coordinator)

    lane = lane_of(desk.get(BOARD), "referral")

    assert lane.found == 1
    assert lane.troubled == 0
    assert [card.name for card in lane.cards] == [seen.patient.full_name]


def test_the_board_asks_the_same_number_of_queries_at_any_size(desk, centre, coordinator):
    asked = []
    for number in (3, 27):
        crowd(centre, coordinator, number)
        desk.get(BOARD)  # what is remembered between requests
        with CaptureQueriesContext(connection) as queries:
            desk.get(BOARD)
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 13


def test_whom_the_board_shows_is_noted(desk, journey, coordinator):
    desk.get(BOARD)

    entry = ReadEntry.objects.get(patient_uid=journey.patient.uid)
    assert entry.how == "list"


def test_htmx_gets_the_region_only(desk, journey):
    response = desk.get(BOARD, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="board")

    assert response.text.lstrip().startswith('<div id="board">')


def test_standing_follows_however_the_stages_are_written(journey):
    Stage.objects.filter(cycle__journey=journey, code="referral").update(
        state="done", ended_on=journey.started_on
    )
    journey.refresh_from_db()
    assert (journey.standing, journey.standing_since) == ("leukapheresis", journey.started_on)

    Stage.objects.filter(cycle__journey=journey).update(state="done", ended_on=journey.started_on)
    journey.refresh_from_db()
    assert (journey.standing, journey.standing_since) == ("", None)


def test_the_migration_fills_in_where_everybody_stands(journey):
    Journey.objects.update(standing="nowhere", standing_since=None)
    fill = import_module("journeys.planning.migrations.0004_journeys_stand").FILL

    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(fill)

    journey.refresh_from_db()
    assert journey.standing == "referral"
    assert journey.standing_since is not None


def test_stages_of_versions_that_only_old_journeys_follow_keep_their_lane(centre, journey):
    version = journey.protocol_version
    assert centre.region in version.regions
    centre.region = "xx"

    assert "referral" in columns_of(centre)
