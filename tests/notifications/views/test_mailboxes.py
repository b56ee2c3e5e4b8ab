"""Everybody reads their own inbox; the outbox is the demo's."""

import pytest
from django.urls import reverse

from carttrack.accounts.models import Membership
from notifications.models import InboxMessage, OutboxMail
from notifications.services import sweep
from tests.notifications.factories import (
    NOON,
    CentreFactory,
    RecipientFactory,
    ReminderFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def message(recipient, subject="Booked", **changes):
    details = {
        "message_uid": CentreFactory.create().uid,
        "recipient": recipient,
        "subject": subject,
        "body": "See your page.",
        "link": "/journeys/1/",
        "at": NOON,
    }
    return InboxMessage.objects.create(**(details | changes))


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def recipient(user):
    return RecipientFactory(user=user)


def test_an_inbox_asks_for_the_sign_in(client):
    response = client.get(reverse("notifications:inbox"))

    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_a_person_sees_their_own_messages_only(client, user, recipient):
    message(recipient)
    message(RecipientFactory.create(), subject="Somebody else's")
    client.force_login(user)

    page = client.get(reverse("notifications:inbox")).content.decode()

    assert "Booked" in page
    assert "3 March 2026, 13:00" in page  # noon in UTC is one o'clock in Stockholm
    assert "/journeys/1/" in page
    assert "Somebody else" not in page


def test_an_empty_inbox_says_so_in_the_frame_of_the_person(client, user):
    client.force_login(user)
    as_patient = client.get(reverse("notifications:inbox"))
    Membership.objects.create(
        user=user, centre=CentreFactory.create(), role="coordinator", from_on="2020-01-01"
    )
    as_staff = client.get(reverse("notifications:inbox"))

    assert "No messages" in as_patient.content.decode()
    assert as_patient.context["layout"] == "patient.html"
    assert as_staff.context["layout"] == "staff.html"


def test_reading_marks_the_own_messages_only(client, user, recipient):
    mine, more = message(recipient), message(recipient)
    other = message(RecipientFactory.create())
    client.force_login(user)

    client.post(reverse("notifications:read"), {"message": mine.pk})
    client.post(reverse("notifications:read"), {"message": other.pk})
    assert set(InboxMessage.objects.unread()) == {more, other}

    response = client.post(reverse("notifications:read"))
    assert response.status_code == 302
    assert set(InboxMessage.objects.unread()) == {other}


def test_a_message_number_that_is_none_is_not_found(client, user):
    client.force_login(user)

    assert client.post(reverse("notifications:read"), {"message": "x"}).status_code == 404
    assert client.get(reverse("notifications:read")).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_outbox_shows_what_a_demo_would_have_sent(client, settings):
    settings.DEMO = True
    assert "No e-mails yet" in client.get(reverse("notifications:outbox")).content.decode()
    row = ReminderFactory.create()
    sweep(now=NOON, worker="test")

    page = client.get(reverse("notifications:outbox")).content.decode()

    assert row.recipient.email in page
    assert "A reminder of your booked time" in page


def test_there_is_no_outbox_outside_a_demo(client):
    assert client.get(reverse("notifications:outbox")).status_code == 404


def test_mails_of_the_sign_in_land_in_the_outbox_of_a_demo(settings):
    from django.core.mail import send_mail

    settings.EMAIL_BACKEND = "notifications.channels.outbox.OutboxBackend"

    assert send_mail("Your code", "ABC-123", None, ["a@example.test"]) == 1
    assert OutboxMail.objects.get().body == "ABC-123"
