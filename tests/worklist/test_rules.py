"""The label rules in force, and planning chosen journeys anew under them."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from carttrack.accounts.domain import Role
from journeys.planning.models import LabelRule, PlanRevision
from notifications.models import Reminder
from tests.factories import CentreFactory, journey_at, staff
from tests.worklist.steps import page_of

RULES = reverse("worklist:rules")


@pytest.fixture
def outdated(journey):
    """Return a journey planned before the label changed how long nobody may drive."""
    LabelRule.objects.filter(key="driving_days", region=journey.region).update(days=100)
    return journey


def apply(desk, *journeys, **typed):
    """Preview the chosen journeys and apply the rules to them."""
    chosen = {"journeys": [str(journey.uid) for journey in journeys]} | typed
    shown = desk.post(RULES, chosen).context["previews"]
    tokens = {f"token-{each.row.journey_uid}": each.preview.token for each in shown}
    return desk.post(RULES, chosen | tokens | {"commit": "1"})


@pytest.mark.feature(11)
def test_rules_are_shown_with_their_days_and_sources(desk, journey):
    response = desk.get(RULES)

    lines = response.context["rules"]
    assert {"No driving", "Staying near the centre"} <= {line.what for line in lines}
    assert lines[0].source.split()[0] in response.text
    assert response.context["rows"] is None


@pytest.mark.feature(11)
def test_the_journeys_that_they_would_change_are_named_with_old_and_new_dates(desk, outdated):
    other = journey_at(outdated.centre)

    response = desk.get(RULES, {"look": "1"})

    rows = response.context["rows"]
    assert [row.journey_uid for row in rows] == [outdated.uid]
    assert all(change.before != change.after for row in rows for change in row.changes)
    assert other.patient.full_name not in response.text


@pytest.mark.feature(11)
def test_applying_is_previewed_and_committed_for_each_journey(desk, outdated):
    revisions = PlanRevision.objects.count()
    shown = desk.post(RULES, {"journeys": [str(outdated.uid)]})
    assert shown.context["previews"][0].preview.lines
    assert "partials/preview.html" in {each.name for each in shown.templates}
    assert PlanRevision.objects.count() == revisions

    response = apply(desk, outdated)

    assert response.context["previews"][0].is_done
    assert "Applied" in response.text
    assert desk.get(RULES, {"look": "1"}).context["rows"] == ()


@pytest.mark.feature(11)
@pytest.mark.parametrize(("typed", "told"), [({}, 0), ({"tell_patient": "1"}, 1)])
def test_patients_are_told_when_a_person_says_so(desk, outdated, typed, told):
    apply(desk, outdated, **typed)

    assert Reminder.objects.filter(kind="plan_changed").count() == told


def test_another_preview_than_the_one_looked_at_is_not_applied(desk, outdated):
    chosen = {"journeys": [str(outdated.uid)], f"token-{outdated.uid}": "0" * 64, "commit": "1"}

    response = desk.post(RULES, chosen)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "The plan has changed since you looked." in response.text
    assert response.context["previews"][0].preview.lines
    assert not PlanRevision.objects.filter(kind="rules").exists()


def test_a_plan_that_follows_the_rules_meanwhile_is_left_alone(desk, outdated):
    apply(desk, outdated)
    chosen = {"journeys": [str(outdated.uid)], f"token-{outdated.uid}": "0" * 64, "commit": "1"}

    response = desk.post(RULES, chosen)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "follows the rules already" in response.text
    assert PlanRevision.objects.filter(kind="rules").count() == 1


def test_nothing_chosen_is_refused(desk, outdated):
    response = desk.post(RULES, {})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose at least one journey." in response.text


def test_a_journey_elsewhere_cannot_be_chosen(desk, outdated):
    elsewhere = journey_at(CentreFactory())

    response = desk.post(RULES, {"journeys": [str(elsewhere.uid)]})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.DATA_MANAGER])
def test_only_coordinators_open_the_rules(client, centre, role):
    client.force_login(staff(centre, role))

    assert client.get(RULES).status_code == HTTPStatus.NOT_FOUND


def test_the_journey_shows_that_rules_were_applied(desk, outdated):
    apply(desk, outdated)

    assert "Label rules applied" in desk.get(page_of(outdated)).text
