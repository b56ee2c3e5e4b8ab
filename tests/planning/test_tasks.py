"""Nightly, every active journey's reminders are extended; one that fails stops no other."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from journeys.planning.models import Journey
from journeys.planning.tasks import extend_horizon
from notifications.models import Reminder, Thread
from tests.planning.conftest import activity_of


@pytest.mark.feature(79)
def test_the_night_writes_what_has_come_near(team):
    today = timezone.localdate()
    journey = team.refer(on=today - timedelta(days=3))
    Reminder.objects.filter(thread__uid=journey.uid).update(state="suppressed", reason="plan_moved")

    extend_horizon()

    collection = activity_of(journey, "leukapheresis")
    assert Reminder.objects.filter(topic__uid=collection.uid, state="pending").exists()


def test_a_journey_that_the_database_refuses_stops_no_other(team, caplog):
    today = timezone.localdate()
    first, second = (team.refer(on=today - timedelta(days=3), number=n) for n in (1, 2))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF NEW.thread_id = {Thread.objects.get(uid=first.uid).pk}"
            " THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON notifications_reminder"
            " FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    Reminder.objects.all().delete()

    extend_horizon()

    assert set(Reminder.objects.values_list("thread__uid", flat=True)) == {second.uid}
    assert str(first.uid) in caplog.text


def test_ended_journeys_are_left_alone(team):
    today = timezone.localdate()
    journey = team.refer(on=today - timedelta(days=3))
    Reminder.objects.all().delete()
    Journey.objects.filter(pk=journey.pk).update(
        status="ended", ended_on=today, end_reason="progression"
    )

    extend_horizon()

    assert not Reminder.objects.exists()
