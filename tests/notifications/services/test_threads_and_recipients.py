"""Who is written to, and about what."""

from uuid import uuid4
from zoneinfo import ZoneInfoNotFoundError

import pytest
from django.db import IntegrityError, transaction

from notifications.domain.states import State
from notifications.models import Recipient, Thread
from notifications.services import (
    Person,
    block_recipient,
    open_thread,
    recipient_for_user,
    save_recipients,
    stop_thread,
    unblock_recipient,
)
from tests.notifications.factories import (
    NOON,
    CentreFactory,
    RecipientFactory,
    ReminderFactory,
    ThreadFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def save(**changes):
    details = {"user_id": None, "email": "a@example.test", "language": "en", "time_zone": "UTC"}
    if "user" in changes:
        changes["user_id"] = changes.pop("user").pk
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
    assert (again.email, again.language) == ("new@example.test", "sv")


def test_an_address_without_a_person_is_kept_once():
    assert save() == save(language="sv")
    assert Recipient.objects.count() == 1


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


@pytest.mark.parametrize(
    ("reason", "after"), [("bounced", ""), ("no_address", ""), ("opted_out", "opted_out")]
)
def test_a_new_address_is_given_a_chance_but_a_wish_stands(reason, after):
    user = UserFactory.create()
    recipient = save(user=user)
    block_recipient(recipient=recipient, reason=reason)

    assert save(user=user, email="new@example.test").blocked_reason == after


def test_a_block_can_be_lifted():
    recipient = save()
    block_recipient(recipient=recipient, reason="opted_out")
    assert not Recipient.objects.reachable().exists()

    unblock_recipient(recipient=recipient)

    assert Recipient.objects.reachable().get() == recipient


def test_the_database_refuses_an_unknown_block():
    with pytest.raises(IntegrityError, match="recipient_block_is_known"), transaction.atomic():
        RecipientFactory.create(blocked_reason="rude")


def test_the_database_refuses_a_stopped_thread_without_a_reason():
    with pytest.raises(IntegrityError, match="thread_stopped_for_a_reason"), transaction.atomic():
        ThreadFactory.create(stopped_at=NOON)
