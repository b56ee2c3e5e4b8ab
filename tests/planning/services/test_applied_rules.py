"""The labels of the United States changed on 26 June 2025, and journeys follow when asked to."""

import copy
from datetime import date, timedelta
from functools import partial

import pytest

from journeys.planning.models import Journey, LabelRule
from journeys.planning.selectors.previews import preview_of
from journeys.planning.selectors.rules import affected_journeys
from journeys.planning.services import propose, publish_label_rules
from notifications.models import Reminder
from tests.factories import published, shipped_files
from tests.planning.conftest import activity_of, at
from tests.planning.services.acts import (
    latest,
    migrate,
    rules,
    shift,
    told,
    version_after,
)

CHANGED_ON = date(2025, 6, 26)


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


@pytest.fixture
def booked(american):
    """Return a journey and its ninth daily check, which is booked and will be two too many."""
    journey = infused(american, date(2025, 6, 27))
    check = latest(journey, "daily_check", 9)
    american.book(check, check.chosen_on, today=date(2025, 7, 1))
    return journey, check


def with_messages_about_checks(journey):
    """Publish a version of the journey's protocol that reminds of checks as it does of visits."""
    activities = copy.deepcopy(journey.protocol_version.document["activities"])
    by_code = {each["code"]: each for each in activities}
    by_code["daily_check"]["reminders"] = by_code["return_visit"]["reminders"]
    return version_after(journey.protocol_version, activities=activities)


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
def test_a_booked_check_that_no_label_asks_for_any_more_is_released_and_told(american, booked):
    journey, check = booked
    appointment = check.appointments.get()
    publish_the_change()

    outcome = rules(american, journey, date(2025, 7, 1))

    check.refresh_from_db()
    appointment.refresh_from_db()
    assert outcome.released == (appointment,)
    assert check.point in {activity.point for activity in outcome.cancelled}
    assert (check.state, check.planned_at) == ("cancelled", None)
    assert appointment.cancel_reason == "rules"
    assert told(journey) == 1


@pytest.mark.feature(11)
@pytest.mark.feature(17)
def test_the_preview_names_a_booking_that_no_label_asks_for_any_more(american, booked):
    journey, check = booked
    publish_the_change()

    shown = preview_of(propose(partial(rules, american, journey, date(2025, 7, 1))), journey)

    (booking,) = shown.unasked
    assert booking.title in shown.cancelled
    assert shown.to_book_anew == ()
    assert "1 booking is no longer asked for." in shown.summary
    check.refresh_from_db()
    assert check.state == "booked"


@pytest.mark.feature(11)
def test_a_check_that_the_label_still_asks_for_keeps_its_booking(american):
    journey = infused(american, date(2025, 6, 27))
    check = latest(journey, "daily_check", 7)
    american.book(check, check.chosen_on, today=date(2025, 7, 1))
    publish_the_change()

    outcome = rules(american, journey, date(2025, 7, 1))

    check.refresh_from_db()
    assert outcome.released == ()
    assert check.state == "booked"


@pytest.mark.feature(11)
def test_a_fixed_check_that_no_label_asks_for_any_more_leaves_the_plan_by_name(american):
    journey = infused(american, date(2025, 6, 27))
    check = latest(journey, "daily_check", 8)
    shift(american, check, check.chosen_on, date(2025, 7, 1))
    publish_the_change()

    outcome = rules(american, journey, date(2025, 7, 2))

    check.refresh_from_db()
    assert check.point in {activity.point for activity in outcome.cancelled}
    assert (check.state, check.locked_on) == ("cancelled", None)


@pytest.mark.feature(11)
def test_a_check_that_was_recorded_stays_whatever_the_label_says(american):
    journey = infused(american, date(2025, 6, 27))
    for occurrence in range(1, 9):
        american.record(latest(journey, "daily_check", occurrence))
    publish_the_change()

    rules(american, journey, date(2025, 7, 6))

    assert latest(journey, "daily_check", 8).state == "done"
    assert latest(journey, "daily_check", 9).state == "cancelled"


@pytest.mark.feature(11)
def test_messages_about_a_check_that_no_label_asks_for_any_more_are_suppressed(american, booked):
    journey, check = booked
    migrate(american, journey, with_messages_about_checks(journey), date(2025, 7, 1))
    about = Reminder.objects.filter(topic__uid=check.uid, is_planned=True)
    assert about.live().exists()
    publish_the_change()

    rules(american, journey, date(2025, 7, 1))

    assert not about.live().exists()
    assert about.filter(state="suppressed").exists()


@pytest.mark.feature(11)
def test_a_journey_is_named_as_changed_when_only_a_booking_is_too_many(american, booked):
    journey, check = booked
    today = date(2025, 7, 1)
    publish_the_change()
    american.book(activity_of(journey, "return_visit"), date(2025, 7, 25), today=today)
    check.refresh_from_db()
    assert check.state == "booked"  # booking something else gives up nothing

    (affected,) = affected_journeys(Journey.objects.all(), now=at(today))
    rules(american, journey, today)

    assert check.target_on in {change.before for change in affected.changes if not change.after}
    assert affected_journeys(Journey.objects.all(), now=at(today)) == ()


@pytest.mark.feature(11)
def test_another_version_gives_up_a_booking_that_its_label_rule_does_not_ask_for(american, booked):
    journey, check = booked
    publish_the_change()
    other = version_after(journey.protocol_version)

    outcome = migrate(american, journey, other, date(2025, 7, 1))

    (appointment,) = outcome.released
    assert (appointment.activity.point, appointment.cancel_reason) == (check.point, "migrated")
