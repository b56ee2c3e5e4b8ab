"""Moving a date: ask, preview, commit; what was not previewed is never written."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from journeys.planning.models import Appointment, PlanRevision
from notifications.models import Reminder
from tests.factories import activity_of, centre_day


@pytest.fixture
def leukapheresis(journey):
    return activity_of(journey, "leukapheresis")


def page(activity):
    return reverse("worklist:move", args=[activity.uid])


def later(activity, days=14):
    return (activity.chosen_on + timedelta(days=days)).isoformat()


def preview(desk, activity, to_on=None):
    return desk.get(page(activity), {"to_on": to_on or later(activity)})


def commit(desk, activity, **changes):
    """Preview and commit a valid move, with the changes a test is about."""
    shown = preview(desk, activity)
    form = {
        "to_on": later(activity),
        "token": shown.context["preview"].token,
        "reason": "no_slot",
        "note": "Apheresis unit is full.",
    }
    return desk.post(page(activity), form | changes, follow=True)


def dates_of(journey):
    return dict(journey.activities.values_list("id", "chosen_on"))


@pytest.mark.feature(17)
def test_a_preview_shows_every_date_old_and_new_and_writes_nothing(desk, journey, leukapheresis):
    before = dates_of(journey), PlanRevision.objects.count(), Reminder.objects.count()

    response = preview(desk, leukapheresis)

    lines = response.context["preview"].lines
    assert lines[0].is_what_moves
    assert lines[0].shift == 14
    assert {line.title for line in lines} >= {"Leukapheresis", "Product received", "Infusion"}
    assert before == (dates_of(journey), PlanRevision.objects.count(), Reminder.objects.count())


@pytest.mark.feature(17)
def test_committing_writes_exactly_what_was_previewed(desk, journey, leukapheresis):
    lines = preview(desk, leukapheresis).context["preview"].lines
    shown = {line.title: line.after.chosen for line in lines}

    response = commit(desk, leukapheresis)

    assert "Leukapheresis moved to" in response.text
    assert "other dates moved." in response.text
    for title, code in (("Leukapheresis", "leukapheresis"), ("Infusion", "infusion")):
        assert activity_of(journey, code).chosen_on == shown[title]
    revision = PlanRevision.objects.order_by("-number")[0]
    assert (revision.kind, revision.reason) == ("moved", "no_slot")


@pytest.mark.feature(17)
def test_a_stale_preview_is_refused_with_409_and_the_new_preview(desk, journey, leukapheresis):
    stale = preview(desk, leukapheresis).context["preview"].token
    commit(desk, activity_of(journey, "eligibility"))
    revisions = PlanRevision.objects.count()

    response = desk.post(
        page(leukapheresis),
        {"to_on": later(leukapheresis), "token": stale, "reason": "no_slot", "note": "Kept note"},
    )

    assert response.status_code == HTTPStatus.CONFLICT
    assert "The plan has changed since you looked." in response.text
    assert "Kept note" in response.text
    assert response.context["form"].initial["token"] != stale
    assert PlanRevision.objects.count() == revisions


@pytest.mark.feature(19)
def test_a_move_needs_its_coded_reason(desk, journey, leukapheresis):
    before = dates_of(journey)

    response = commit(desk, leukapheresis, reason="")

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert response.context["preview"].lines
    assert dates_of(journey) == before


@pytest.mark.parametrize("to_on", ["2020-01-01", "2026-02-30", ""])
def test_a_day_that_cannot_be_is_refused_in_the_form(desk, leukapheresis, to_on):
    response = desk.get(page(leukapheresis), {"to_on": to_on})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert response.context["form"].errors["to_on"]


def test_a_day_that_passed_since_the_preview_is_refused(desk, leukapheresis):
    response = commit(desk, leukapheresis, to_on="2020-01-01")

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "that day is over" in response.text


def test_a_forged_commit_without_a_token_asks_again(desk, leukapheresis):
    response = commit(desk, leukapheresis, token="")

    assert response.status_code == HTTPStatus.OK
    assert PlanRevision.objects.filter(kind="moved").count() == 0


def test_moving_to_the_same_day_says_that_no_date_changes(desk, journey):
    visit = activity_of(journey, "return_visit")

    response = preview(desk, visit, visit.chosen_on.isoformat())

    assert not [line for line in response.context["preview"].lines if line.shift]
    assert "No date changes" in response.text


def test_a_booking_that_the_move_breaks_is_named_before(desk, centre, journey, leukapheresis):
    on = centre_day(centre) + timedelta(days=28)
    desk.post(
        reverse("worklist:book", args=[leukapheresis.uid]),
        {"on": on.isoformat(), "at": "09:00", "minutes": 240, "place": "Apheresis unit"},
    )

    response = preview(desk, leukapheresis, (on + timedelta(days=7)).isoformat())

    (booking,) = response.context["preview"].released
    assert booking.title == "Leukapheresis"
    assert "Bookings to make anew" in response.text
    assert Appointment.objects.get().cancelled_at is None


def test_messages_that_the_move_withdraws_are_named_before(desk, centre, leukapheresis):
    on = centre_day(centre) + timedelta(days=28)
    desk.post(
        reverse("worklist:book", args=[leukapheresis.uid]),
        {"on": on.isoformat(), "at": "09:00", "minutes": 240, "place": "Apheresis unit"},
    )

    shown = preview(desk, leukapheresis, (on + timedelta(days=7)).isoformat()).context["preview"]

    # What the move pushes beyond the horizon of reminders may be withdrawn too.
    assert "Leukapheresis" in {line.about for line in shown.messages.withdrawn}
