"""A booking is a fact of the plan; it replaces, releases and reports, and loses nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from journeys.planning.models import Appointment
from journeys.planning.services import book, cancel_booking, extend_reminders
from journeys.planning.services.refusals import DateInPast, NotBooked, ReasonMissing
from notifications.models import Reminder
from tests.planning.conftest import activity_of, at


@pytest.fixture
def decided(team, journey):
    """A journey whose collection can be booked, and the day of it all."""
    return activity_of(journey, "leukapheresis"), team.carry_to(journey, "eligibility")


def cancel(team, activity, today, reason="No chair that day"):
    return cancel_booking(
        activity_uid=activity.uid, reason=reason, by=team.coordinator, today=today, now=at(today)
    )


@pytest.mark.feature(15)
def test_a_booking_keeps_target_and_window_and_plans_on_from_its_day(team, journey, decided):
    collection, today = decided
    collection.refresh_from_db()
    target_on, later = collection.target_on, collection.chosen_on + timedelta(days=2)

    team.book(collection, later, today=today)

    collection.refresh_from_db()
    assert (collection.state, collection.chosen_on) == ("booked", later)
    assert collection.target_on == target_on
    assert activity_of(journey, "product_received").target_on == later + timedelta(days=28)


def test_booking_again_replaces_the_appointment_and_keeps_the_old_one(team, decided):
    collection, today = decided
    team.book(collection, today + timedelta(days=7), today=today)

    team.book(collection, today + timedelta(days=8), today=today)

    states = Appointment.objects.filter(activity=collection).order_by("pk")
    assert [appointment.cancel_reason for appointment in states] == ["rebooked", ""]


def test_an_hour_that_is_over_is_refused(team, decided):
    collection, today = decided

    with pytest.raises(DateInPast):
        team.book(collection, today, today=today, hour=7)

    assert not Appointment.objects.exists()


def test_a_cancelled_booking_gives_the_plan_its_own_day_back(team, decided):
    collection, today = decided
    collection.refresh_from_db()
    planned_on = collection.chosen_on
    team.book(collection, planned_on + timedelta(days=3), today=today)

    with pytest.raises(ReasonMissing):
        cancel(team, collection, today, reason=" ")
    cancel(team, collection, today)

    collection.refresh_from_db()
    assert (collection.state, collection.planned_at) == ("planned", None)
    assert collection.chosen_on == planned_on
    with pytest.raises(NotBooked):
        cancel(team, collection, today)


def test_the_database_allows_one_live_appointment(team, decided):
    collection, today = decided
    team.book(collection, today + timedelta(days=7), today=today)
    live = Appointment.objects.get()

    with pytest.raises(IntegrityError, match="one_live_appointment"), transaction.atomic():
        Appointment.objects.create(
            activity=collection,
            starts_at=live.starts_at,
            ends_at=live.ends_at,
            booked_by=team.coordinator,
            booked_at=live.booked_at,
        )


def test_a_booking_by_the_night_of_the_clocks_is_the_day_at_the_centre(team, journey, decided):
    """28 March 2027, 23:30 in Stockholm is still that day, whatever the day is in UTC."""
    collection, today = decided
    on = today.replace(year=today.year + 1, month=3, day=28)

    book(
        activity_uid=collection.uid,
        starts_at=at(on, 23) + timedelta(minutes=30),
        minutes=60,
        place="",
        by=team.coordinator,
        today=today,
        now=at(today),
    )

    collection.refresh_from_db()
    assert collection.chosen_on == on


@pytest.mark.feature(76)
def test_a_booking_tells_the_patient_at_once_and_before_the_day(team, journey, decided):
    collection, today = decided
    team.book(collection, today + timedelta(days=10), today=today)

    rules = Reminder.objects.filter(
        topic__uid=collection.uid, state="pending", recipient__user=journey.patient.user
    ).values_list("kind", flat=True)

    assert sorted(rules) == ["appointment_booked", *2 * ["prepare"], *2 * ["visit_soon"]]


@pytest.mark.feature(79)
def test_reminders_beyond_the_horizon_are_written_when_they_come_near(team, journey):
    infused_on = team.carry_to(journey, "infusion")
    yearly = activity_of(journey, "year", 1)
    assert not Reminder.objects.filter(topic__uid=yearly.uid).exists()

    near = yearly.chosen_on - timedelta(days=80)
    extend_reminders(journey_uid=journey.uid, now=at(near), today=near)

    assert near > infused_on
    assert Reminder.objects.filter(topic__uid=yearly.uid, state="pending").exists()
    again = extend_reminders(journey_uid=journey.uid, now=at(near), today=near)
    assert (again.created, again.moved, again.suppressed) == ((), (), ())


def notices():
    return Reminder.objects.filter(kind="plan_changed", state="pending")


@pytest.mark.feature(17)
def test_the_patient_is_told_when_a_booking_is_cancelled_or_gets_another_hour(team, decided):
    collection, today = decided
    day = today + timedelta(days=7)
    team.book(collection, day, today=today)
    assert not notices().exists()

    team.book(collection, day, today=today, hour=13)
    assert notices().count() == 1

    cancel(team, collection, today)
    assert notices().count() == 2


def test_another_day_is_told_by_its_own_message_and_not_twice(team, decided):
    collection, today = decided
    team.book(collection, today + timedelta(days=7), today=today)

    team.book(collection, today + timedelta(days=8), today=today)

    assert not notices().exists()
    assert Reminder.objects.filter(kind="appointment_booked", state="pending").count() == 1
