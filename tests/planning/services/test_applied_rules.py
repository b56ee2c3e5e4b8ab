"""The labels of the United States changed on 26 June 2025, and journeys follow when asked to."""

from datetime import date, timedelta

import pytest

from journeys.planning.models import Activity, LabelRule
from journeys.planning.services import (
    publish_label_rules,
)
from tests.factories import published, shipped_files
from tests.planning.conftest import activity_of
from tests.planning.services.acts import (
    latest,
    rules,
    told,
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
def test_a_booked_check_that_no_label_asks_for_any_more_stays_booked_until_a_person_says_so(
    american,
):
    journey = infused(american, date(2025, 6, 27))
    check = latest(journey, "daily_check", 9)
    american.book(check, check.chosen_on, today=date(2025, 7, 1))
    publish_the_change()

    outcome = rules(american, journey, date(2025, 7, 1))

    check = Activity.objects.get(pk=check.pk)
    assert outcome.released == ()
    assert check.state == "booked"
    assert told(journey) == 0
