"""The patient's other pages, and whose they are."""

import pytest
from django.urls import reverse
from django.utils import timezone

from carttrack.audit.domain import ReadHow
from carttrack.audit.models import ReadEntry
from carttrack.audit.services import logging_read
from tests.accounts.factories import UserFactory
from tests.portal.conftest import activity_of, carried, days
from tests.portal.test_home import body

STAGES = [
    "referral",
    "leukapheresis",
    "manufacturing",
    "lymphodepletion",
    "infusion",
    "monitoring",
    "return_visit",
    "follow_up",
]
PAGES = [
    reverse("portal:home"),
    reverse("portal:help"),
    reverse("portal:access"),
    reverse("portal:step", args=["referral"]),
]


@pytest.fixture
def journey(team, today):
    return carried(team, today, "collected")


def read(journey, reader, how=ReadHow.VIEW):
    with logging_read(
        reader=reader,
        patient_uids=[journey.patient.uid],
        page="worklist:journey",
        how=how,
        now=timezone.now(),
    ):
        pass


@pytest.mark.parametrize("code", STAGES)
def test_each_stage_has_a_page_in_plain_words(client, journey, code):
    client.force_login(journey.patient.user)

    answer = client.get(reverse("portal:step", args=[code]))

    assert answer.status_code == 200
    assert "I feel unwell" in body(answer)


def test_each_booked_day_of_a_repeated_treatment_is_told(team, today, client):
    journey = carried(team, today, "delivered")
    for activity in journey.activities.filter(code="lymphodepletion"):
        team.book(activity, today + days(3 + activity.occurrence), today=today)
    client.force_login(journey.patient.user)

    words = body(client.get(reverse("portal:step", args=["lymphodepletion"])))

    assert words.count(", 09:00") == 3
    assert "Preparing treatment 2" not in words


def test_an_unknown_stage_is_not_there(client, journey):
    client.force_login(journey.patient.user)

    assert client.get(reverse("portal:step", args=["moon-landing"])).status_code == 404


@pytest.mark.feature(132)
def test_help_names_the_number_for_day_and_night_and_the_ambulance(client, journey):
    client.force_login(journey.patient.user)

    page = client.get(reverse("portal:help")).content.decode()

    assert 'href="tel:+46846500412"' in page
    assert 'href="tel:112"' in page
    assert "38.0" in page


@pytest.mark.feature(72)
def test_a_patient_sees_who_opened_their_record(client, team, journey):
    read(journey, team.clinician)
    read(journey, team.clinician)
    read(journey, team.coordinator, ReadHow.SEARCH)
    client.force_login(journey.patient.user)
    client.get(reverse("portal:home"))

    words = body(client.get(reverse("portal:access")))

    assert "Clinician 2 times" in words
    assert "Coordinator 1 time" in words
    assert journey.patient.full_name not in words


def test_nobody_elses_readers_are_shown(client, team, today, journey):
    other = carried(team, today, "referred", number=2)
    read(other, team.clinician)
    client.force_login(journey.patient.user)

    assert "Nobody has opened it yet" in body(client.get(reverse("portal:access")))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_the_patients_own_and_nobody_elses(client, team, journey, page):
    for stranger in (team.coordinator, team.clinician, UserFactory(email="nobody@example.net")):
        client.force_login(stranger)
        assert client.get(page).status_code == 404
    client.logout()
    assert client.get(page).status_code == 302
    client.force_login(journey.patient.user)
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_each_page_that_shows_the_patient_is_noted(client, journey, page):
    client.force_login(journey.patient.user)

    client.get(page)

    entry = ReadEntry.objects.get(reader=journey.patient.user)
    assert entry.patient_uid == journey.patient.uid


def test_two_patients_see_two_plans(client, team, today, journey):
    other = carried(team, today, "accepted", number=2)
    team.book(activity_of(other, "leukapheresis"), today + days(4), today=today)
    client.force_login(journey.patient.user)

    assert "Room 4" not in body(client.get(reverse("portal:home")))
