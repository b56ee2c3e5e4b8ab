"""A journey can follow another version of its protocol, when a person says so."""

import copy
from datetime import timedelta

import pytest

from journeys.planning.documents import protocol_from_document
from journeys.planning.services import (
    propose,
    publish_protocol,
)
from journeys.planning.services.refusals import (
    JourneyNotActive,
    OtherProtocol,
    ReasonMissing,
    RegionNotCovered,
    SameVersion,
)
from journeys.planning.workspace import definition_of
from notifications.models import Reminder
from tests.factories import CentreFactory, published
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import (
    days,
    everything,
    follow,
    latest,
    migrate,
    refused,
    rules,
    told,
    version_after,
)


def another(version):
    """Publish a version without the six-month visit, with one at day 60, and a stage fewer."""
    document = copy.deepcopy(version.document)
    activities = {each["code"]: each for each in document["activities"]}
    sixty = {**activities["day_100"], "code": "day_60", "title": "Day 60 visit"}
    sixty |= {"offset": "P60D", "window": {"opens": "-P5D", "closes": "P5D"}}
    activities["return_visit"]["stage"] = "follow_up"
    return version_after(
        version,
        activities=[*(each for code, each in activities.items() if code != "month_6"), sixty],
        stages=[each for each in document["stages"] if each["code"] != "return_visit"],
    )


@pytest.mark.feature(8)
def test_what_the_new_version_drops_is_cancelled_and_what_it_adds_gets_its_date(
    team, journey, followed
):
    done = days(journey, state="done")

    outcome = migrate(team, journey, another(journey.protocol_version), followed)

    assert activity_of(journey, "month_6").state == "cancelled"
    assert activity_of(journey, "day_60").target_on == followed + timedelta(days=60)
    assert days(journey, state="done") == done
    kinds = {change.point: change.kind for change in outcome.changes}
    assert (kinds["month_6"], kinds["day_60"]) == ("removed", "added")
    revision = outcome.revision
    assert (revision.kind, revision.reason) == ("migrated", "New version of the centre")
    journey.refresh_from_db()
    assert journey.protocol_version == journey.cycles.get().protocol_version
    assert definition_of(activity_of(journey, "month_6")).title["en"] == "Six-month visit"


@pytest.mark.feature(8)
def test_a_stage_that_is_gone_ends_and_its_activities_go_along(team, journey, followed):
    migrate(team, journey, another(journey.protocol_version), followed)

    stages = dict(journey.cycles.get().stages.values_list("code", "state"))
    assert (stages["return_visit"], stages["monitoring"]) == ("cancelled", "current")
    assert activity_of(journey, "return_visit").stage.code == "follow_up"
    team.record(activity_of(journey, "discharge"))
    team.record(activity_of(journey, "return_visit"))
    journey.refresh_from_db()
    assert journey.standing == "follow_up"


@pytest.mark.feature(8)
def test_back_on_the_former_version_everything_is_as_it_was(team, journey, followed):
    former, before = journey.protocol_version, days(journey)
    migrate(team, journey, another(former), followed)

    outcome = migrate(team, journey, former, followed)

    stands = days(journey)
    assert {point: stands[point] for point in before} == before
    assert activity_of(journey, "month_6").state == "planned"
    assert activity_of(journey, "day_60").state == "cancelled"
    assert activity_of(journey, "return_visit").stage.code == "return_visit"
    assert dict(journey.cycles.get().stages.values_list("code", "state"))["return_visit"] == (
        "planned"
    )
    assert {each.point: each.kind for each in outcome.changes}["month_6"] == "added"


@pytest.mark.feature(8)
def test_a_booking_that_the_new_version_drops_is_released_and_the_patient_is_told(
    team, journey, followed
):
    visit = activity_of(journey, "month_6")
    team.book(visit, visit.chosen_on, today=followed)

    outcome = migrate(team, journey, another(journey.protocol_version), followed)

    assert [each.activity.point for each in outcome.released] == ["month_6"]
    assert told(journey) == 1
    assert not Reminder.objects.live().filter(topic__uid=visit.uid).exists()


def test_what_was_done_under_the_former_version_stays_done_and_binds_nobody(
    team, journey, followed
):
    team.record(activity_of(journey, "month_6"))
    recorded_on = activity_of(journey, "month_6").happened_on

    migrate(team, journey, another(journey.protocol_version), recorded_on)

    assert activity_of(journey, "month_6").happened_on == recorded_on


def test_fewer_occurrences_than_were_done_do_not_stop_the_plan(team, journey, followed):
    for number in (1, 2, 3):
        team.record(activity_of(journey, "year", number))
    document = copy.deepcopy(journey.protocol_version.document)
    (year,) = (each for each in document["activities"] if each["code"] == "year")
    year["repeat"] = {"count": 2, "every": "P1Y"}
    today = activity_of(journey, "year", 3).happened_on

    migrate(
        team,
        journey,
        version_after(journey.protocol_version, activities=document["activities"]),
        today,
    )

    states = journey.activities.filter(code="year").order_by("occurrence")
    assert list(states.values_list("state", flat=True)) == ["done"] * 3 + ["cancelled"] * 12


@pytest.mark.feature(7)
def test_a_journey_stays_on_its_version_until_a_person_migrates_it(team, journey, followed):
    before = everything()
    version = journey.protocol_version

    another(version)

    journey.refresh_from_db()
    assert journey.protocol_version == version
    changed = {name for name, rows in everything().items() if rows != before[name]}
    assert changed == {"planning_protocolversion"}


@pytest.mark.feature(8)
def test_a_migration_is_reviewed_before_it_is_made(team, journey, followed):
    version = another(journey.protocol_version)
    before = everything()

    proposal = propose(lambda: migrate(team, journey, version, followed))

    assert everything() == before
    assert {each.point for each in proposal.changes} >= {"month_6", "day_60"}


@pytest.mark.feature(8)
def test_nobody_is_told_again_what_an_earlier_version_told(team, journey, followed):
    visit = latest(journey, "month_6")
    team.book(visit, visit.chosen_on, today=followed)
    booked = Reminder.objects.get(topic__uid=visit.uid, kind="appointment_booked")
    Reminder.objects.filter(pk=booked.pk).update(state="sent", sent_at=at(followed))
    waiting = Reminder.objects.live().filter(thread__uid=journey.uid)
    before = set(waiting.values_list("pk", flat=True))

    outcome = migrate(team, journey, version_after(journey.protocol_version), followed)

    assert not outcome.messages.created
    assert not outcome.messages.suppressed
    assert set(waiting.values_list("pk", flat=True)) == before


@pytest.mark.feature(8)
def test_a_centres_own_copy_takes_over_from_the_shared_protocol(team, journey, followed):
    shared = journey.protocol_version
    own = own_copy(shared, team.centre)
    elsewhere = own_copy(shared, CentreFactory(region=team.centre.region))

    migrate(team, journey, own, followed)

    journey.refresh_from_db()
    assert journey.protocol_version == own
    with refused(OtherProtocol, "another product or centre"):
        migrate(team, journey, elsewhere, followed)
    migrate(team, journey, shared, followed)


def own_copy(version, centre):
    document = version.document | {"code": f"own-{centre.pk}", "version": 1}
    found, _ = publish_protocol(
        protocol=protocol_from_document(document),
        document=document,
        now=version.published_at,
        centre=centre,
    )
    return found


def test_a_version_that_cannot_take_over_is_refused(team, journey, followed):
    version = journey.protocol_version
    elsewhere = version_after(version, regions=["us"])
    newer = version_after(elsewhere, regions=["eu"])
    other = published("axi-cel-lbcl")

    with refused(SameVersion, "follows this version already"):
        migrate(team, journey, version, followed)
    with refused(OtherProtocol, "is for another product"):
        migrate(team, journey, other, followed)
    with refused(RegionNotCovered, "not published for the centre's region"):
        migrate(team, journey, elsewhere, followed)
    with refused(ReasonMissing, "Give a reason"):
        migrate(team, journey, newer, followed, reason=" ")


def test_nothing_is_chosen_after_the_end(team, journey, followed):
    version = another(journey.protocol_version)
    type(journey).objects.filter(pk=journey.pk).update(
        status="ended", ended_on=followed, end_reason="progression"
    )

    with refused(JourneyNotActive, "has ended"):
        migrate(team, journey, version, followed)
    with refused(JourneyNotActive, "has ended"):
        follow(team, journey, "short-5", followed)
    with refused(JourneyNotActive, "has ended"):
        rules(team, journey, followed)
