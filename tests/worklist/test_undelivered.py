"""Messages that did not arrive wait here for a person."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from carttrack.accounts.domain import Role
from notifications.models import Recipient, Reminder
from tests.factories import CentreFactory, journey_at, staff

UNDELIVERED = reverse("worklist:undelivered")


def _patients_recipient(journey):
    return Recipient.objects.get(uid=journey.patient.uid)


def decide(client, reminder, decision):
    page = reverse("worklist:decide", args=[reminder.uid])
    return client.post(page, {"decision": decision}, follow=True)


@pytest.fixture
def lost(journey):
    """A reminder of which nobody knows whether it was sent."""
    reminder = Reminder.objects.filter(thread__uid=journey.uid).first()
    Reminder.objects.filter(pk=reminder.pk).update(state="unknown", reason="reply_lost")
    reminder.refresh_from_db()
    return reminder


def test_the_list_names_the_patient_the_message_and_what_may_be_decided(desk, journey, lost):
    response = desk.get(UNDELIVERED)

    (row,) = response.context["rows"]
    assert row.journey == journey
    assert set(row.decisions) == {"was_sent", "send_again", "drop"}
    assert journey.patient.full_name in response.text


def test_a_wrong_address_leads_to_the_contacts(desk, journey, lost):
    contacts = reverse("worklist:patient-contacts", args=[journey.patient.uid])
    Reminder.objects.filter(pk=lost.pk).update(
        state="failed", reason="no_address", recipient=_patients_recipient(journey)
    )

    assert contacts in desk.get(UNDELIVERED).text


def test_today_shows_it_too(desk, journey, lost):
    response = desk.get(reverse("worklist:today"))

    assert response.context["undelivered"].total == "1"
    assert journey.patient.full_name in response.text


def test_an_empty_list_says_so(desk, journey):
    assert "Nothing is undelivered" in desk.get(UNDELIVERED).text


@pytest.mark.parametrize(("decision", "state"), [("was_sent", "sent"), ("drop", "suppressed")])
def test_a_decision_is_carried_out_and_the_message_leaves_the_list(desk, lost, decision, state):
    response = decide(desk, lost, decision)

    lost.refresh_from_db()
    assert lost.state == state
    assert "decision about the message is recorded" in response.text
    assert not response.context["rows"]


def test_a_decision_that_comes_twice_is_refused_in_words(desk, lost):
    decide(desk, lost, "drop")

    response = decide(desk, lost, "drop")

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_a_decision_that_does_not_exist_changes_nothing(desk, lost):
    response = decide(desk, lost, "forget")

    lost.refresh_from_db()
    assert lost.state == "unknown"
    assert "Choose what is to become" in response.text


def test_a_message_that_expired_cannot_be_sent_again(desk, lost):
    Reminder.objects.filter(pk=lost.pk).update(state="expired", reason="late")

    response = decide(desk, lost, "send_again")

    lost.refresh_from_db()
    assert lost.state == "expired"
    assert "can no longer be decided" in response.text


def test_people_of_another_centre_neither_see_nor_decide(client, lost):
    client.force_login(staff(journey_at(CentreFactory()).centre))

    assert not client.get(UNDELIVERED).context["rows"]
    assert decide(client, lost, "drop").status_code == HTTPStatus.NOT_FOUND


def test_a_clinician_sees_and_does_not_decide(client, centre, clinician, lost):
    client.force_login(clinician)

    response = client.get(UNDELIVERED)

    assert len(response.context["rows"]) == 1
    assert "Not needed" not in response.text
    assert decide(client, lost, "drop").status_code == HTTPStatus.NOT_FOUND


def test_an_administrator_finds_nothing(client, centre):
    client.force_login(staff(centre, Role.ADMINISTRATOR))

    assert client.get(UNDELIVERED).status_code == HTTPStatus.NOT_FOUND
