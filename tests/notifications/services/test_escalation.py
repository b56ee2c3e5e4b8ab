"""What nobody acknowledges climbs to the next person, once."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection

from carttrack.audit.models import HistoryEntry
from notifications.domain.states import Purpose, State
from notifications.models import OutboxMail, Reminder
from notifications.services import NotToAcknowledge, acknowledge, climb
from tests.accounts.factories import CentreFactory, MembershipFactory
from tests.factories import staff
from tests.notifications.factories import NOON, RecipientFactory, ReminderFactory, ThreadFactory
from tests.notifications.services.test_sweep import run

pytestmark = pytest.mark.django_db(transaction=True)

HOURS = 4
LATE = NOON + timedelta(hours=HOURS)


@pytest.fixture
def centre():
    return CentreFactory.create(time_zone="Europe/Stockholm")


@pytest.fixture
def owner(centre):
    return staff(centre, name="Anna Koordinator")


@pytest.fixture
def lead(centre):
    """The coordinator who has been at the centre longest; another one came later."""
    MembershipFactory.create(centre=centre, from_on=date(2024, 5, 1))
    return MembershipFactory.create(
        centre=centre, from_on=date(2019, 5, 1), user__name="Lena Ledare"
    ).user


@pytest.fixture
def alert(centre, owner):
    """Something that arrived at noon and asks to be acknowledged within four hours."""
    return ReminderFactory.create(
        thread=ThreadFactory.create(centre=centre),
        topic=None,
        is_planned=False,
        occurs_on=None,
        topic_version=0,
        recipient=RecipientFactory.create(user=owner),
        channel="in_app",
        kind="interruption",
        purpose=Purpose.SAFETY,
        context={"item": "journey_stopped"},
        ignores_quiet=True,
        escalate_hours=HOURS,
        state=State.SENT,
        sent_at=NOON,
    )


def climbed(alert):
    return Reminder.objects.filter(follows=alert)


@pytest.mark.feature(86)
def test_nobody_acknowledges_and_the_one_who_is_there_longest_is_told_once(alert, lead):
    assert climb(now=LATE - timedelta(minutes=1)) == 0
    assert climb(now=LATE) == 1
    assert climb(now=LATE + timedelta(days=9)) == 0

    alert.refresh_from_db()
    assert alert.escalated_at == LATE
    assert {row.recipient.user for row in climbed(alert)} == {lead}
    assert {row.channel for row in climbed(alert)} == {"in_app", "email"}
    entry = HistoryEntry.objects.get(action="reminder.climbed")
    assert (entry.actor_label, entry.after["to"]) == ("system:sweep", str(lead.uid))


def test_a_sweep_climbs_and_sends(alert, lead):
    run(LATE)

    assert OutboxMail.objects.get().to == lead.email
    assert climbed(alert).get(channel="in_app").state == State.SENT


@pytest.mark.feature(86)
def test_either_ends_it(alert, lead):
    climb(now=LATE)
    theirs = climbed(alert).get(channel="in_app")

    acknowledge(reminder_uid=theirs.uid, by=lead, now=LATE)

    assert not Reminder.objects.filter(acknowledged_at=None).exists()
    assert set(Reminder.objects.values_list("acknowledged_by", flat=True)) == {lead.pk}
    assert HistoryEntry.objects.get(action="reminder.acknowledged").actor_id == lead.pk
    with pytest.raises(NotToAcknowledge):
        acknowledge(reminder_uid=alert.uid, by=alert.recipient.user, now=LATE)


def test_what_is_acknowledged_in_time_does_not_climb(alert, owner, lead):
    acknowledge(reminder_uid=alert.uid, by=owner, now=NOON)

    assert climb(now=LATE) == 0


def test_nobody_acknowledges_for_somebody_else(alert, lead):
    with pytest.raises(Reminder.DoesNotExist):
        acknowledge(reminder_uid=alert.uid, by=lead, now=NOON)


def test_the_night_does_not_count(alert, lead):
    """From 20:00 an hour passes until 21:00, and three more from 07:00."""
    evening = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
    Reminder.objects.update(sent_at=evening)

    assert climb(now=datetime(2026, 3, 4, 8, 59, tzinfo=UTC)) == 0
    assert climb(now=datetime(2026, 3, 4, 9, 0, tzinfo=UTC)) == 1


def test_their_own_hours_of_rest_count(alert, lead):
    alert.recipient.quiet_from, alert.recipient.quiet_until = time(15), time(12)
    alert.recipient.save()

    assert climb(now=LATE + timedelta(hours=18)) == 0
    assert climb(now=LATE + timedelta(hours=21)) == 1


def test_without_another_coordinator_it_stays_and_climbs_when_there_is_one(alert, centre):
    assert climb(now=LATE) == 0
    staff(centre)
    assert climb(now=LATE) == 1


def test_whoever_was_told_already_is_not_told_again(alert, centre, lead):
    ReminderFactory.create(
        topic=None,
        thread=alert.thread,
        is_planned=False,
        occurs_on=None,
        recipient=RecipientFactory.create(user=lead),
        channel="in_app",
        rule=alert.rule,
    )

    climb(now=LATE)

    assert {row.recipient.user for row in climbed(alert)}.isdisjoint({lead})


def test_what_a_patient_does_not_answer_is_nobodys_to_acknowledge(alert, lead):
    Reminder.objects.update(recipient=RecipientFactory.create())

    assert climb(now=LATE) == 0


def test_two_sweeps_at_once_climb_once(alert, lead):
    results = []

    def work():
        results.append(climb(now=LATE))
        connection.close()

    sweeps = [threading.Thread(target=work) for _ in range(4)]
    for sweep in sweeps:
        sweep.start()
    for sweep in sweeps:
        sweep.join()

    assert sum(results) == 1
    assert climbed(alert).filter(channel="in_app").count() == 1
    assert HistoryEntry.objects.filter(action="reminder.climbed").count() == 1
