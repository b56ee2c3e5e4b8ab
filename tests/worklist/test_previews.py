"""The page of every preview: all that a change would do, and nothing written before the commit."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils.html import escape

from journeys.planning.models import Appointment, PlanRevision
from notifications.models import Reminder
from tests.factories import activity_of, centre_day
from tests.worklist.steps import page_of, preview


def book(desk, centre, activity, *, days):
    on = centre_day(centre) + timedelta(days=days)
    desk.post(
        reverse("worklist:book", args=[activity.uid]),
        {"on": on.isoformat(), "at": "09:00", "minutes": 240, "place": "Apheresis unit"},
    )
    return on


@pytest.mark.feature(17)
def test_the_page_shows_every_date_and_message_with_its_words(desk, centre, journey):
    leukapheresis = activity_of(journey, "leukapheresis")
    on = book(desk, centre, leukapheresis, days=28)
    late = {"to_on": (on + timedelta(days=300)).isoformat()}

    response = desk.get(reverse("worklist:move", args=[leukapheresis.uid]), late)

    shown = response.context["preview"]
    messages = shown.messages
    said = [line.title for line in shown.lines]
    said += [line.row.subject for line in (*messages.created, *messages.moved)]
    said += [sentence for line in shown.lines for sentence in line.broken]
    assert all(escape(words) in response.text for words in said)
    assert "partials/preview.html" in {each.name for each in response.templates}


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
