"""Booked times that nobody confirmed climb to Today, and a call or a new booking settles them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carttrack.accounts.domain import Role
from journeys.planning.models import Appointment
from journeys.planning.services import answer_appointment, book
from notifications.domain.answers import Said, Source, WhyNot
from notifications.models import Answer
from tests.factories import UserFactory, activity_of, centre_day, centre_now, journey_at, staff
from tests.planning.asking import ask

TODAY = reverse("worklist:today")


@pytest.fixture
def journey(centre, coordinator, clinician):
    found = journey_at(centre, coordinator=coordinator, clinician=clinician)
    found.patient.user = UserFactory()
    found.patient.save(update_fields=["user"])
    return found


def booked(journey, code="return_visit", *, in_hours=30, asked=True):
    """Book an activity, let a message have asked about it, and return the appointment."""
    now = centre_now(journey.centre)
    activity = activity_of(journey, code)
    book(
        activity_uid=activity.uid,
        starts_at=now + timedelta(hours=in_hours),
        minutes=60,
        place="Room 4",
        by=journey.coordinator,
        today=centre_day(journey.centre),
        now=now,
    )
    if asked:
        ask(activity)
    return Appointment.objects.get(activity=activity, cancelled_at=None)


def answered(appointment, said=Said.CONFIRMED, **changes):
    journey = appointment.activity.journey
    arguments = {
        "appointment_uid": appointment.uid,
        "said": said,
        "source": Source.PATIENT,
        "by": journey.patient.user,
        "now": centre_now(journey.centre),
    }
    if said == Said.OTHER_TIME:
        arguments |= {"reason": WhyNot.WORK, "words": "After four"}
    return answer_appointment(**(arguments | changes))


def sentences(desk):
    rows = desk.get(TODAY, {"all": "1"}).context["attention"].rows
    return [row.sentence for row in rows if row.appointment_uid]


@pytest.mark.feature(86)
def test_what_was_asked_and_not_confirmed_climbs_two_days_before(desk, journey):
    appointment = booked(journey)

    response = desk.get(TODAY)

    (row,) = [row for row in response.context["attention"].rows if row.appointment_uid]
    assert row.name == journey.patient.full_name
    assert "Return visit on" in row.sentence
    assert "asked about and not confirmed" in row.sentence
    assert reverse("worklist:book", args=[appointment.activity.uid]) in response.text
    assert reverse("worklist:confirmed", args=[appointment.uid]) in response.text


@pytest.mark.parametrize(("hours", "shown"), [(35, 1), (61, 0)])
def test_what_is_further_away_may_still_be_confirmed(desk, journey, hours, shown):
    booked(journey, in_hours=hours)

    assert len(sentences(desk)) == shown


def test_the_hours_are_a_setting_of_the_site(desk, journey, settings):
    settings.CONFIRM_HOURS = 80
    booked(journey, in_hours=60)

    assert len(sentences(desk)) == 1


def test_what_was_never_asked_about_does_not_climb(desk, journey):
    booked(journey, asked=False)

    assert not sentences(desk)


def test_what_was_confirmed_does_not_climb(desk, journey):
    answered(booked(journey))

    assert not sentences(desk)


@pytest.mark.feature(86)
def test_a_wish_for_another_time_climbs_at_once_with_its_reason(desk, journey):
    answered(booked(journey, in_hours=300), Said.OTHER_TIME)

    (sentence,) = sentences(desk)
    assert "asks for another time (Work or school)" in sentence
    assert "“After four”" in sentence


def test_who_can_come_after_all_is_off_the_list(desk, journey):
    appointment = booked(journey)
    answered(appointment, Said.OTHER_TIME)
    answered(appointment)

    assert not sentences(desk)


def test_a_new_booking_settles_the_wish(desk, journey):
    answered(booked(journey, in_hours=300), Said.OTHER_TIME)
    booked(journey, in_hours=320, asked=False)

    assert not sentences(desk)


@pytest.mark.feature(86)
def test_a_call_in_which_the_patient_confirms_settles_it(desk, journey, coordinator):
    appointment = booked(journey)
    confirmed = reverse("worklist:confirmed", args=[appointment.uid])

    for _ in range(2):
        assert desk.post(confirmed)["Location"] == TODAY

    kept = Answer.objects.get()
    assert (kept.said, kept.source, kept.by) == ("confirmed", "staff", coordinator)
    assert not sentences(desk)


def test_the_way_back_from_a_call_stays_on_this_site(desk, journey):
    confirmed = reverse("worklist:confirmed", args=[booked(journey).uid])
    own = reverse("worklist:journey", args=[journey.uid])

    assert desk.post(confirmed, {"next": own})["Location"] == own
    assert desk.post(confirmed, {"next": "//elsewhere.example"})["Location"] == TODAY


def test_a_cancelled_appointment_cannot_be_confirmed_by_a_call(desk, journey):
    first = booked(journey)
    booked(journey, in_hours=40)

    answer = desk.post(reverse("worklist:confirmed", args=[first.uid]), follow=True)

    assert "This appointment has moved." in answer.text
    assert not Answer.objects.exists()


def test_staff_elsewhere_see_and_settle_nothing(client, journey):
    appointment = booked(journey)
    client.force_login(
        staff(
            journey_at(
                type(journey.centre).objects.create(
                    code="far",
                    name="Far",
                    short_name="Far",
                    phone="+46 8 465 004 12",
                    time_zone="Europe/Stockholm",
                    country="SE",
                    region="eu",
                )
            ).centre
        )
    )

    assert not sentences(client)
    assert client.post(reverse("worklist:confirmed", args=[appointment.uid])).status_code == 404


def test_a_data_manager_looks_and_does_not_settle(client, centre, journey):
    appointment = booked(journey)
    client.force_login(staff(centre, Role.DATA_MANAGER))

    response = client.get(TODAY)

    assert "asked about and not confirmed" in response.text
    assert "Called: confirmed" not in response.text
    assert client.post(reverse("worklist:confirmed", args=[appointment.uid])).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, "asked, no answer yet"),
        (Said.CONFIRMED, "confirmed by the patient"),
        (Said.OTHER_TIME, "Work or school: “After four”"),
    ],
)
def test_the_journey_shows_the_answer_beside_the_booking(desk, journey, said, words):
    appointment = booked(journey)
    if said:
        answered(appointment, said)

    assert words in desk.get(reverse("worklist:journey", args=[journey.uid])).text


def test_the_list_costs_the_same_however_many_there_are(desk, centre, coordinator, journey):
    booked(journey)
    sentences(desk)
    with CaptureQueriesContext(connection) as one:
        sentences(desk)
    for number in range(6):
        more = journey_at(centre, coordinator=coordinator)
        more.patient.user = UserFactory()
        more.patient.save(update_fields=["user"])
        appointment = booked(more)
        if number % 2:
            answered(appointment, Said.OTHER_TIME)

    with CaptureQueriesContext(connection) as many:
        assert len(sentences(desk)) == 7
    assert len(many) <= len(one)
