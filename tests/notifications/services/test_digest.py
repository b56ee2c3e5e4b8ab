"""One digest per person and local day, counted in the ledger like every message."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from notifications.domain.mornings import morning_at
from notifications.domain.states import State
from notifications.models import InboxMessage, OutboxMail, Reminder
from notifications.selectors import reconcile
from notifications.services import choose_desk_hours, plan_digest
from tests.accounts.factories import CentreFactory
from tests.factories import staff
from tests.notifications.factories import RecipientFactory
from tests.notifications.services.test_sweep import run

pytestmark = pytest.mark.django_db(transaction=True)

SIX = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)  # 07:00 in Stockholm
HALF_PAST = SIX + timedelta(minutes=30)
WAITING = [{"name": "Solna", "code": "solna", "address": "/today/?centre=solna", "needs_hand": "3"}]


@pytest.fixture
def centre():
    return CentreFactory.create()


@pytest.fixture
def person(centre):
    return RecipientFactory.create(user=staff(centre))


def plan(person, centre, *, now=SIX, waiting=WAITING):
    morning = morning_at(now, zone=ZoneInfo(person.time_zone), at=person.digest_at)
    return plan_digest(recipient=person, morning=morning, centre=centre, waiting=waiting, now=now)


@pytest.mark.feature(87)
def test_it_waits_for_its_minute_and_leaves_once_on_both_channels(person, centre):
    plan(person, centre)
    plan(person, centre, now=SIX + timedelta(hours=1))

    assert run(SIX).sent == 0
    assert run(HALF_PAST).sent == 2
    assert run(HALF_PAST + timedelta(hours=1)).sent == 0
    message = InboxMessage.objects.get()
    assert "Need a hand: 3 /today/?centre=solna#attention" in message.body
    mail = OutboxMail.objects.get()
    assert "Solna" not in mail.body
    assert "3" not in mail.body.replace("http://127.0.0.1:8000/", "")


def test_nothing_is_owed_when_nothing_waits(person, centre):
    assert plan(person, centre, waiting=[]) == []
    assert not Reminder.objects.exists()


def test_the_next_day_has_its_own(person, centre):
    plan(person, centre)
    plan(person, centre, now=SIX + timedelta(days=1))

    days = Reminder.objects.filter(channel="email").values_list("occurs_on", flat=True)
    assert sorted(days) == [date(2026, 3, 3), date(2026, 3, 4)]


def test_two_jobs_at_once_owe_it_once(person, centre):
    def work():
        plan(person, centre)
        connection.close()

    jobs = [threading.Thread(target=work) for _ in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()

    assert Reminder.objects.count() == 2


def test_it_is_part_of_the_proof(person, centre):
    plan(person, centre)
    run(HALF_PAST)

    proof = reconcile(now=HALF_PAST)
    assert (proof.expected, proof.sent + proof.delivered, proof.unaccounted) == (2, 2, 0)


def test_an_outage_of_the_morning_expires_it(person, centre):
    plan(person, centre)

    assert run(HALF_PAST + timedelta(hours=6)).expired == 2
    assert set(Reminder.objects.values_list("state", flat=True)) == {State.EXPIRED}


def test_a_person_chooses_the_hour_or_none(person):
    choose_desk_hours(recipient=person, at=time(9), is_wanted=False, now=SIX)
    choose_desk_hours(recipient=person, at=time(9, 15), is_wanted=False, now=HALF_PAST)

    person.refresh_from_db()
    assert (person.digest_at, person.digest_off_at) == (time(9, 15), SIX)
    choose_desk_hours(recipient=person, at=time(9), is_wanted=True, now=HALF_PAST)
    person.refresh_from_db()
    assert person.digest_off_at is None
