"""Two people want one unit, one chain or one slot at the same moment: one gets it, whole.

Whatever comes first, nothing deadlocks, nothing is done twice, and no refusal of the database
reaches a person as a fault.
"""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest

from carttrack.accounts.models import Centre
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import ManufacturingSlot, Reservation
from journeys.capacity.selectors.chains import search_chains
from journeys.capacity.services import (
    add_closure,
    add_resource,
    confirm_slot,
    expire_lapsed_holds,
    hold_slot,
    release_slot,
    request_slot,
    reserve,
    take_chain,
)
from journeys.capacity.services.refusals import SlotNotMovable
from journeys.planning.models import Appointment, Product
from journeys.planning.services import (
    Refusal,
    undo_last,
)
from journeys.planning.services.refusals import AlreadyBooked
from tests.factories import activity_of, journey_at, patient_at
from tests.hostile.racing import (
    ROUNDS,
    Ward,
    assert_whole,
    moving,
    only_refusals,
    together,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ward(transactional_db) -> Ward:
    return Ward()


class Capacity:
    """A ward's units and a journey that needs a chain of them."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        Centre.objects.filter(pk=ward.centre.pk).update(closed_weekdays=[])
        for kind, name in (
            (ResourceKind.APHERESIS, "Machine 1"),
            (ResourceKind.INFUSION_BED, "Infusion bed"),
            (ResourceKind.WARD_BED, "Bed 1"),
            (ResourceKind.WARD_BED, "Bed 2"),
            (ResourceKind.ICU_BED, "ICU 1"),
        ):
            add_resource(centre=ward.centre, kind=kind, name=name, by=ward.one, now=ward.now)

    def journey(self):
        return journey_at(
            self.ward.centre,
            patient=patient_at(self.ward.centre, travel_minutes=30),
            coordinator=self.ward.one,
            clinician=self.ward.clinician,
            protocol="axi-cel-lbcl",
        )

    def slot(self, journey, later=0) -> ManufacturingSlot:
        opens = activity_of(journey, "leukapheresis").opens_on + timedelta(days=3 + later)
        return request_slot(
            centre=self.ward.centre,
            product=Product.objects.get(code="axi-cel"),
            collection_on=opens,
            ready_on=opens + timedelta(days=28),
            by=self.ward.one,
            now=self.ward.now,
        )

    def chain(self, journey):
        return search_chains(journey.uid, user=self.ward.one, **self.ward.clock).found.chains[0]


@pytest.fixture
def capacity(ward) -> Capacity:
    return Capacity(ward)


def test_a_chain_is_taken_once(ward, capacity):
    journey = capacity.journey()
    slot = capacity.slot(journey)
    chain = capacity.chain(journey)
    take = partial(take_chain, journey_uid=journey.uid, chain=chain, by=ward.one, **ward.clock)

    outcomes = together(*[take] * 3)

    assert len(only_refusals(outcomes)) == 2
    slot.refresh_from_db()
    assert slot.state == "held"
    assert Appointment.objects.filter(cancelled_at=None).count() == 1
    assert Appointment.objects.count() == 1
    assert_whole(journey)


def test_of_two_journeys_for_one_chain_one_gets_it_whole(ward, capacity):
    journeys = [capacity.journey() for _ in range(2)]
    capacity.slot(journeys[0])
    chains = [capacity.chain(journey) for journey in journeys]
    calls = [
        partial(take_chain, journey_uid=journey.uid, chain=chain, by=ward.one, **ward.clock)
        for journey, chain in zip(journeys, chains, strict=True)
    ]

    outcomes = together(*calls)

    assert len(only_refusals(outcomes)) == 1
    assert Reservation.objects.live().values("activity__journey").distinct().count() == 1


def test_a_chain_is_taken_while_its_slots_are_held_confirmed_and_given_back(ward, capacity):
    told = {"by": ward.other, "now": ward.now}
    for turn in range(ROUNDS):
        journey = capacity.journey()
        early, late = capacity.slot(journey), capacity.slot(journey, later=9)
        cycle = journey.cycles.get()
        until = {"cycle": cycle, "hold_until": ward.now + timedelta(days=2)}
        hold_slot(slot_uid=late.uid, **until, **told)
        chain = capacity.chain(journey)
        take = partial(take_chain, journey_uid=journey.uid, chain=chain, by=ward.one, **ward.clock)
        last = (
            partial(confirm_slot, slot_uid=late.uid, **told),
            partial(release_slot, slot_uid=late.uid, reason="late", **told),
        )[turn % 2]

        def hold_often(*slots, last=last, until=until):
            for _ in range(25):
                for slot in slots:
                    with suppress(Refusal):
                        hold_slot(slot_uid=slot.uid, **until, **told)
            with suppress(Refusal):
                last()

        assert not only_refusals(together(take, partial(hold_often, late, early)))

        assert ManufacturingSlot.objects.live().filter(cycle=cycle).count() <= 1
        assert_whole(journey)
        for slot in ManufacturingSlot.objects.live():
            release_slot(slot_uid=slot.uid, reason="tidy", **told)
        Reservation.objects.live().update(released_at=ward.now, release_reason="tidy")


def test_a_slot_lapses_or_is_confirmed_never_both(ward, capacity):
    for _ in range(ROUNDS):
        journeys = [capacity.journey() for _ in range(3)]
        slots = [capacity.slot(journey) for journey in journeys]
        for journey, slot in zip(journeys, slots, strict=True):
            hold_slot(
                slot_uid=slot.uid,
                cycle=journey.cycles.get(),
                hold_until=ward.now + timedelta(hours=1),
                by=ward.one,
                now=ward.now,
            )
        soon, late = ward.now + timedelta(minutes=59), ward.now + timedelta(minutes=61)
        calls = [partial(confirm_slot, slot_uid=slot.uid, by=ward.one, now=soon) for slot in slots]
        lapse = partial(expire_lapsed_holds, now=late)
        moves = [moving(ward, journey, 40) for journey in reversed(journeys)]

        assert set(only_refusals(together(*calls, lapse, *moves, lapse))) <= {SlotNotMovable}

        for slot in slots:
            slot.refresh_from_db()
            assert slot.state in {"confirmed", "expired"}
            assert (slot.closed_at is None) == (slot.state == "confirmed")


def test_a_unit_closes_while_it_is_reserved(ward, capacity):
    journey = capacity.journey()
    activity = activity_of(journey, "leukapheresis")
    machine = activity.centre.resources.get(name="Machine 1")
    for turn in range(ROUNDS):
        starts_at = ward.now + timedelta(days=20 + turn)
        take = partial(
            reserve,
            activity_uid=activity.uid,
            resource_uid=machine.uid,
            starts_at=starts_at,
            minutes=60,
            by=ward.one,
            **ward.clock,
        )
        shut = partial(
            add_closure,
            resource_uid=machine.uid,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=4),
            reason="Paint",
            by=ward.other,
            now=ward.now,
        )

        took, made = together(take, shut)

        assert not isinstance(made, Exception)
        named = bool(made.hit)  # the closure names what stands in it, or nothing does
        assert named != isinstance(took, Refusal), (took, made)


def test_two_undos_and_a_booking_fight_over_one_unit(ward, capacity):
    """A cancelled booking that holds again asks for the unit that somebody else books."""
    machine = ward.centre.resources.get(name="Machine 1")
    for turn in range(ROUNDS * 2):
        first, second = capacity.journey(), capacity.journey()
        starts_at = ward.now + timedelta(days=30 + turn)

        def take(journey, starts_at=starts_at):
            return partial(
                reserve,
                activity_uid=activity_of(journey, "leukapheresis").uid,
                resource_uid=machine.uid,
                starts_at=starts_at,
                minutes=60,
                by=ward.one,
                **ward.clock,
            )

        take(first)()
        moving(ward, first, 50)()
        first.refresh_from_db()
        undo = partial(
            undo_last, journey_uid=first.uid, number=first.plan_version, by=ward.one, **ward.clock
        )

        only_refusals(together(undo, take(second)))

        live = Reservation.objects.live().filter(resource=machine, starts_at=starts_at)
        assert live.count() == 1
        for journey in (first, second):
            assert_whole(journey)


def test_the_same_booking_by_two_people_is_one(ward):
    activity = activity_of(ward.journey(), "leukapheresis")

    outcomes = together(*(ward.booking(activity, by) for by in (ward.one, ward.other, ward.one)))

    assert only_refusals(outcomes) == [AlreadyBooked] * 2
    assert Appointment.objects.filter(activity=activity).count() == 1
