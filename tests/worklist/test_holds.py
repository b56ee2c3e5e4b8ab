"""Putting a journey on hold and letting it go on, from the pages."""

from datetime import timedelta
from http import HTTPStatus

import pytest

from journeys.planning.models import Hold
from tests.factories import activity_of, centre_day
from tests.worklist.steps import carry_out, collected, page_of, preview


@pytest.fixture
def waiting(centre, coordinator):
    return collected(centre, coordinator)


def hold(centre, **changes):
    """Return what the form of a valid hold sends, with the changes a test is about."""
    today = centre_day(centre)
    valid = {
        "reason": "infection",
        "from_on": today.isoformat(),
        "expected_on": (today + timedelta(days=14)).isoformat(),
        "note": "Pneumonia",
    }
    return valid | changes


@pytest.mark.feature(20)
def test_a_hold_shows_every_date_that_it_opens_and_writes_nothing(desk, centre, waiting):
    response = preview(desk, page_of(waiting, "journey-hold"), **hold(centre))

    waits = {line.title for line in response.context["preview"].lines if line.waits}
    assert {"Product received", "Infusion"} <= waits
    assert "The clock stands from" in response.text
    assert "Pneumonia" in response.text
    assert not Hold.objects.exists()


@pytest.mark.feature(20)
def test_on_hold_the_page_says_since_when_why_and_for_how_long(desk, centre, waiting):
    from_on = centre_day(centre) - timedelta(days=3)

    carry_out(desk, page_of(waiting, "journey-hold"), **hold(centre, from_on=from_on.isoformat()))
    response = desk.get(page_of(waiting))

    note = response.context["hold"]
    assert (note.reason, note.days, note.is_overdue) == ("Infection", 3, False)
    assert "3 days so far." in response.text
    assert page_of(waiting, "journey-resume") in response.text
    assert activity_of(waiting, "infusion").chosen_on is None


def test_a_hold_past_its_expected_end_says_so(desk, centre, waiting):
    carry_out(desk, page_of(waiting, "journey-hold"), **hold(centre))
    Hold.objects.update(
        from_on=centre_day(centre) - timedelta(days=9),
        expected_on=centre_day(centre) - timedelta(days=1),
    )

    response = desk.get(page_of(waiting))

    assert response.context["hold"].is_overdue
    assert "Was expected to go on" in response.text


@pytest.mark.feature(20)
def test_resuming_dates_everything_again_and_keeps_the_days_on_hold(desk, centre, waiting):
    from_on = centre_day(centre) - timedelta(days=3)
    carry_out(desk, page_of(waiting, "journey-hold"), **hold(centre, from_on=from_on.isoformat()))

    today = centre_day(centre).isoformat()
    response = carry_out(desk, page_of(waiting, "journey-resume"), on=today, note="")

    assert response.context["hold"] is None
    (past,) = response.context["holds"]
    assert past.days == 3
    assert "3 days" in response.text
    assert activity_of(waiting, "infusion").chosen_on


def test_a_second_hold_is_refused_with_409_and_keeps_what_was_typed(desk, centre, waiting):
    carry_out(desk, page_of(waiting, "journey-hold"), **hold(centre))

    response = preview(desk, page_of(waiting, "journey-hold"), **hold(centre, note="Again"))

    assert response.status_code == HTTPStatus.CONFLICT
    assert "This journey is on hold. Resume it first." in response.text
    assert "Again" in response.text


def test_resuming_what_runs_is_refused_with_409(desk, centre, waiting):
    response = preview(desk, page_of(waiting, "journey-resume"), on=centre_day(centre).isoformat())

    assert response.status_code == HTTPStatus.CONFLICT


@pytest.mark.parametrize(
    "changes",
    [{"reason": ""}, {"reason": "other", "note": ""}, {"from_on": "2199-01-01"}],
)
def test_a_hold_that_cannot_be_is_refused_in_the_form(desk, centre, waiting, changes):
    response = preview(desk, page_of(waiting, "journey-hold"), **hold(centre, **changes))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Hold.objects.exists()


def test_back_from_the_preview_leads_to_what_was_typed(desk, centre, waiting):
    typed = hold(centre, note="Second scan first")

    response = desk.post(page_of(waiting, "journey-hold"), typed | {"back": "1"})

    assert response.status_code == HTTPStatus.OK
    assert "Second scan first" in response.text
    assert "preview" not in response.context


def test_what_was_typed_stands_in_no_address(desk, centre, waiting):
    response = preview(desk, page_of(waiting, "journey-hold"), **hold(centre))

    assert response.request["QUERY_STRING"] == ""
