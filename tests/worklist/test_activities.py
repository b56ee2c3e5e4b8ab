"""Booking, cancelling, recording and closing, each with and without htmx."""

import re
from datetime import datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from carttrack.accounts.domain import Role
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import Resource
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Appointment, PlanRevision
from tests.factories import CentreFactory, activity_of, centre_day, journey_at, staff
from tests.worklist.steps import carry_out, preview

HTMX = {"hx-request": "true"}
SCHEDULING = ("book", "cancel-booking", "move")
RECORDING = ("record", "close")


def page(route, activity):
    return reverse(f"worklist:{route}", args=[activity.uid])


def booking(centre, **changes):
    """Return what the form of a valid booking sends, with the changes a test is about."""
    on = centre_day(centre) + timedelta(days=20)
    return {"on": on.isoformat(), "at": "09:30", "minutes": 240, "place": "Unit"} | changes


@pytest.fixture
def leukapheresis(journey):
    return activity_of(journey, "leukapheresis")


@pytest.fixture
def eligibility(journey):
    return activity_of(journey, "eligibility")


def test_a_booking_is_made_at_the_centres_hour_and_says_what_happened(desk, centre, leukapheresis):
    response = desk.post(page("book", leukapheresis), booking(centre), follow=True)

    appointment = Appointment.objects.get()
    local = appointment.starts_at.astimezone(ZoneInfo(centre.time_zone))
    assert (local.hour, local.minute) == (9, 30)
    assert appointment.ends_at - appointment.starts_at == timedelta(hours=4)
    assert "Leukapheresis booked for" in response.text
    assert "09:30" in response.text


def test_the_form_begins_with_what_the_protocol_says(desk, leukapheresis):
    initial = desk.get(page("book", leukapheresis)).context["form"].initial

    assert initial == {"on": leukapheresis.chosen_on, "minutes": 240, "place": "Apheresis unit"}


def test_booking_again_begins_with_the_live_appointment(desk, centre, leukapheresis):
    desk.post(page("book", leukapheresis), booking(centre, minutes=90))

    initial = desk.get(page("book", leukapheresis)).context["form"].initial

    assert (initial["minutes"], initial["at"].isoformat()) == (90, "09:30:00")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_centre_that_keeps_units_shows_their_free_times_first(
    desk, centre, leukapheresis, headers
):
    Resource.objects.create(centre=centre, kind=ResourceKind.APHERESIS, name="Machine 1")
    units = reverse("capacity:reserve", args=[leukapheresis.uid])

    response = desk.get(page("book", leukapheresis), headers=headers)

    assert response.headers.get("HX-Redirect" if headers else "Location") == units
    plain = f"{page('book', leukapheresis)}?no_unit="
    assert plain in desk.get(units).text
    assert desk.get(plain).context["form"].initial["minutes"] == 240


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"on": "2020-01-07"}, "that day is over"),
        ({"on": "2026-02-30"}, "valid date"),
        ({"at": ""}, "required"),
        ({"minutes": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_refused_booking_keeps_what_was_typed_and_changes_nothing(
    desk, centre, leukapheresis, change, sentence
):
    response = desk.post(page("book", leukapheresis), booking(centre, place="Room 7", **change))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in response.text
    assert "Room 7" in response.text
    assert not Appointment.objects.exists()


def test_an_hour_that_the_clocks_skip_is_refused(desk, centre, leukapheresis):
    spring = _next_spring_forward(centre)

    response = desk.post(page("book", leukapheresis), booking(centre, on=spring, at="02:30"))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "this hour does not exist" in response.text


def test_htmx_gets_the_form_alone_and_is_sent_to_the_journey_afterwards(
    desk, centre, journey, leukapheresis
):
    form = desk.get(page("book", leukapheresis), headers=HTMX)
    wrong = desk.post(page("book", leukapheresis), booking(centre, at=""), headers=HTMX)
    right = desk.post(page("book", leukapheresis), booking(centre), headers=HTMX)

    assert "<html" not in form.text
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "<html" not in wrong.text
    assert right["HX-Redirect"] == reverse("worklist:journey", args=[journey.uid])


def test_cancelling_needs_a_reason(desk, centre, leukapheresis):
    desk.post(page("book", leukapheresis), booking(centre))

    refused = desk.post(page("cancel-booking", leukapheresis), {"reason": " "})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Appointment.objects.get().cancelled_at is None

    desk.post(page("cancel-booking", leukapheresis), {"reason": "No nurse"})
    assert Appointment.objects.get().cancel_reason == "No nurse"


def test_cancelling_without_a_booking_is_refused_in_words(desk, leukapheresis):
    response = desk.post(page("cancel-booking", leukapheresis), {"reason": "No nurse"})

    assert response.status_code == HTTPStatus.CONFLICT
    assert "has no appointment" in response.text


@pytest.mark.feature(17)
def test_recording_early_shows_what_moves_before_anything_does(desk, centre, eligibility):
    today = centre_day(centre).isoformat()

    shown = preview(desk, page("record", eligibility), on=today, note="Team agreed")

    assert re.search(r"This moves \d+ other dates.", shown.text)
    assert "Team agreed" in shown.text
    eligibility.refresh_from_db()
    assert eligibility.is_open


def test_recording_on_the_planned_day_is_done_at_once(desk, centre, coordinator):
    journey = journey_at(centre, coordinator=coordinator, days_ago=18)
    eligibility = activity_of(journey, "eligibility")
    planned = eligibility.chosen_on.isoformat()

    response = desk.post(page("record", eligibility), {"on": planned}, follow=True)

    eligibility.refresh_from_db()
    assert eligibility.state == ActivityState.DONE
    assert "Eligibility decision recorded for" in response.text


def test_recording_says_how_many_dates_moved(desk, centre, eligibility):
    today = centre_day(centre).isoformat()

    response = carry_out(desk, page("record", eligibility), on=today, note="")

    eligibility.refresh_from_db()
    assert eligibility.state == ActivityState.DONE
    assert "Eligibility decision recorded for" in response.text
    assert "other dates moved." in response.text


@pytest.mark.parametrize(
    ("on", "sentence"),
    [("2199-01-01", "is in the future"), ("2020-01-01", "lies before the referral")],
)
def test_a_refused_record_changes_nothing(desk, eligibility, on, sentence):
    revisions = PlanRevision.objects.count()

    response = desk.post(page("record", eligibility), {"on": on})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in response.text
    eligibility.refresh_from_db()
    assert eligibility.is_open
    assert PlanRevision.objects.count() == revisions


@pytest.mark.feature(10)
def test_what_cannot_be_next_is_refused_with_409_and_the_reason(desk, centre, journey):
    infusion = activity_of(journey, "infusion")

    response = desk.post(page("record", infusion), {"on": centre_day(centre).isoformat()})

    assert response.status_code == HTTPStatus.CONFLICT
    assert "Infusion comes after" in response.text
    infusion.refresh_from_db()
    assert infusion.is_open


def test_closing_without_a_reason_is_refused(desk, eligibility):
    response = desk.post(page("close", eligibility), {"state": "skipped", "reason": ""})

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    eligibility.refresh_from_db()
    assert eligibility.is_open


def test_closing_keeps_its_reason_in_the_timeline(desk, eligibility):
    response = desk.post(
        page("close", eligibility), {"state": "skipped", "reason": "Decided elsewhere"}, follow=True
    )

    eligibility.refresh_from_db()
    assert eligibility.state == ActivityState.SKIPPED
    assert "Decided elsewhere" in response.text


@pytest.mark.parametrize("route", SCHEDULING)
def test_a_clinician_does_not_schedule(client, clinician, leukapheresis, route):
    client.force_login(clinician)

    assert client.get(page(route, leukapheresis)).status_code == HTTPStatus.NOT_FOUND
    assert client.post(page(route, leukapheresis)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("route", RECORDING)
def test_a_clinician_records(client, clinician, leukapheresis, route):
    client.force_login(clinician)

    assert client.get(page(route, leukapheresis)).status_code == HTTPStatus.OK


@pytest.mark.parametrize("route", SCHEDULING + RECORDING)
def test_a_data_manager_changes_nothing(client, centre, leukapheresis, route):
    client.force_login(staff(centre, Role.DATA_MANAGER))

    assert client.get(page(route, leukapheresis)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("route", SCHEDULING + RECORDING)
def test_people_of_another_centre_find_nothing(client, leukapheresis, route):
    client.force_login(staff(CentreFactory()))

    assert client.get(page(route, leukapheresis)).status_code == HTTPStatus.NOT_FOUND


def _next_spring_forward(centre):
    """Return the next day on which the centre's clocks skip 02:30."""
    zone = ZoneInfo(centre.time_zone)
    day = centre_day(centre) + timedelta(days=1)
    while True:
        local = datetime(day.year, day.month, day.day, 2, 30, tzinfo=zone)
        if local.astimezone(ZoneInfo("UTC")).astimezone(zone).hour != 2:
            return day.isoformat()
        day += timedelta(days=1)
