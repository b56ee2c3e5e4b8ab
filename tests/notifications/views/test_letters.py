"""The link in an e-mail that turns comfort messages off, without sign-in."""

import uuid
from dataclasses import replace
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from notifications.domain.message import Message
from notifications.models import Recipient
from tests.notifications.factories import RecipientFactory

pytestmark = pytest.mark.django_db


def address(recipient):
    recipient.refresh_from_db()
    return reverse("notifications:letters", args=[recipient.letter_key])


@pytest.mark.feature(82)
def test_the_link_asks_first_and_then_turns_comfort_off(client):
    recipient = RecipientFactory()

    asked = client.get(address(recipient))
    recipient.refresh_from_db()
    assert "Stop friendly reminders" in asked.text
    assert recipient.comfort_off_at is None

    done = client.post(address(recipient), follow=True)
    recipient.refresh_from_db()
    assert "still come" in done.text
    assert recipient.comfort_off_at is not None


def test_it_only_ever_turns_them_off(client):
    recipient = RecipientFactory()
    client.post(address(recipient))
    recipient.refresh_from_db()
    first = recipient.comfort_off_at

    client.post(address(recipient))

    recipient.refresh_from_db()
    assert recipient.comfort_off_at == first


def test_the_page_and_its_address_name_nobody(client):
    recipient = RecipientFactory()
    email = recipient.addresses.get().value

    assert email not in client.get(address(recipient)).text
    assert str(recipient.uid) not in address(recipient)


def test_a_guessed_key_opens_nothing(client):
    RecipientFactory()

    assert client.post(reverse("notifications:letters", args=[uuid.uuid4()])).status_code == 404
    assert not Recipient.objects.exclude(comfort_off_at=None).exists()


def test_two_people_have_two_keys():
    one, other = RecipientFactory(), RecipientFactory()

    assert address(one) != address(other)


def test_a_comfort_e_mail_carries_the_link_and_a_safety_one_does_not():
    with_way = Message(
        uid=uuid.uuid4(),
        recipient_id=1,
        address="a@example.test",
        subject="",
        body="",
        stop_url="https://site.example/letters/1/",
    )

    assert with_way.stop_headers == {
        "List-Unsubscribe": "<https://site.example/letters/1/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert replace(with_way, stop_url="").stop_headers == {}


def test_without_https_no_one_click_is_offered():
    message = Message(
        uid=uuid.uuid4(), recipient_id=1, address="", subject="", body="", stop_url="http://a/"
    )

    assert message.stop_headers == {"List-Unsubscribe": "<http://a/>"}


def test_the_button_of_a_mail_program_needs_no_token_and_is_sent_nowhere_else():
    recipient = RecipientFactory()
    program = Client(enforce_csrf_checks=True)

    answer = program.post(address(recipient), {"List-Unsubscribe": "One-Click"})

    recipient.refresh_from_db()
    assert answer.status_code == HTTPStatus.OK
    assert recipient.comfort_off_at is not None
    assert not answer.cookies
