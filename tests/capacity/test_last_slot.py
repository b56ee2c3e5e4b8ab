"""Fifty people press the button for the last slot at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import Reservation
from journeys.capacity.services import reserve
from journeys.planning.models import Appointment
from journeys.planning.services import Refusal
from tests.capacity.conftest import STOCKHOLM, Ward
from tests.factories import CentreFactory, activity_of, journey_at, staff

THREADS = 50


def together(calls):
    """Run the calls at once, each in a thread with its own connection."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait(timeout=60)
        try:
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.feature(30)
@pytest.mark.parametrize("names_the_unit", [True, False], ids=["one unit", "first free"])
def test_of_fifty_threads_for_the_last_slot_one_gets_it(transactional_db, names_the_unit):
    centre = CentreFactory(time_zone=STOCKHOLM, closed_weekdays=[])
    ward = Ward(centre=centre, coordinator=staff(centre))
    machine = ward.add(ResourceKind.APHERESIS, "Machine 1")
    clinician = staff(centre, "clinician")
    activities = [
        activity_of(
            journey_at(centre, coordinator=ward.coordinator, clinician=clinician), "leukapheresis"
        )
        for _ in range(THREADS)
    ]
    clock, starts_at = ward.clock, ward.at(20)

    def asking(activity):
        return lambda: reserve(
            activity_uid=activity.uid,
            resource_uid=machine.uid if names_the_unit else None,
            starts_at=starts_at,
            minutes=240,
            by=ward.coordinator,
            **clock,
        )

    outcomes = together([asking(activity) for activity in activities])

    assert sum(not isinstance(outcome, Refusal) for outcome in outcomes) == 1
    assert all("taken by" in each.sentence for each in outcomes if isinstance(each, Refusal))
    assert Reservation.objects.live().count() == 1
    assert Appointment.objects.filter(cancelled_at=None).count() == 1


@pytest.mark.feature(31)
def test_one_patient_asked_for_twice_at_once_is_in_one_place(transactional_db):
    centre = CentreFactory(time_zone=STOCKHOLM, closed_weekdays=[])
    ward = Ward(centre=centre, coordinator=staff(centre))
    machine = ward.add(ResourceKind.APHERESIS, "Machine 1")
    chair = ward.add(ResourceKind.CHAIR, "Chair 1")
    journey = journey_at(centre, coordinator=ward.coordinator)
    wanted = [("leukapheresis", machine), ("lymphodepletion", chair)]
    clock, starts_at = ward.clock, ward.at(20)

    def asking(code, unit):
        activity = activity_of(journey, code)
        return lambda: reserve(
            activity_uid=activity.uid,
            resource_uid=unit.uid,
            starts_at=starts_at,
            minutes=60,
            by=ward.coordinator,
            **clock,
        )

    outcomes = together([asking(code, unit) for code, unit in wanted])

    assert sum(isinstance(outcome, Refusal) for outcome in outcomes) == 1
    assert Reservation.objects.live().count() == 1
