"""The search for a chain: pure ranking first, then with real slots, then taken whole."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from journeys.capacity.domain.chains import (
    Bed,
    Collection,
    Infusion,
    Manufacturing,
    NoChain,
    Search,
    find_chains,
)
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import Reservation
from journeys.capacity.selectors.chains import search_chains
from journeys.capacity.services import confirm_slot, hold_bed, hold_slot, take_chain
from journeys.capacity.services.refusals import UnitTaken
from journeys.planning.models import Appointment, PlanRevision
from journeys.planning.services import record_happened
from tests.capacity.conftest import live
from tests.factories import activity_of, patient_at

TODAY = date(2026, 3, 2)
NAMES = {day: UUID(int=day) for day in range(100)}


def day(number):
    return TODAY + timedelta(days=number)


def machine(number, name="Machine 1", site="A", hour=8):
    at = datetime(2026, 3, 2, hour, tzinfo=UTC) + timedelta(days=number)
    return Collection(
        on=day(number), starts_at=at, minutes=240, resource=uuid4(), name=name, site=site
    )


def slot(received, ready, number=1):
    return Manufacturing(slot=NAMES[number], received_on=day(received), ready_on=day(ready))


def search(**changes):
    """A search in which the infusion follows twelve days after the product, and a bed is free."""

    def infusion_after(_collected_on, ready_on, infused_on):
        on = infused_on or ready_on + timedelta(days=12)
        closes = ready_on + timedelta(days=30)
        return Infusion(on=on, closes_on=closes, visits=frozenset({on - timedelta(days=5), on}))

    bed = Bed(resource=NAMES[99], name="Bed 1")
    plain = {
        "today": TODAY,
        "collection_closes": day(40),
        "collections": [machine(10)],
        "slots": [slot(10, 38)],
        "infusion_after": infusion_after,
        "bed_from": lambda _day: bed,
        "next_bed_day": lambda _day, _closes: None,
        "needs_bed": True,
        "booked_days": frozenset(),
        "travel_minutes": 45,
    }
    return find_chains(Search(**(plain | changes)))


@pytest.mark.feature(34)
def test_a_chain_says_what_it_costs():
    (chain,) = search().chains

    assert chain.infusion_on == day(50)
    assert chain.cost.days == 50
    assert chain.cost.trips == 3  # collection, lymphodepletion, infusion
    assert chain.cost.minutes == 3 * 2 * 45
    assert chain.cost.margin_days == 18


@pytest.mark.feature(34)
def test_the_three_best_come_soonest_first_and_always_in_the_same_order():
    collections = [machine(number) for number in (16, 10, 14, 12)]
    slots = [slot(number, number + 28, number) for number in (10, 12, 14, 16)]

    found = search(collections=collections, slots=slots).chains
    again = search(collections=collections[::-1], slots=slots[::-1]).chains

    assert [chain.infusion_on for chain in found] == [day(50), day(52), day(54)]
    assert [chain.collection.on for chain in found] == [chain.collection.on for chain in again]


def test_of_equally_soon_chains_the_one_with_less_travel_wins_then_the_one_with_more_margin():
    collections = [machine(9), machine(10), machine(11)]
    slots = [slot(10, 38, 1), slot(11, 38, 2)]

    soon = search(collections=collections, slots=slots, booked_days=frozenset({day(10)}))

    assert [chain.collection.on for chain in soon.chains] == [day(10), day(10), day(9)]
    assert [chain.cost.trips for chain in soon.chains] == [2, 2, 3]


def test_cells_are_received_on_the_day_they_are_collected_or_the_next():
    fits = [slot(10, 38, 1), slot(11, 39, 2)]

    assert len(search(slots=fits).chains) == 2
    assert search(slots=[slot(9, 38), slot(12, 38)]).missing is NoChain.NO_SLOT


def test_one_machine_of_a_day_and_site_is_enough():
    collections = [machine(10, "Machine 2"), machine(10), machine(10, site="B", hour=7)]

    found = search(collections=collections).chains

    assert [(chain.collection.site, chain.collection.name) for chain in found] == [
        ("A", "Machine 1"),
        ("B", "Machine 1"),
    ]


def test_day_0_waits_for_a_bed_inside_its_window():
    bed = Bed(resource=NAMES[99], name="Bed 1")
    late = {
        "bed_from": lambda on: bed if on >= day(53) else None,
        "next_bed_day": lambda _on, closes: day(53) if closes >= day(53) else None,
    }

    (chain,) = search(**late).chains

    assert chain.infusion_on == day(53)
    assert chain.cost.margin_days == 15


@pytest.mark.feature(34)
@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"collections": []}, NoChain.NO_COLLECTION),
        ({"slots": []}, NoChain.NO_SLOT),
        ({"infusion_after": lambda *_: None}, NoChain.NO_PLAN),
        ({"bed_from": lambda _: None}, NoChain.NO_BED),
    ],
)
def test_without_a_chain_the_missing_link_is_named(changes, missing):
    found = search(**changes)

    assert (found.chains, found.missing) == ((), missing)


def test_a_product_without_slots_and_a_ward_without_beds_need_none():
    def infusion_after(collected_on, _ready_on, _infused_on):
        on = collected_on + timedelta(days=40)
        return Infusion(on=on, closes_on=on, visits=frozenset({on}))

    (chain,) = search(
        slots=None, infusion_after=infusion_after, needs_bed=False, travel_minutes=None
    ).chains

    assert (chain.manufacturing, chain.bed, chain.cost.minutes) == (None, None, None)


@pytest.mark.parametrize("many", [400])
def test_the_work_is_bounded_whatever_is_on_offer(many):
    asked = []

    def infusion_after(_collected_on, ready_on, _infused_on):
        asked.append(ready_on)
        on = ready_on + timedelta(days=12)
        return Infusion(on=on, closes_on=on, visits=frozenset({on}))

    search(
        collections=[machine(number) for number in range(1, 40)],
        slots=[slot(number % 40, number % 40 + 28, number % 90) for number in range(many)],
        infusion_after=infusion_after,
    )

    assert len(asked) <= 80


@pytest.fixture
def journey(ward):
    patient = patient_at(ward.centre, travel_minutes=30)
    return ward.journey(protocol="axi-cel-lbcl", patient=patient)


def searched(ward, journey):
    return search_chains(journey.uid, user=ward.coordinator, **ward.clock)


@pytest.mark.feature(34)
def test_real_slots_machines_and_beds_make_a_chain_and_nothing_is_written(ward, journey):
    window = activity_of(journey, "leukapheresis")
    first = (window.opens_on - ward.today).days + 3
    for number in range(first, first + 5):
        ward.slot(days=number)
    revisions = PlanRevision.objects.count()

    found = searched(ward, journey).found

    assert len(found.chains) == 3
    best = found.chains[0]
    assert window.opens_on <= best.collection.on <= window.closes_on
    assert best.bed.name == "Bed 1"
    assert best.cost.days == (best.infusion_on - ward.today).days
    assert best.cost.minutes == best.cost.trips * 60
    assert [chain.infusion_on for chain in found.chains] == sorted(
        chain.infusion_on for chain in found.chains
    )
    assert (PlanRevision.objects.count(), live(ward)) == (revisions, [])


@pytest.mark.feature(34)
def test_a_bed_that_is_taken_moves_day_0(ward, journey):
    first = (activity_of(journey, "leukapheresis").opens_on - ward.today).days + 3
    ward.slot(days=first)
    best = searched(ward, journey).found.chains[0]
    other = activity_of(ward.journey(), "infusion")
    hold_bed(activity_uid=other.uid, day_0=best.infusion_on, by=ward.coordinator, **ward.clock)

    later = searched(ward, journey).found.chains[0]

    assert later.infusion_on == best.infusion_on + timedelta(days=11)


@pytest.mark.feature(34)
def test_a_chain_is_taken_whole(ward, journey):
    first = (activity_of(journey, "leukapheresis").opens_on - ward.today).days + 3
    slot = ward.slot(days=first)
    chain = searched(ward, journey).found.chains[0]

    take_chain(journey_uid=journey.uid, chain=chain, by=ward.coordinator, **ward.clock)

    slot.refresh_from_db()
    assert (slot.state, slot.cycle) == ("held", journey.cycles.get())
    assert live(ward) == ["Bed 1", "ICU 1", "Machine 1"]
    assert Appointment.objects.get(cancelled_at=None).starts_at == chain.collection.starts_at
    assert activity_of(journey, "product_received").chosen_on == slot.ready_on
    assert activity_of(journey, "infusion").chosen_on == chain.infusion_on


@pytest.mark.feature(34)
def test_a_chain_of_which_something_was_taken_is_not_taken_at_all(ward, journey, take):
    first = (activity_of(journey, "leukapheresis").opens_on - ward.today).days + 3
    slot = ward.slot(days=first)
    chain = searched(ward, journey).found.chains[0]
    take(ward.collection(), starts_at=chain.collection.starts_at)

    with pytest.raises(UnitTaken):
        take_chain(journey_uid=journey.uid, chain=chain, by=ward.coordinator, **ward.clock)

    slot.refresh_from_db()
    assert slot.state == "requested"
    assert Reservation.objects.live().count() == 1


def test_a_slot_held_before_gives_way_to_the_chains_and_a_confirmed_one_stays(ward, journey):
    first = (activity_of(journey, "leukapheresis").opens_on - ward.today).days + 3
    told = {"by": ward.coordinator, "now": ward.clock["now"]}
    held = {"cycle": journey.cycles.get(), "hold_until": ward.at(2)}
    late, soon = ward.slot(days=first + 10), ward.slot(days=first)
    hold_slot(slot_uid=late.uid, **held, **told)
    chain = searched(ward, journey).found.chains[0]

    take_chain(journey_uid=journey.uid, chain=chain, by=ward.coordinator, **ward.clock)
    confirm_slot(slot_uid=soon.uid, **told)
    ward.slot(days=first + 1)
    again = searched(ward, journey).found.chains

    late.refresh_from_db()
    assert (late.state, late.close_reason) == ("released", "another slot was taken")
    assert {chain.manufacturing.slot for chain in again} == {soon.uid}
    take_chain(journey_uid=journey.uid, chain=again[0], by=ward.coordinator, **ward.clock)
    soon.refresh_from_db()
    assert soon.state == "confirmed"


def test_a_search_without_slots_machines_or_cells_to_collect_says_why(ward, journey):
    assert searched(ward, journey).found.missing is NoChain.NO_SLOT
    ward.centre.resources.filter(kind=ResourceKind.APHERESIS).update(is_active=False)
    assert searched(ward, journey).found.missing is NoChain.NO_COLLECTION
    collected = ward.journey(days_ago=40, protocol="axi-cel-lbcl")
    for code in ("eligibility", "leukapheresis"):
        activity = activity_of(collected, code)
        record_happened(activity_uid=activity.uid, on=ward.today, by=ward.coordinator, **ward.clock)
    assert searched(ward, collected).found.missing is NoChain.ALREADY_COLLECTED


def test_a_protocol_without_a_product_needs_no_slot(ward):
    found = searched(ward, ward.journey()).found

    assert found.chains[0].manufacturing is None
