"""What a journey follows can change: its version, its follow-up, and the label rules."""

import copy
from datetime import date, timedelta

import pytest

from journeys.planning.documents import protocol_from_document
from journeys.planning.models import Activity, Appointment, LabelRule
from journeys.planning.services import (
    apply_rules,
    choose_track,
    migrate_journey,
    propose,
    publish_label_rules,
    publish_protocol,
)
from journeys.planning.services.refusals import (
    JourneyNotActive,
    NoSuchTrack,
    OtherProtocol,
    ReasonMissing,
    RegionNotCovered,
    SameVersion,
)
from journeys.planning.workspace import definition_of
from notifications.models import Reminder
from tests.factories import CentreFactory, published, shipped_files
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import (
    days,
    everything,
    latest,
    refused,
    shift,
    told,
    version_after,
)

CHANGED_ON = date(2025, 6, 26)


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


def migrate(team, journey, version, today, **changes):
    arguments = {
        "journey_uid": journey.uid,
        "version": version,
        "reason": "New version of the centre",
        "by": team.coordinator,
        "today": today,
        "now": at(today),
    }
    return migrate_journey(**(arguments | changes))


def follow(team, journey, track, today, **changes):
    arguments = {
        "journey_uid": journey.uid,
        "track": track,
        "reason": "Another hospital follows",
        "by": team.clinician,
        "today": today,
        "now": at(today),
    }
    return choose_track(**(arguments | changes))


def rules(team, journey, today, *, tell_patient=False, **changes):
    arguments = {
        "journey_uid": journey.uid,
        "tell_patient": tell_patient,
        "by": team.coordinator,
        "today": today,
        "now": at(today),
    }
    return apply_rules(**(arguments | changes))


@pytest.fixture
def followed(team, journey):
    """Return the day of an infusion; follow-up is planned."""
    return team.carry_to(journey, "infusion")


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


@pytest.mark.feature(6)
def test_another_follow_up_cancels_and_adds_its_visits_and_shows_both(team, journey, followed):
    shorter = follow(team, journey, "short-5", followed)
    states = journey.activities.filter(code="year").order_by("occurrence")

    assert list(states.values_list("state", flat=True)) == ["planned"] * 5 + ["cancelled"] * 10
    kinds = {change.point: change.kind for change in shorter.changes}
    assert (kinds["year#6"], len(kinds)) == ("removed", 10)

    registry = follow(team, journey, "registry", followed)

    planned = states.filter(state="planned").values_list("occurrence", flat=True)
    assert list(planned) == [1, 2, 3, 4, 5, 6, 8, 10, 12, 14]
    added = [change.point for change in registry.changes if change.kind == "added"]
    assert added == ["year#6", "year#8", "year#10", "year#12", "year#14"]


@pytest.mark.feature(6)
def test_what_was_done_booked_or_fixed_of_the_former_follow_up(team, journey, followed):
    team.record(activity_of(journey, "year", 1))
    today = activity_of(journey, "year", 1).happened_on
    booked, locked = activity_of(journey, "year", 7), activity_of(journey, "year", 9)
    team.book(booked, booked.chosen_on, today=today)
    shift(team, locked, locked.chosen_on + timedelta(days=3), today)

    outcome = follow(team, journey, "short-5", today)

    assert [each.activity.point for each in outcome.released] == ["year#7"]
    for number in (7, 9):
        visit = activity_of(journey, "year", number)
        assert (visit.state, visit.locked_on, visit.planned_at) == ("cancelled", None, None)
    assert activity_of(journey, "year", 1).state == "done"
    assert told(journey) == 1
    assert not Appointment.objects.filter(cancelled_at=None, activity=booked).exists()


def test_a_follow_up_that_cannot_be_is_refused(team, journey, followed):
    with refused(NoSuchTrack, "offers no such follow-up"):
        follow(team, journey, "never", followed)
    with refused(ReasonMissing, "Give a reason"):
        follow(team, journey, "short-5", followed, reason=" ")


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


# The labels of the United States changed on 26 June 2025.


@pytest.fixture
def american(team):
    """Return a centre in the US whose rules are still those of before the change."""
    type(team.centre).objects.filter(pk=team.centre.pk).update(region="us")
    team.centre.refresh_from_db()
    published()
    american = LabelRule.objects.filter(region="us", product=None)
    american.filter(valid_from=CHANGED_ON).delete()
    american.update(valid_to=None)
    return team


def infused(team, on):
    journey = team.refer(on=date(2025, 4, 14))
    team.carry_to(journey, "lymphodepletion")
    team.record(activity_of(journey, "infusion"), on=on)
    return journey


def publish_the_change():
    _products, rulesets, _protocols = shipped_files()
    for ruleset in rulesets:
        if (ruleset.region, ruleset.product) == ("us", None):
            new = [rule for values in ruleset.rules.values() for rule in values]
            publish_label_rules(product_code=None, region="us", rules=new)


@pytest.mark.feature(11)
@pytest.mark.parametrize(
    ("infused_on", "near", "driving", "daily"),
    [(date(2025, 6, 25), 28, 56, 10), (date(2025, 6, 27), 14, 14, 7)],
)
def test_the_day_of_the_infusion_decides_which_label_holds(
    american, infused_on, near, driving, daily
):
    journey = infused(american, infused_on)
    assert activity_of(journey, "driving_ends").target_on == infused_on + timedelta(days=56)
    publish_the_change()

    rules(american, journey, date(2025, 7, 1))

    assert activity_of(journey, "stay_near_ends").target_on == infused_on + timedelta(days=near)
    assert activity_of(journey, "driving_ends").target_on == infused_on + timedelta(days=driving)
    checks = journey.activities.filter(code="daily_check").exclude(state="cancelled")
    assert checks.count() == daily
    assert told(journey) == 0


@pytest.mark.feature(11)
@pytest.mark.feature(28)
def test_a_date_says_which_label_gave_it(american):
    journey = infused(american, date(2025, 6, 27))
    publish_the_change()

    rules(american, journey, date(2025, 7, 1))

    (step,) = activity_of(journey, "driving_ends").why
    assert step["rule"] == "driving_days"
    assert "26 June 2025" in step["source"]


@pytest.mark.feature(11)
def test_the_patient_is_told_of_new_rules_when_a_person_says_so(american):
    journey = infused(american, date(2025, 6, 27))
    publish_the_change()

    outcome = rules(american, journey, date(2025, 7, 1), tell_patient=True)

    assert told(journey) == 1
    assert "plan_changed" in {message.kind for message in outcome.messages.created}
    rules(american, journey, date(2025, 7, 2), tell_patient=True)
    assert told(journey) == 1  # nothing changed any more


@pytest.mark.feature(11)
def test_a_booked_check_that_no_label_asks_for_is_released_and_told(american):
    journey = infused(american, date(2025, 6, 27))
    check = latest(journey, "daily_check", 9)
    american.book(check, check.chosen_on, today=date(2025, 7, 1))
    publish_the_change()

    outcome = rules(american, journey, date(2025, 7, 1))

    check = Activity.objects.get(pk=check.pk)
    assert told(journey) == len(outcome.released)
    assert check.state == ("cancelled" if outcome.released else "booked")
