"""The pages: what they show to whom, what their buttons do, and how often they ask the database."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from carttrack.accounts.domain import Role
from carttrack.audit.models import ReadEntry
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import Closure, ManufacturingSlot, OpeningHours, Reservation
from journeys.capacity.selectors.chains import search_chains
from journeys.capacity.services import allow_overbooking, hold_slot
from journeys.patients.models import CareRelation
from tests.capacity.conftest import live
from tests.factories import CentreFactory, activity_of, centre_day, patient_at, staff


@pytest.fixture
def coordinator(ward, client):
    """The coordinator's browser."""
    client.force_login(ward.coordinator)
    return client


@pytest.fixture
def administrator(ward, client):
    """An administrator's browser."""
    client.force_login(staff(ward.centre, Role.ADMINISTRATOR))
    return client


def text(response):
    return response.content.decode()


def calendar_at(ward, days):
    """Return the address of the calendar of the week so many days from today."""
    return reverse("capacity:calendar") + f"?from={ward.today + timedelta(days=days)}"


@pytest.fixture
def booked(ward, take):
    """A collection of Blanka Blocker's, in twenty days."""
    patient = patient_at(ward.centre, given_name="Blanka", family_name="Blocker")
    activity = ward.collection(patient=patient)
    take(activity)
    return activity


@pytest.mark.feature(29)
def test_the_calendar_shows_units_bookings_and_stages_and_notes_the_read(ward, booked, coordinator):
    response = coordinator.get(calendar_at(ward, 20))

    page = text(response)
    assert "Machine 1" in page
    assert "Blanka Blocker, Leukapheresis" in page
    assert "09:00–13:00" in page
    assert "<table" in page
    assert ReadEntry.objects.filter(
        page="capacity:calendar", patient_uid=booked.journey.patient.uid
    ).exists()


@pytest.mark.feature(32)
def test_whoever_may_not_see_the_patient_sees_that_the_unit_is_occupied(
    ward, booked, administrator
):
    page = text(administrator.get(calendar_at(ward, 20)))

    assert "occupied" in page
    assert "Blocker" not in page
    assert not ReadEntry.objects.filter(page="capacity:calendar").exists()


@pytest.mark.feature(32)
def test_a_patient_of_another_centre_in_a_unit_of_this_one_is_not_named(ward, booked, coordinator):
    CareRelation.objects.filter(patient=booked.journey.patient).update(
        until_on=ward.today - timedelta(days=1)
    )

    assert "Blocker" not in text(coordinator.get(calendar_at(ward, 20)))


def test_what_has_no_unit_yet_stands_below_with_the_way_to_one(ward, coordinator):
    activity = ward.collection()
    days = (activity.chosen_on - ward.today).days

    page = text(coordinator.get(calendar_at(ward, days)))

    assert reverse("capacity:reserve", args=[activity.uid]) in page
    assert reverse("capacity:chains", args=[activity.journey.uid]) in page


@pytest.mark.parametrize("query", ["?from=nonsense", "?from=9999-12-31", "?weeks=99", "?kind=x"])
def test_a_malformed_address_shows_this_week(ward, coordinator, query):
    assert coordinator.get(reverse("capacity:calendar") + query).status_code == 200


def test_one_kind_is_shown_when_asked_for(ward, booked, coordinator):
    page = text(coordinator.get(calendar_at(ward, 20) + "&kind=chair"))

    assert "Chair 1" in page
    assert "Blocker" not in page


def test_a_centre_without_units_is_told_what_to_do(db, client):
    centre = CentreFactory()
    client.force_login(staff(centre))

    assert "Add a unit" in text(client.get(reverse("capacity:calendar")))


PAGES = ("calendar", "units", "slots", "overbookings")


def fill(ward, take, number):
    """Add units, reservations, slots and an overbooking."""
    journeys = [ward.journey(protocol="axi-cel-lbcl") for _ in range(number)]
    for count, journey in enumerate(journeys):
        ward.add(ResourceKind.APHERESIS, f"Machine {10 + ward.centre.resources.count()}")
        slot = ward.slot(days=20 + count)
        until = ward.at(2)
        hold_slot(
            slot_uid=slot.uid,
            cycle=journey.cycles.get(),
            hold_until=until,
            by=ward.coordinator,
            now=ward.clock["now"],
        )
        activity = activity_of(journey, "leukapheresis")
        take(activity, starts_at=ward.at(1), overbook_reason="Full")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_often_for_many_rows_as_for_few(
    ward, take, coordinator, django_assert_max_num_queries, name
):
    told = {"centre": ward.centre, "by": ward.coordinator, "now": ward.clock["now"]}
    allow_overbooking(user=ward.coordinator, **told)
    address = reverse(f"capacity:{name}")
    fill(ward, take, 2)
    coordinator.get(address)  # warm: protocols are parsed once
    with django_assert_max_num_queries(30) as few:
        coordinator.get(address)
    fill(ward, take, 4)

    with django_assert_max_num_queries(len(few)):
        coordinator.get(address)


def test_free_times_are_offered_and_a_click_books(ward, booked, coordinator):
    activity = ward.collection()
    address = reverse("capacity:reserve", args=[activity.uid])
    day = ward.today + timedelta(days=20)
    page = text(coordinator.get(f"{address}?on={day}&minutes=240"))
    sent = {"unit": "first", "on": day, "at": "09:00", "minutes": 240}

    response = coordinator.post(address, sent)

    assert "13:00" in page
    assert response.status_code == 302
    made = Reservation.objects.live().get(activity=activity)
    assert made.resource.name == "Machine 2"


@pytest.mark.feature(32)
def test_a_conflict_stands_in_the_form_with_its_blocker(ward, booked, coordinator):
    address = reverse("capacity:reserve", args=[ward.collection().uid])
    sent = {
        "unit": ward.unit("Machine 1").uid,
        "on": ward.today + timedelta(days=20),
        "at": "10:00",
        "minutes": 60,
    }

    response = coordinator.post(address, sent)

    assert response.status_code == 422
    assert "Machine 1 is taken by Blanka Blocker" in text(response)
    assert "Reason for overbooking" not in text(response)


@pytest.mark.feature(36)
def test_the_page_of_an_infusion_shows_the_beds_and_the_days_without_one(ward, take, coordinator):
    first = activity_of(ward.journey(), "infusion")
    take(first, resource_uid=ward.unit("Infusion bed").uid, starts_at=ward.at(40), minutes=60)
    address = reverse("capacity:reserve", args=[activity_of(ward.journey(), "infusion").uid])

    free = text(coordinator.get(f"{address}?on={ward.today + timedelta(days=60)}"))
    full = text(coordinator.get(f"{address}?on={ward.today + timedelta(days=49)}"))

    assert "Bed 1" in free
    assert full.count('class="shortage"') == 4  # two days for the ward bed, two for the ICU option


def test_an_activity_without_a_unit_says_so(ward, coordinator):
    activity = activity_of(ward.journey(), "eligibility")

    page = text(coordinator.get(reverse("capacity:reserve", args=[activity.uid])))

    assert "not booked into a machine" in page


@pytest.mark.feature(33)
def test_an_overbooking_stands_on_the_weekly_list_with_its_reason(
    ward, booked, coordinator, django_user_model
):
    told = {"centre": ward.centre, "by": ward.coordinator, "now": ward.clock["now"]}
    allow_overbooking(user=ward.coordinator, **told)
    day = ward.today + timedelta(days=20)
    sent = {
        "unit": ward.unit("Machine 1").uid,
        "on": day,
        "at": "10:00",
        "minutes": 60,
        "overbook_reason": "Cells are dying",
    }
    coordinator.post(reverse("capacity:reserve", args=[ward.collection().uid]), sent)

    week = text(coordinator.get(reverse("capacity:overbookings") + f"?from={day}"))
    other = text(coordinator.get(reverse("capacity:overbookings") + f"?from={date(2020, 1, 6)}"))

    assert "Cells are dying" in week
    assert "Overbooked" in week
    assert "calendar__bar--overbooked" in text(coordinator.get(calendar_at(ward, 20)))
    assert "Nothing is overbooked" in other


@pytest.mark.feature(33)
def test_an_administrator_gives_the_right_to_overbook_and_takes_it_back(ward, administrator):
    address = reverse("capacity:overbooking-right")
    person = ward.coordinator.uid
    rights = ward.coordinator.user_permissions

    administrator.post(address, {"person": person, "may": "on"})
    given = rights.count()
    administrator.post(address, {"person": person})
    stranger = staff(CentreFactory())

    assert (given, rights.count()) == (1, 0)
    assert administrator.post(address, {"person": stranger.uid, "may": "on"}).status_code == 404


@pytest.mark.feature(34)
def test_a_chain_is_looked_at_confirmed_and_taken(ward, coordinator):
    journey = ward.journey(protocol="axi-cel-lbcl")
    first = (activity_of(journey, "leukapheresis").opens_on - ward.today).days + 3
    ward.slot(days=first)
    address = reverse("capacity:chains", args=[journey.uid])
    (key, *_) = search_chains(journey.uid, user=ward.coordinator, **ward.clock).keys

    assert f"?take={key}" in text(coordinator.get(address))
    assert live(ward) == []
    assert "Take this chain for" in text(coordinator.get(f"{address}?take={key}"))
    assert live(ward) == []
    assert coordinator.post(address, {"take": key}).status_code == 302
    assert live(ward) == ["Bed 1", "ICU 1", "Machine 1"]


@pytest.mark.feature(34)
def test_a_chain_that_is_gone_is_not_taken_and_the_best_ones_are_shown(ward, coordinator):
    journey = ward.journey(protocol="axi-cel-lbcl")

    response = coordinator.post(reverse("capacity:chains", args=[journey.uid]), {"take": "gone"})

    assert response.status_code == 409
    assert "No free slot of the manufacturer" in text(response)


@pytest.mark.feature(35)
def test_a_slot_is_asked_for_held_confirmed_and_given_back(ward, coordinator):
    journey = ward.journey(protocol="axi-cel-lbcl")
    product = journey.protocol_version.protocol.product
    sent = {
        "product": product.pk,
        "collection_on": ward.today + timedelta(days=20),
        "ready_on": ward.today + timedelta(days=44),
        "reference": "AXI-1",
    }
    coordinator.post(reverse("capacity:slot-new"), sent)
    slot = ManufacturingSlot.objects.get(reference="AXI-1")
    address = reverse("capacity:slot", args=[slot.uid])
    until = {"until_on": ward.today + timedelta(days=1), "until_at": "12:00"}

    answer = coordinator.post(address, {"do": "hold", "journey": journey.uid, **until})
    assert answer.status_code == 302, answer.context["hold"].errors
    listed = text(coordinator.get(reverse("capacity:slots")))
    shown = text(coordinator.get(address))
    coordinator.post(address, {"do": "confirm"})
    slot.refresh_from_db()

    assert "left" in listed
    assert journey.patient.full_name in listed
    assert "Confirm the slot" in shown
    assert slot.state == "confirmed"
    assert coordinator.post(address, {"do": "release", "reason": ""}).status_code == 422
    coordinator.post(address, {"do": "release", "reason": "Unfit"})
    slot.refresh_from_db()
    assert (slot.state, slot.close_reason) == ("released", "Unfit")
    assert coordinator.post(address, {"do": "confirm"}).status_code == 422


def test_a_slot_ready_before_its_cells_is_refused(ward, coordinator):
    product = ward.journey(protocol="axi-cel-lbcl").protocol_version.protocol.product
    sent = {"product": product.pk, "collection_on": "2026-05-02", "ready_on": "2026-05-01"}

    response = coordinator.post(reverse("capacity:slot-new"), sent)

    assert response.status_code == 422
    assert "before its cells" in text(response)


@pytest.mark.feature(29)
def test_an_administrator_keeps_the_units(ward, administrator):
    administrator.post(reverse("capacity:unit-new"), {"kind": "chair", "name": "Chair 9"})
    chair = ward.unit("Chair 9")
    hours = {"day_0": "08:00-12:00, 13:00–24:00", "day_4": "7:30-16:00"}

    administrator.post(reverse("capacity:hours", args=[chair.uid]), hours)
    listed = text(administrator.get(reverse("capacity:units")))
    administrator.post(reverse("capacity:unit", args=[chair.uid]), {"name": "Chair Nine"})
    twice = administrator.post(
        reverse("capacity:unit-new"), {"kind": "chair", "name": "Chair Nine"}
    )

    assert "Mon 08:00–12:00, 13:00–00:00; Fri 07:30–16:00" in listed
    chair.refresh_from_db()
    assert (chair.name, chair.is_active) == ("Chair Nine", False)
    assert twice.status_code == 422


@pytest.mark.parametrize("typed", ["8-12", "08:00–07:00", "25:00–26:00", "nonsense", "08:00–"])
def test_hours_that_cannot_be_are_refused_and_nothing_is_set(ward, administrator, typed):
    address = reverse("capacity:hours", args=[ward.unit("Chair 1").uid])

    response = administrator.post(address, {"day_0": typed})

    assert response.status_code == 422
    assert typed in text(response)
    assert not OpeningHours.objects.exists()


def test_a_closure_is_made_named_with_what_it_hits_and_lifted(ward, booked, coordinator):
    machine = ward.unit("Machine 1")
    day = ward.today + timedelta(days=20)
    sent = {"from_on": day, "from_at": "08:00", "until_on": day, "until_at": "18:00", "reason": "X"}

    coordinator.post(reverse("capacity:close", args=[machine.uid]), sent)
    page = text(coordinator.get(reverse("capacity:unit", args=[machine.uid])))
    closure = Closure.objects.get()
    lift = reverse("capacity:closure-lift", args=[machine.uid, closure.uid])
    for _ in range(2):
        coordinator.post(lift)

    assert "Stands in it" in page
    assert "Blanka Blocker" in page
    closure.refresh_from_db()
    assert closure.lifted_at is not None


def test_a_closure_ends_after_it_begins(ward, coordinator):
    machine = ward.unit("Machine 1")
    day = centre_day(ward.centre)
    sent = {"from_on": day, "from_at": "18:00", "until_on": day, "until_at": "08:00", "reason": "X"}

    response = coordinator.post(reverse("capacity:close", args=[machine.uid]), sent)

    assert response.status_code == 422
    assert not Closure.objects.exists()


def test_the_length_of_a_stay_is_set_with_its_source(ward, coordinator):
    sent = {"kind": "ward_bed", "last_day": 14, "source": "Ward agreement"}

    coordinator.post(reverse("capacity:stay"), sent)

    assert "Day 0 to day 14" in text(coordinator.get(reverse("capacity:units")))
    bad = {"kind": "chair", "last_day": 999, "source": ""}
    assert coordinator.post(reverse("capacity:stay"), bad).status_code == 422
