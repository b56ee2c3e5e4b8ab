"""What is cancelled frees its units in the same transaction, whoever cancels it."""

from datetime import timedelta

import pytest
from django.db import connection

from journeys.capacity.domain.slots import SlotState
from journeys.capacity.models import Reservation
from journeys.capacity.services import hold_bed, hold_slot
from journeys.planning.domain.states import ActivityState, EndReason
from journeys.planning.models import Activity, Appointment
from journeys.planning.services import (
    book,
    cancel_booking,
    close_without,
    end_journey,
    undo_last,
)
from tests.capacity.conftest import live
from tests.factories import activity_of


@pytest.fixture
def infusion(ward, take):
    """An infusion with its beds."""
    activity = activity_of(ward.journey(), "infusion")
    bed = ward.unit("Infusion bed").uid
    take(activity, resource_uid=bed, starts_at=ward.at(40), minutes=60)
    assert len(live(ward)) == 3
    return activity


@pytest.mark.feature(36)
def test_cancelling_a_booking_frees_its_unit_and_its_beds(ward, infusion):
    cancel_booking(
        activity_uid=infusion.uid, reason="no product", by=ward.coordinator, **ward.clock
    )

    assert live(ward) == []
    freed = Reservation.objects.filter(activity=infusion)
    assert set(freed.values_list("release_reason", flat=True)) == {"no product"}
    assert set(freed.values_list("released_at", flat=True)) == {ward.clock["now"]}


def test_booking_another_time_without_a_unit_frees_the_old_one(ward, infusion):
    book(
        activity_uid=infusion.uid,
        starts_at=ward.at(45),
        minutes=60,
        place="",
        by=ward.coordinator,
        **ward.clock,
    )

    assert live(ward) == []


def test_ending_the_journey_frees_everything(ward, infusion):
    hold_bed_for = activity_of(ward.journey(), "infusion")
    ward.unit("Bed 1")
    end_journey(
        journey_uid=infusion.journey.uid,
        reason=EndReason.PROGRESSION,
        on=ward.today,
        note="",
        by=ward.coordinator,
        **ward.clock,
    )

    assert live(ward) == []
    hold_bed(
        activity_uid=hold_bed_for.uid,
        day_0=ward.today + timedelta(days=40),
        by=ward.coordinator,
        **ward.clock,
    )


def test_ending_the_journey_frees_a_bed_that_had_no_appointment(ward):
    activity = activity_of(ward.journey(), "infusion")
    day_0 = ward.today + timedelta(days=40)
    hold_bed(activity_uid=activity.uid, day_0=day_0, by=ward.coordinator, **ward.clock)

    end_journey(
        journey_uid=activity.journey.uid,
        reason=EndReason.PROGRESSION,
        on=ward.today,
        note="",
        by=ward.coordinator,
        **ward.clock,
    )

    assert live(ward) == []


def test_ending_the_journey_gives_a_held_slot_back(ward):
    journey = ward.journey(protocol="axi-cel-lbcl")
    slot = ward.slot(days=20)
    cycle = journey.cycles.get()
    hold_slot(
        slot_uid=slot.uid,
        cycle=cycle,
        hold_until=ward.at(2),
        by=ward.coordinator,
        now=ward.clock["now"],
    )

    end_journey(
        journey_uid=journey.uid,
        reason=EndReason.PROGRESSION,
        on=ward.today,
        note="",
        by=ward.coordinator,
        **ward.clock,
    )

    slot.refresh_from_db()
    assert slot.state == SlotState.RELEASED


def test_closing_an_activity_without_it_taking_place_frees_its_units(ward, infusion):
    close_without(
        activity_uid=infusion.uid,
        state=ActivityState.NOT_NEEDED,
        reason="Another way was found",
        by=ward.coordinator,
        **ward.clock,
    )

    assert live(ward) == []


def test_even_a_statement_by_hand_frees_the_units(ward, infusion):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE planning_appointment SET cancelled_at = now(), cancel_reason = 'by hand' "
            "WHERE activity_id = %s",
            [infusion.pk],
        )

    assert live(ward) == []
    freed = Reservation.objects.filter(activity=infusion)
    assert set(freed.values_list("release_reason", flat=True)) == {"by hand"}


def test_a_bulk_update_frees_the_units(ward, infusion):
    Appointment.objects.filter(activity=infusion).update(
        cancelled_at=ward.clock["now"], cancel_reason="moved"
    )

    assert live(ward) == []


def test_other_changes_of_an_activity_free_nothing(ward, infusion):
    Activity.objects.filter(pk=infusion.pk).update(plan_version=99)

    assert len(live(ward)) == 3


def test_undoing_a_cancellation_takes_the_units_again(ward, infusion):
    held = live(ward)
    cancel_booking(activity_uid=infusion.uid, reason="mistake", by=ward.coordinator, **ward.clock)

    undo(ward, infusion.journey)

    assert live(ward) == held
    infusion.refresh_from_db()
    assert infusion.state == ActivityState.BOOKED


def test_undoing_leaves_cancelled_what_somebody_else_has_by_now(ward, infusion, take):
    cancel_booking(activity_uid=infusion.uid, reason="mistake", by=ward.coordinator, **ward.clock)
    other = activity_of(ward.journey(), "infusion")
    take(other, resource_uid=ward.unit("Infusion bed").uid, starts_at=ward.at(40), minutes=60)

    undo(ward, infusion.journey)

    infusion.refresh_from_db()
    assert infusion.state == ActivityState.PLANNED
    assert set(Reservation.objects.live().values_list("activity", flat=True)) == {other.pk}


def undo(ward, journey):
    journey.refresh_from_db()
    undo_last(
        journey_uid=journey.uid, number=journey.plan_version, by=ward.coordinator, **ward.clock
    )
