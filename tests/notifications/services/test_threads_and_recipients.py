"""Who is written to, and about what."""

from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfoNotFoundError

import pytest
from django.db import IntegrityError, transaction

from notifications.domain.states import State
from notifications.models import Address, Recipient, Thread
from notifications.services import (
    Person,
    block_address,
    open_thread,
    recipient_for_user,
    save_recipients,
    stop_thread,
    turn_comfort_off,
    turn_comfort_on,
    unblock_address,
)
from tests.accounts.factories import CentreFactory, UserFactory
from tests.notifications.factories import NOON, RecipientFactory, ReminderFactory, ThreadFactory

pytestmark = pytest.mark.django_db
ONE = UUID("9d3f6d4e-6f0e-4a35-b3ce-6a0c0f1d2e3f")


def save(**changes):
    details = {"user_id": None, "uid": ONE, "language": "en", "time_zone": "UTC"}
    addresses = {"email": changes.pop("email", "a@example.test"), "sms": changes.pop("sms", "")}
    if "user" in changes:
        changes["user_id"] = changes.pop("user").pk
        changes.setdefault("uid", None)
    changes["addresses"] = addresses
    return save_recipients([Person(**(details | changes))])[0]


def test_a_thread_is_opened_once():
    thread = ThreadFactory.create()

    assert open_thread(uid=thread.uid, centre=CentreFactory.create()) == thread


def test_a_thread_that_does_not_exist_cannot_be_stopped():
    with pytest.raises(Thread.DoesNotExist):
        stop_thread(thread_uid=RecipientFactory.create().uid, reason="died", now=NOON)


@pytest.mark.feature(82)
def test_stopping_a_thread_withdraws_what_waits_and_leaves_what_happened():
    waiting = ReminderFactory.create()
    sent = ReminderFactory.create(topic=waiting.topic, state=State.SENT, sent_at=NOON)
    other = ReminderFactory.create()

    assert stop_thread(thread_uid=waiting.thread.uid, reason="withdrew", now=NOON) == 1

    for row in (waiting, sent, other):
        row.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.SUPPRESSED, "withdrew")
    assert (sent.state, other.state) == (State.SENT, State.PENDING)


def test_a_person_has_one_recipient_that_follows_their_details():
    user = UserFactory.create()
    first = recipient_for_user(user=user, time_zone="Europe/Stockholm")

    again = save(user=user, email="new@example.test", language="sv")

    assert first == again == recipient_for_user(user=user, time_zone="UTC")
    assert (again.addresses.get().value, again.language) == ("new@example.test", "sv")


def test_somebody_without_a_sign_in_is_kept_once():
    assert save() == save(language="sv")
    assert Recipient.objects.count() == 1


def test_nobody_is_known_by_an_address():
    with pytest.raises(ValueError, match="sign-in or by a uid"):
        save(uid=None)


def test_two_people_with_one_address_or_none_are_told_apart_by_uid():
    first, second = uuid4(), uuid4()

    assert save(uid=first, email="") == save(uid=first, email="", language="sv")
    assert save(uid=first, email="") != save(uid=second, email="")


def test_a_recipient_keeps_its_messages_when_its_person_gets_a_sign_in():
    uid, user = uuid4(), UserFactory.create()
    before = save(uid=uid)

    after = save(uid=uid, user=user)

    assert before == after == save(user=user)
    assert after.user == user


def test_the_same_details_again_write_nothing(django_assert_num_queries):
    uid = uuid4()
    save(uid=uid)

    with django_assert_num_queries(1):
        save(uid=uid)


def test_a_time_zone_that_does_not_exist_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        save(time_zone="Europe/Atlantis")


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_a_new_address_is_given_a_chance_and_the_old_one_is_not(reason):
    recipient = save(sms="+46701234567")
    block_address(recipient=recipient, channel="sms", reason=reason, now=NOON)

    save(email="new@example.test", sms="+46701234567")
    assert Address.objects.get(channel="sms").blocked_reason == reason

    save(email="new@example.test", sms="+46707654321")
    assert Address.objects.get(channel="sms").blocked_reason == ""


def test_a_proof_belongs_to_one_address():
    recipient = save()
    recipient.addresses.update(verified_at=NOON)

    save(language="sv")
    assert recipient.addresses.get().verified_at == NOON

    save(email="new@example.test")
    assert recipient.addresses.get().verified_at is None


def test_an_address_that_is_gone_is_not_kept():
    recipient = save(sms="+46701234567")

    save(sms="")

    assert [address.channel for address in recipient.addresses.all()] == ["email"]


def test_a_block_can_be_lifted():
    recipient = save()
    block_address(recipient=recipient, channel="email", reason="bounced", now=NOON)
    assert not Address.objects.usable().exists()

    unblock_address(recipient=recipient, channel="email")

    assert Address.objects.usable().get().recipient == recipient


def test_comfort_is_turned_off_once_and_on_again():
    recipient = save()
    turn_comfort_off(recipient=recipient, now=NOON)
    turn_comfort_off(recipient=recipient, now=NOON + timedelta(days=1))

    recipient.refresh_from_db()
    assert recipient.comfort_off_at == NOON

    turn_comfort_on(recipient=recipient)
    recipient.refresh_from_db()
    assert recipient.comfort_off_at is None


def test_the_database_refuses_an_unknown_block():
    address = save().addresses.get()

    with pytest.raises(IntegrityError, match="address_block_is_known"), transaction.atomic():
        Address.objects.filter(pk=address.pk).update(blocked_reason="rude", blocked_at=NOON)


def test_the_database_refuses_a_stopped_thread_without_a_reason():
    with pytest.raises(IntegrityError, match="thread_stopped_for_a_reason"), transaction.atomic():
        ThreadFactory.create(stopped_at=NOON)
