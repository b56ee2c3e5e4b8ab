"""What a patient answers when a message asks whether they come."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from carttrack.audit.models import HistoryEntry
from journeys.planning.domain.states import EndReason
from journeys.planning.models import Appointment
from journeys.planning.services import cancel_booking, end_journey
from notifications.models import Answer
from tests.planning.asking import ask
from tests.portal.conftest import activity_of, carried, days

OTHER = {"reason": "travel", "words": "Any morning"}


@pytest.fixture
def journey(team, today):
    return carried(team, today, "accepted")


@pytest.fixture
def booked(team, today, journey):
    """Return the appointment of a collection in four days, which a message asked about."""
    activity = activity_of(journey, "leukapheresis")
    team.book(activity, today + days(4), today=today)
    ask(activity)
    return appointment_of(activity)


@pytest.fixture
def phone(client, journey):
    client.force_login(journey.patient.user)
    return client


def appointment_of(activity):
    return Appointment.objects.get(activity=activity, cancelled_at=None)


def address(appointment, action=""):
    name = f"portal:appointment-{action}" if action else "portal:appointment"
    return reverse(name, args=[appointment.uid])


def words(answer):
    html = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.mark.feature(86)
def test_a_patient_confirms_from_home_and_it_is_kept(phone, booked):
    assert address(booked, "confirm") in phone.get("/my/").text

    answer = phone.post(address(booked, "confirm"), follow=True)

    assert "We expect you for Cell collection" in answer.text
    kept = Answer.objects.get()
    assert (kept.said, kept.source, kept.about) == ("confirmed", "patient", booked.uid)
    assert "You have confirmed that you come." in words(answer)
    assert HistoryEntry.objects.filter(action="appointment.confirmed").count() == 1


def test_pressing_twice_keeps_it_once(phone, booked):
    for _ in range(2):
        answer = phone.post(address(booked, "confirm"), follow=True)
        assert "We expect you" in answer.text

    assert Answer.objects.count() == 1
    assert HistoryEntry.objects.filter(action="appointment.confirmed").count() == 1


def test_another_time_is_asked_for_with_a_reason_and_words(phone, booked):
    answer = phone.post(address(booked, "other-time"), OTHER, follow=True)

    kept = Answer.objects.get()
    assert (kept.said, kept.reason, kept.words) == ("other_time", "travel", "Any morning")
    assert "You asked for another time." in words(answer)
    assert "I can come after all" in words(answer)


def test_another_time_needs_a_reason(phone, booked):
    answer = phone.post(address(booked, "other-time"), {"words": "Any morning"})

    assert answer.status_code == 422
    assert "Choose the reason that fits best." in words(answer)
    assert "Any morning" in answer.text
    assert not Answer.objects.exists()


def test_who_changes_their_mind_is_believed_the_last_time(phone, booked):
    phone.post(address(booked, "other-time"), OTHER)
    answer = phone.post(address(booked, "confirm"), follow=True)

    assert Answer.objects.count() == 2
    assert "You have confirmed that you come." in words(answer)


def test_a_moved_appointment_needs_a_new_answer(phone, team, today, journey, booked):
    phone.post(address(booked, "confirm"))
    activity = activity_of(journey, "leukapheresis")
    team.book(activity, today + days(5), today=today)
    ask(activity)

    refused = phone.post(address(booked, "confirm"))

    assert refused.status_code == 409
    assert "This appointment has moved." in words(refused)
    home = phone.get("/my/")
    assert address(appointment_of(activity), "confirm") in home.text
    assert "You have confirmed" not in words(home)


def test_a_cancelled_appointment_refuses_in_plain_words(phone, team, today, journey, booked):
    cancel_booking(
        activity_uid=activity_of(journey, "leukapheresis").uid,
        reason="Machine broken",
        by=team.coordinator,
        today=today,
        now=timezone.now(),
    )

    assert "This appointment is cancelled." in words(phone.get(address(booked)))
    refused = phone.post(address(booked, "other-time"), OTHER)
    assert refused.status_code == 409
    assert not Answer.objects.exists()


def test_a_past_appointment_refuses_in_plain_words(phone, booked):
    Appointment.objects.filter(pk=booked.pk).update(
        starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now()
    )

    refused = phone.post(address(booked, "confirm"))

    assert refused.status_code == 409
    assert "This appointment is over." in words(refused)
    assert not Answer.objects.exists()


def test_nothing_is_asked_at_home_before_a_message_asked(phone, team, today, journey):
    team.book(activity_of(journey, "leukapheresis"), today + days(4), today=today)

    assert "Yes, I will come" not in words(phone.get("/my/"))


def test_nothing_is_asked_once_the_journey_has_ended(phone, team, today, journey, booked):
    end_journey(
        journey_uid=journey.uid,
        reason=EndReason.PATIENT_WITHDREW,
        note="",
        on=today,
        by=team.coordinator,
        today=today,
        now=timezone.now(),
    )

    refused = phone.post(address(booked, "confirm"))

    assert refused.status_code == 409
    assert not Answer.objects.exists()


def test_the_link_of_a_message_leads_through_the_sign_in_to_the_one_question(
    client, journey, booked
):
    asked = reverse("portal:appointments")

    assert client.get(asked)["Location"].endswith(f"?next={asked}")
    client.force_login(journey.patient.user)
    assert client.get(asked)["Location"] == address(booked)


def test_the_answered_times_can_be_looked_at(phone, booked):
    phone.post(address(booked, "confirm"))

    answer = phone.get(reverse("portal:appointments"))

    assert "Cell collection" in words(answer)
    assert "You have confirmed that you come." in words(answer)


def test_nobody_answers_for_somebody_else(client, team, today, booked):
    other = carried(team, today, "referred", number=2)
    client.force_login(other.patient.user)

    assert client.get(address(booked)).status_code == 404
    assert client.post(address(booked, "confirm")).status_code == 404
    assert not Answer.objects.exists()
