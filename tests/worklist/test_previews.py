"""What every preview shows: messages with their words, broken windows with their reasons."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journeys.planning.models import Appointment, PlanRevision
from notifications.models import Reminder
from tests.factories import activity_of, centre_day
from tests.worklist.steps import page_of, preview


def move_page(activity):
    return reverse("worklist:move", args=[activity.uid])


def book(desk, centre, activity, *, days):
    on = centre_day(centre) + timedelta(days=days)
    desk.post(
        reverse("worklist:book", args=[activity.uid]),
        {"on": on.isoformat(), "at": "09:00", "minutes": 240, "place": "Apheresis unit"},
    )
    return on


@pytest.mark.feature(17)
def test_messages_are_shown_with_the_words_their_readers_get(desk, centre, journey):
    leukapheresis = activity_of(journey, "leukapheresis")
    on = book(desk, centre, leukapheresis, days=28)

    response = desk.get(move_page(leukapheresis), {"to_on": (on + timedelta(days=7)).isoformat()})

    shown = response.context["preview"]
    told = next(line for line in shown.messages.created if line.change.kind == "plan_changed")
    assert told.to == journey.patient.full_name
    assert told.row.subject
    assert told.row.subject in response.text
    assert all(line.row.reason for line in shown.messages.withdrawn)


@pytest.mark.feature(17)
def test_a_window_that_breaks_stands_first_and_says_why(desk, centre, journey):
    infusion = activity_of(journey, "infusion")
    book(desk, centre, infusion, days=(infusion.chosen_on - centre_day(centre)).days)
    product = activity_of(journey, "product_received")

    eligibility = activity_of(journey, "eligibility")
    late = (eligibility.chosen_on + timedelta(days=300)).isoformat()
    response = desk.get(move_page(activity_of(journey, "return_visit")), {"to_on": late})

    lines = response.context["preview"].lines
    broken = [line for line in lines if line.broken]
    assert broken
    assert lines.index(broken[0]) <= 1
    assert broken[0].broken[0] in response.text.replace("&#x27;", "'")
    assert product.is_open


def test_a_preview_of_many_dates_costs_the_same_queries_as_one_of_few(desk, journey):
    def cost(code):
        activity = activity_of(journey, code)
        asked = {"to_on": (activity.chosen_on + timedelta(days=1)).isoformat()}
        desk.get(move_page(activity), asked)
        with CaptureQueriesContext(connection) as queries:
            shown = desk.get(move_page(activity), asked)
        return len(queries), len(shown.context["preview"].lines)

    (few, small), (many, large) = cost("return_visit"), cost("eligibility")

    assert large > small
    assert many - few < (large - small) / 2  # some statements only some changes need


@pytest.mark.feature(18)
def test_no_preview_of_any_kind_writes_anything(desk, centre, journey):
    today = centre_day(centre).isoformat()

    def written():
        return [model.objects.count() for model in (PlanRevision, Appointment, Reminder)] + sorted(
            journey.activities.values_list("id", "chosen_on", "state")
        )

    before = written()
    asked = {
        "journey-hold": {"reason": "infection", "from_on": today, "expected_on": "", "note": ""},
        "journey-cycle": {
            "reason": "retreatment",
            "from_stage": "leukapheresis",
            "on": today,
            "note": "",
        },
        "journey-visit": {"title": "Fever", "on": today, "note": ""},
        "journey-track": {"track": "registry", "reason": "correction", "note": ""},
        "journey-end": {"reason": "logistics", "on": today, "note": ""},
    }
    for route, typed in asked.items():
        response = preview(desk, page_of(journey, route), **typed)
        assert response.status_code == HTTPStatus.OK, route
        assert response.context["preview"].token

    assert written() == before


@pytest.mark.feature(18)
@pytest.mark.parametrize("route", ["journey-hold", "journey-visit", "journey-end"])
def test_a_stale_token_is_refused_with_the_new_preview_and_keeps_what_was_typed(
    desk, centre, journey, route
):
    today = centre_day(centre).isoformat()
    typed = {
        "journey-hold": {"reason": "infection", "from_on": today, "expected_on": ""},
        "journey-visit": {"title": "Fever", "on": today},
        "journey-end": {"reason": "logistics", "on": today},
    }[route] | {"note": "Kept note"}
    stale = preview(desk, page_of(journey, route), **typed).context["preview"].token
    book(desk, centre, activity_of(journey, "leukapheresis"), days=28)
    revisions = PlanRevision.objects.count()

    response = desk.post(page_of(journey, route), typed | {"token": stale})

    assert response.status_code == HTTPStatus.CONFLICT
    assert "The plan has changed since you looked." in response.text
    assert "Kept note" in response.text
    assert response.context["preview"].token != stale
    assert PlanRevision.objects.count() == revisions


@pytest.mark.feature(17)
def test_in_place_the_preview_answers_inside_the_page(desk, centre, journey):
    eligibility = activity_of(journey, "eligibility")
    record = reverse("worklist:record", args=[eligibility.uid])

    response = desk.post(
        record,
        {"on": centre_day(centre).isoformat(), "note": ""},
        headers={"hx-request": "true"},
    )

    assert response.status_code == HTTPStatus.OK
    assert "<html" not in response.text
    assert response.context["preview"].others_moved
