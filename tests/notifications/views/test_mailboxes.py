"""Everybody reads their own inbox; the outbox is the demo's."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from carttrack.accounts.models import Membership
from notifications.models import InboxMessage, OutboxMail
from notifications.services import sweep
from tests.accounts.factories import CentreFactory, UserFactory
from tests.notifications.factories import NOON, RecipientFactory, ReminderFactory

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
    assert re.search(r"3 March( 2026)?, 13:00", page)  # noon in UTC is one o'clock in Stockholm
    assert "/journeys/1/" in page
    assert "Somebody else" not in page


def test_an_empty_inbox_says_so_in_the_frame_of_the_person(client, user):
    client.force_login(user)
    as_patient = client.get(reverse("notifications:inbox"))
    Membership.objects.create(
        user=user, centre=CentreFactory.create(), role="coordinator", from_on="2020-01-01"
    )
    as_staff = client.get(reverse("notifications:inbox"))

    assert "No messages yet" in as_patient.content.decode()
    assert as_patient.context["frame"] == "patient.html"
    assert as_staff.context["frame"] == "staff.html"


def test_people_who_see_no_patients_read_in_a_frame_without_them(client, user):
    Membership.objects.create(
        user=user, centre=CentreFactory.create(), role="administrator", from_on="2020-01-01"
    )
    client.force_login(user)

    page = client.get(reverse("notifications:inbox"))

    assert page.context["frame"] == "accounts/frame.html"
    assert reverse("worklist:patients") not in page.content.decode()


def test_a_message_leads_to_what_it_is_about(client, user, recipient):
    row = ReminderFactory.create(recipient=recipient)
    message(recipient, message_uid=row.uid, link="")
    client.force_login(user)
    as_patient = client.get(reverse("notifications:inbox")).content.decode()
    Membership.objects.create(
        user=user, centre=CentreFactory.create(), role="coordinator", from_on="2020-01-01"
    )
    as_staff = client.get(reverse("notifications:inbox")).content.decode()

    assert f'value="{reverse("portal:home")}"' in as_patient
    assert f'value="{reverse("worklist:journey", args=[row.thread.uid])}"' in as_staff


def test_an_inbox_has_pages_and_costs_the_same_with_many_messages(
    client, user, recipient, django_assert_max_num_queries
):
    message(recipient)
    client.force_login(user)
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("notifications:inbox"))
    for number in range(45):
        message(recipient, subject=f"Number {number}", at=NOON + timedelta(minutes=number))

    with django_assert_max_num_queries(len(few)):
        first = client.get(reverse("notifications:inbox")).content.decode()
    last = client.get(reverse("notifications:inbox"), {"page": 3}).content.decode()

    assert "1 to 20 of 46" in first
    assert "Number 44" in first
    assert "Booked" in last


def test_the_unread_messages_alone(client, user, recipient):
    message(recipient, subject="Old news", read_at=NOON)
    client.force_login(user)

    page = client.get(reverse("notifications:inbox"), {"show": "unread"}).content.decode()

    assert "Nothing unread" in page
    assert "Old news" not in page


def test_opening_what_a_message_is_about_marks_it_as_read(client, user, recipient):
    mine = message(recipient)
    client.force_login(user)

    response = client.post(
        reverse("notifications:read"), {"message": mine.pk, "next": "/journeys/1/"}
    )

    assert response["Location"] == "/journeys/1/"
    assert not InboxMessage.objects.unread().exists()


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org/", "javascript:x"])
def test_opening_leads_to_no_other_site(client, user, address):
    client.force_login(user)

    response = client.post(reverse("notifications:read"), {"next": address})

    assert response["Location"] == reverse("notifications:inbox")


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
    assert "No messages yet" in client.get(reverse("notifications:outbox")).content.decode()
    row = ReminderFactory.create()
    sweep(now=NOON, worker="test")

    page = client.get(reverse("notifications:outbox")).content.decode()

    assert "Nothing left this machine" in page
    assert row.recipient.addresses.get().value in page
    assert "A reminder of your booked time" in page


def test_the_outbox_finds_an_address(client, settings):
    settings.DEMO = True
    for name in ("anna", "bo"):
        OutboxMail.objects.create(
            message_uid=CentreFactory.create().uid, to=f"{name}@example.test", subject="S", at=NOON
        )

    page = client.get(reverse("notifications:outbox"), {"q": "ANNA@"}).content.decode()
    nothing = client.get(reverse("notifications:outbox"), {"q": "nobody"}).content.decode()

    assert "anna@example.test" in page
    assert "bo@example.test" not in page
    assert "No message to such an address" in nothing


def test_there_is_no_outbox_outside_a_demo(client):
    assert client.get(reverse("notifications:outbox")).status_code == 404


def test_mails_of_the_sign_in_land_in_the_outbox_of_a_demo(settings):
    from django.core.mail import send_mail

    settings.EMAIL_BACKEND = "notifications.channels.outbox.OutboxBackend"

    assert send_mail("Your code", "ABC-123", None, ["a@example.test"]) == 1
    assert OutboxMail.objects.get().body == "ABC-123"
