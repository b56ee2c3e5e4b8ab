"""A journey as it was known at an earlier time: to be read, not to be changed."""

from datetime import timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from tests.factories import activity_of, centre_day, journey_at
from tests.worklist.steps import let_happen, page_of


@pytest.fixture
def lived(centre, coordinator):
    """Return a journey referred forty days ago and decided twenty-five days ago."""
    journey = journey_at(centre, coordinator=coordinator, days_ago=40)
    let_happen(journey, "eligibility", days_ago=25)
    return journey


def known(desk, journey, days_ago):
    day = centre_day(journey.centre) - timedelta(days=days_ago)
    return desk.get(page_of(journey), {"known": f"{day.isoformat()}T18:00"})


@pytest.mark.feature(24)
def test_what_was_recorded_later_is_not_known_then(desk, lived):
    then, now = known(desk, lived, 30), desk.get(page_of(lived))

    def state(response):
        rows = response.context["timeline"].rows
        return next(row.state for row in rows if row.code == "eligibility")

    assert (state(then), state(now)) == ("planned", "done")
    assert [line.title for line in then.context["revisions"]] == ["Journey started"]


@pytest.mark.feature(24)
def test_it_says_so_and_offers_no_action(desk, lived):
    response = known(desk, lived, 30)

    assert "As known on" in response.text
    assert "Nothing can be changed here." in response.text
    activity = activity_of(lived, "leukapheresis")
    for route in ("book", "move", "record"):
        assert reverse(f"worklist:{route}", args=[activity.uid]) not in response.text
    for route in ("journey-hold", "journey-end", "journey-undo"):
        assert page_of(lived, route) not in response.text


def test_each_change_leads_to_the_journey_as_it_was_known_then(desk, lived):
    listed = desk.get(page_of(lived, "revisions"))
    line = listed.context["revisions"][0]
    assert f"{page_of(lived)}?known={line.known_at}" in listed.text

    response = desk.get(page_of(lived), {"known": line.known_at})

    assert response.context["revisions"][0].number == line.number


@pytest.mark.parametrize("text", ["", "soon", "2199-01-01T10:00", "1999-01-01T10:00"])
def test_a_time_that_cannot_be_is_refused_and_the_journey_shown_as_it_is(desk, lived, text):
    response = desk.get(page_of(lived), {"known": text})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert response.context["known_at"] is None
    assert response.context["known_form"].errors["known"]


def test_the_hour_is_the_centres(desk, lived):
    response = known(desk, lived, 30)

    local = response.context["known_at"].astimezone(ZoneInfo(lived.centre.time_zone))
    assert local.hour == 18
