"""Visits in between, the follow-up a patient has, and the completion of a journey."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from journeys.planning.domain.states import ActivityState, JourneyStatus
from journeys.planning.models import Activity
from tests.factories import activity_of, centre_day
from tests.worklist.steps import carry_out, page_of, preview


def visit(centre, **changes):
    on = (centre_day(centre) + timedelta(days=3)).isoformat()
    return {"title": "Fever", "on": on, "note": ""} | changes


@pytest.mark.feature(14)
def test_a_visit_in_between_stands_in_the_timeline_and_moves_nothing(desk, centre, journey):
    before = dict(journey.activities.values_list("id", "chosen_on"))

    shown = preview(desk, page_of(journey, "journey-visit"), **visit(centre))
    assert not shown.context["preview"].others_moved
    response = carry_out(desk, page_of(journey, "journey-visit"), **visit(centre))

    added = Activity.objects.get(journey=journey, title="Fever")
    assert added.chosen_on == centre_day(centre) + timedelta(days=3)
    assert "Fever" in {row.title for row in response.context["timeline"].rows}
    for pk, day in before.items():
        assert Activity.objects.get(pk=pk).chosen_on == day
    assert reverse("worklist:book", args=[added.uid]) in response.text


@pytest.mark.parametrize("changes", [{"title": ""}, {"on": "2020-01-01"}, {"on": "2199-01-01"}])
def test_a_visit_that_cannot_be_is_refused(desk, centre, journey, changes):
    response = preview(desk, page_of(journey, "journey-visit"), **visit(centre, **changes))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not journey.activities.filter(code="unscheduled").exists()


@pytest.mark.feature(15)
def test_the_follow_up_is_chosen_among_those_of_the_protocol(desk, journey):
    form = {"track": "short-5", "reason": "patient_choice", "note": ""}

    response = carry_out(desk, page_of(journey, "journey-track"), **form)

    journey.refresh_from_db()
    assert journey.track == "short-5"
    assert "The follow-up is now: Yearly to year 5." in response.text
    assert response.context["track"] == "Yearly to year 5"


def test_a_follow_up_that_the_protocol_lacks_is_refused(desk, journey):
    form = {"track": "forever", "reason": "patient_choice", "note": ""}

    response = preview(desk, page_of(journey, "journey-track"), **form)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.feature(10)
def test_a_journey_with_something_open_is_not_completed(desk, centre, journey):
    response = preview(
        desk, page_of(journey, "journey-complete"), on=centre_day(centre).isoformat(), note=""
    )

    assert response.status_code == HTTPStatus.CONFLICT
    assert "Still open:" in response.text


def test_a_settled_journey_is_completed_through_its_preview(desk, centre, journey):
    journey.activities.open().update(state=ActivityState.SKIPPED, close_reason="Invented")

    response = carry_out(
        desk, page_of(journey, "journey-complete"), on=centre_day(centre).isoformat(), note=""
    )

    journey.refresh_from_db()
    assert journey.status == JourneyStatus.COMPLETED
    assert "The journey is complete." in response.text
    assert "Completed" in response.text


def test_what_has_ended_answers_every_change_with_409(desk, centre, journey):
    form = {"reason": "logistics", "on": centre_day(centre).isoformat(), "note": ""}
    carry_out(desk, page_of(journey, "journey-end"), **form)
    move = reverse("worklist:move", args=[activity_of(journey, "leukapheresis").uid])
    in_a_month = (centre_day(centre) + timedelta(days=30)).isoformat()

    answers = [
        desk.get(move, {"to_on": in_a_month}),
        preview(desk, page_of(journey, "journey-visit"), **visit(centre)),
        preview(desk, page_of(journey, "journey-end"), **form),
    ]

    assert [answer.status_code for answer in answers] == [HTTPStatus.CONFLICT] * 3
