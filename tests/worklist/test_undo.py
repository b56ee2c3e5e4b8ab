"""Taking the last change back, from its button to the journey as it was."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from tests.factories import activity_of, centre_day
from tests.worklist.steps import carry_out, page_of


def move(desk, activity, days=14):
    address = reverse("worklist:move", args=[activity.uid])
    to_on = (activity.chosen_on + timedelta(days=days)).isoformat()
    return carry_out(desk, address, to_on=to_on, reason="no_slot", note="")


def undo(desk, journey, **typed):
    number = desk.get(page_of(journey)).context["undoable"]
    return carry_out(desk, page_of(journey, "journey-undo"), number=number, **typed)


@pytest.mark.feature(23)
def test_the_last_change_is_taken_back_and_every_date_is_as_before(desk, journey):
    before = dict(journey.activities.values_list("id", "chosen_on"))
    move(desk, activity_of(journey, "leukapheresis"))

    response = undo(desk, journey)

    assert "“Date moved: Leukapheresis” is taken back." in response.text
    assert dict(journey.activities.values_list("id", "chosen_on")) == before
    assert [line.title for line in response.context["revisions"]][:2] == [
        "Last change undone",
        "Date moved",
    ]


@pytest.mark.feature(23)
def test_the_button_says_what_it_undoes_and_leads_to_a_preview(desk, journey):
    move(desk, activity_of(journey, "leukapheresis"))
    number = desk.get(page_of(journey)).context["undoable"]

    shown = desk.get(page_of(journey, "journey-undo"), {"number": number})

    assert "This takes back “Date moved: Leukapheresis”." in shown.text
    assert shown.context["preview"].moved_count
    assert desk.get(page_of(journey)).context["undoable"] == number


def test_a_started_journey_has_nothing_to_undo(desk, journey):
    assert desk.get(page_of(journey)).context["undoable"] is None


def test_a_change_that_something_followed_is_refused_with_409(desk, journey):
    move(desk, activity_of(journey, "leukapheresis"))
    number = desk.get(page_of(journey)).context["undoable"]
    move(desk, activity_of(journey, "eligibility"))

    response = desk.get(page_of(journey, "journey-undo"), {"number": number})

    assert response.status_code == HTTPStatus.CONFLICT
    assert "something has come after it" in response.text


def test_a_clinician_takes_back_a_record_but_no_move(client, centre, clinician, desk, journey):
    move(desk, activity_of(journey, "leukapheresis"))

    client.force_login(clinician)
    assert client.get(page_of(journey)).context["undoable"] is None
    assert client.get(page_of(journey, "journey-undo")).status_code == HTTPStatus.NOT_FOUND

    record = reverse("worklist:record", args=[activity_of(journey, "eligibility").uid])
    carry_out(client, record, on=centre_day(centre).isoformat(), note="")
    assert client.get(page_of(journey)).context["undoable"]


@pytest.mark.feature(18)
def test_a_fixed_day_is_marked_and_given_back_to_the_plan(desk, journey):
    leukapheresis = activity_of(journey, "leukapheresis")
    planned = leukapheresis.chosen_on
    move(desk, leukapheresis)
    unlock = reverse("worklist:unlock", args=[leukapheresis.uid])
    actions = reverse("worklist:actions", args=[leukapheresis.uid])
    assert unlock in desk.get(actions).text

    carry_out(desk, unlock)

    leukapheresis.refresh_from_db()
    assert (leukapheresis.chosen_on, leukapheresis.locked_on) == (planned, None)
    assert unlock not in desk.get(actions).text


def test_a_day_that_nobody_fixed_is_refused_with_409(desk, journey):
    unlock = reverse("worklist:unlock", args=[activity_of(journey, "leukapheresis").uid])

    assert desk.post(unlock).status_code == HTTPStatus.CONFLICT
