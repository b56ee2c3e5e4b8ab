"""Booking into units: capacity, the patient's other bookings, hours, closures, overbooking."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction

from carttrack.accounts.domain import Role
from journeys.capacity.domain.hours import Hours
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import Reservation
from journeys.capacity.services import (
    add_closure,
    allow_overbooking,
    change_resource,
    lift_closure,
    reserve,
    set_hours,
)
from journeys.capacity.services.refusals import (
    NothingFree,
    OutsideHours,
    OverbookingNotAllowed,
    PatientElsewhere,
    TakesNoUnit,
    UnitClosed,
    UnitNotInUse,
    UnitTaken,
    WrongUnit,
)
from journeys.planning.models import Appointment
from journeys.planning.services import book, cancel_booking
from tests.capacity.conftest import live
from tests.factories import CentreFactory, activity_of, patient_at, staff


@pytest.mark.feature(29)
def test_an_activity_is_booked_into_a_unit_and_into_the_plan_at_once(ward, take):
    activity = ward.collection()

    booked = take(activity)

    (reservation,) = booked.reservations
    appointment = Appointment.objects.get(activity=activity, cancelled_at=None)
    assert reservation.appointment == appointment
    assert (reservation.starts_at, reservation.ends_at) == (
        appointment.starts_at,
        appointment.ends_at,
    )
    assert appointment.place == "Machine 1"
    activity.refresh_from_db()
    assert activity.state == "booked"


@pytest.mark.feature(29)
def test_every_kind_of_unit_can_be_kept(ward):
    kinds = set(ward.centre.resources.values_list("kind", flat=True))

    assert kinds == {kind.value for kind in ResourceKind}


@pytest.mark.feature(30)
def test_a_unit_is_had_by_one_patient_at_a_time(ward, take):
    take(ward.collection())

    with pytest.raises(UnitTaken):
        take(ward.collection(), starts_at=ward.at(20, time(12, 59)))

    take(ward.collection(), starts_at=ward.at(20, time(13)))


def test_the_database_refuses_an_overlap_whoever_writes_it(ward, take):
    (taken,) = take(ward.collection()).reservations
    taken.pk, taken.uid = None, "00000000-0000-4000-8000-000000000001"
    taken.starts_at += timedelta(minutes=1)

    with pytest.raises(IntegrityError, match="reservation_never_overlaps"), transaction.atomic():
        taken.save(force_insert=True)


def test_the_first_free_unit_of_the_kind_is_found(ward, take):
    take(ward.collection())

    (second,) = take(ward.collection(), resource_uid=None).reservations
    with pytest.raises(NothingFree) as refused:
        take(ward.collection(), resource_uid=None)

    assert second.resource.name == "Machine 2"
    assert "Apheresis machine" in refused.value.sentence
    assert "09:00–13:00" in refused.value.sentence


def test_the_old_slot_is_lost_only_when_the_new_one_stands(ward, take):
    activity = ward.collection()
    take(activity)
    take(ward.collection(), starts_at=ward.at(21))

    with pytest.raises(UnitTaken):
        take(activity, starts_at=ward.at(21))
    kept = Reservation.objects.live().get(activity=activity)
    take(activity, starts_at=ward.at(20, time(10)))

    assert kept.starts_at == ward.at(20)
    moved = Reservation.objects.live().get(activity=activity)
    assert moved.starts_at == ward.at(20, time(10))
    kept.refresh_from_db()
    assert kept.release_reason == "rebooked"


@pytest.mark.feature(31)
def test_a_patient_is_in_one_place_at_a_time(ward, take):
    journey = ward.journey()
    take(activity_of(journey, "leukapheresis"))
    other = activity_of(journey, "lymphodepletion")
    chair = {"resource_uid": ward.unit("Chair 1").uid, "minutes": 60}

    with pytest.raises(PatientElsewhere) as refused:
        take(other, starts_at=ward.at(20, time(12)), **chair)

    assert "Leukapheresis" in refused.value.sentence
    take(other, starts_at=ward.at(20, time(13)), **chair)


@pytest.mark.feature(31)
def test_bookings_at_another_centre_count_and_cancelled_ones_do_not(ward, take):
    journey = ward.journey()
    activity = activity_of(journey, "leukapheresis")
    elsewhere = CentreFactory(time_zone="Europe/Helsinki", closed_weekdays=[])
    ward_elsewhere = type(ward)(centre=elsewhere, coordinator=staff(elsewhere))
    machine = ward_elsewhere.add(ResourceKind.APHERESIS, "Machine")
    take(activity, resource_uid=machine.uid)
    chair = {
        "activity_uid": activity_of(journey, "lymphodepletion").uid,
        "resource_uid": ward.unit("Chair 1").uid,
        "starts_at": ward.at(20, time(10)),
        "minutes": 60,
        "by": ward.coordinator,
        **ward.clock,
    }

    with pytest.raises(PatientElsewhere):
        reserve(**chair)
    cancel_booking(activity_uid=activity.uid, reason="ill", by=ward.coordinator, **ward.clock)
    reserve(**chair)

    assert live(ward) == ["Chair 1"]


def test_a_booking_without_a_unit_counts_too(ward, take):
    journey = ward.journey()
    book(
        activity_uid=activity_of(journey, "lymphodepletion").uid,
        starts_at=ward.at(20, time(10)),
        minutes=60,
        place="Day unit",
        by=ward.coordinator,
        **ward.clock,
    )

    with pytest.raises(PatientElsewhere):
        take(activity_of(journey, "leukapheresis"))


@pytest.mark.feature(32)
def test_the_blocker_is_named_only_to_those_who_may_see_the_patient(ward, take):
    patient = patient_at(ward.centre, given_name="Blanka", family_name="Blocker")
    take(ward.collection(patient=patient))
    elsewhere = CentreFactory()
    stranger = staff(elsewhere)
    other = activity_of(ward.journey(), "leukapheresis")

    with pytest.raises(UnitTaken) as told:
        take(other)
    with pytest.raises(UnitTaken) as untold:
        take(other, by=stranger)

    assert "Blanka Blocker" in told.value.sentence
    assert "Blocker" not in untold.value.sentence
    assert "occupied" in untold.value.sentence


def test_a_unit_is_booked_inside_its_hours_only(ward, take):
    machine = ward.unit("Machine 1")
    day = ward.at(20).weekday()
    week = {day: [Hours(time(8), time(12)), Hours(time(12), time(16))]}
    set_hours(resource_uid=machine.uid, week=week, by=ward.coordinator, now=ward.clock["now"])

    with pytest.raises(OutsideHours):
        take(ward.collection(), starts_at=ward.at(20, time(12, 30)))
    with pytest.raises(OutsideHours):
        take(ward.collection(), starts_at=ward.at(21))
    take(ward.collection(), starts_at=ward.at(20, time(12)))


def test_without_hours_a_unit_follows_the_centres_open_days(ward, take):
    closed = ward.at(20)
    ward.centre.closed_days.create(on=closed.date(), name="Founders' day")

    with pytest.raises(OutsideHours):
        take(ward.collection())

    take(ward.collection(), starts_at=ward.at(21, time(2)))


def test_hours_of_a_kind_count_for_units_without_their_own(ward, take):
    one, two = ward.unit("Machine 1"), ward.unit("Machine 2")
    every_day = {day: [Hours(time(8), time(20))] for day in range(7)}
    early = {day: [Hours(time(6), time(10))] for day in range(7)}
    told = {"by": ward.coordinator, "now": ward.clock["now"]}
    set_hours(resource_uid=one.uid, week=early, whole_kind=True, **told)
    set_hours(resource_uid=one.uid, week=every_day, **told)

    take(ward.collection())
    with pytest.raises(OutsideHours):
        take(ward.collection(), resource_uid=two.uid)
    take(ward.collection(), resource_uid=two.uid, starts_at=ward.at(20, time(6)))


def test_a_closure_names_what_it_hits_and_closes_the_unit_until_it_is_lifted(ward, take):
    machine = ward.unit("Machine 1")
    (hit,) = take(ward.collection()).reservations

    made = add_closure(
        resource_uid=machine.uid,
        starts_at=ward.at(20, time(8)),
        ends_at=ward.at(22, time(8)),
        reason="Service",
        by=ward.coordinator,
        now=ward.clock["now"],
    )
    with pytest.raises(UnitClosed) as refused:
        take(ward.collection(), starts_at=ward.at(21))
    lift_closure(closure_uid=made.closure.uid, by=ward.coordinator, now=ward.clock["now"])
    take(ward.collection(), starts_at=ward.at(21))

    assert made.hit == (hit,)
    assert "Service" in refused.value.sentence


def test_a_unit_out_of_use_is_not_booked(ward, take):
    machine = ward.unit("Machine 1")
    change_resource(
        resource_uid=machine.uid,
        name="Machine 1",
        is_active=False,
        by=ward.coordinator,
        now=ward.clock["now"],
    )

    with pytest.raises(UnitNotInUse):
        take(ward.collection())


def test_an_activity_needs_its_own_kind_of_unit(ward, take):
    journey = ward.journey()

    with pytest.raises(WrongUnit):
        take(activity_of(journey, "leukapheresis"), resource_uid=ward.unit("Chair 1").uid)
    with pytest.raises(TakesNoUnit):
        take(activity_of(journey, "eligibility"))


@pytest.mark.feature(33)
def test_overbooking_needs_the_right_and_a_reason_and_stays_visible(ward, take):
    take(ward.collection())
    activity = ward.collection()
    administrator = staff(ward.centre, Role.ADMINISTRATOR)

    with pytest.raises(OverbookingNotAllowed):
        take(activity, overbook_reason="Cannot wait")
    told = {"centre": ward.centre, "by": administrator, "now": ward.clock["now"]}
    allow_overbooking(user=ward.coordinator, **told)
    with pytest.raises(UnitTaken):
        take(activity)
    (over,) = take(activity, overbook_reason="Cannot wait").reservations

    assert (over.overbook_reason, over.overbooked_by) == ("Cannot wait", ward.coordinator)
    assert live(ward) == ["Machine 1", "Machine 1"]


@pytest.mark.feature(33)
def test_the_right_to_overbook_ends_at_the_centres_where_one_coordinates(ward, take):
    told = {"centre": ward.centre, "by": ward.coordinator, "now": ward.clock["now"]}
    stranger = staff(CentreFactory())
    allow_overbooking(user=stranger, **told)
    take(ward.collection())

    with pytest.raises(OverbookingNotAllowed):
        take(ward.collection(), by=stranger, overbook_reason="Cannot wait")


def test_what_is_overbooked_blocks_others_as_well(ward, take):
    told = {"centre": ward.centre, "by": ward.coordinator, "now": ward.clock["now"]}
    allow_overbooking(user=ward.coordinator, **told)
    first = ward.collection()
    take(first)
    take(ward.collection(), overbook_reason="Cannot wait")
    cancel_booking(activity_uid=first.uid, reason="ill", by=ward.coordinator, **ward.clock)

    with pytest.raises(UnitTaken):
        take(ward.collection())


def test_a_free_unit_is_not_marked_as_overbooked(ward, take):
    told = {"centre": ward.centre, "by": ward.coordinator, "now": ward.clock["now"]}
    allow_overbooking(user=ward.coordinator, **told)

    (reservation,) = take(ward.collection(), overbook_reason="Just in case").reservations

    assert reservation.overbook_reason == ""
