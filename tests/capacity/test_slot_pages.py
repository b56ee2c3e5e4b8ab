"""The list of slots: what is to be given back stands first, and what is long over goes."""

from copy import copy
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.services import confirm_slot, hold_slot
from journeys.planning.domain.states import CycleReason, EndReason
from journeys.planning.services import end_journey

SLOTS = reverse("capacity:slots")
WARNING = "1 slot is kept for a therapy that has ended"


@pytest.fixture
def coordinator(ward, client):
    """The coordinator's browser."""
    client.force_login(ward.coordinator)
    return client


@pytest.fixture
def cycle(ward):
    return ward.journey(protocol="axi-cel-lbcl").cycles.get()


@pytest.fixture
def confirmed(ward, cycle):
    slot = ward.slot(days=20)
    told = {"by": ward.coordinator, "now": ward.clock["now"]}
    hold_slot(slot_uid=slot.uid, cycle=cycle, hold_until=ward.at(2), **told)
    return confirm_slot(slot_uid=slot.uid, **told)


def rows(coordinator):
    return coordinator.get(SLOTS).context["page"].rows


def ended(ward, cycle):
    end_journey(
        journey_uid=cycle.journey.uid,
        reason=EndReason.PROGRESSION,
        on=ward.today,
        note="",
        by=ward.coordinator,
        **ward.clock,
    )


def begun_again(_ward, cycle):
    again = copy(cycle)
    again.pk, again.uid, again.number, again.chain_of_identity = None, uuid4(), 2, "COI-2"
    again.reason = CycleReason.MANUFACTURING_FAILURE
    again.save()


@pytest.mark.feature(35)
@pytest.mark.parametrize("goes_on", [ended, begun_again])
def test_a_confirmed_slot_of_a_therapy_that_has_ended_is_to_be_given_back(
    ward, cycle, confirmed, coordinator, goes_on
):
    other = ward.slot(days=10)
    assert WARNING not in coordinator.get(SLOTS).text

    goes_on(ward, cycle)

    assert [row.uid for row in rows(coordinator)] == [confirmed.uid, other.uid]
    assert WARNING in coordinator.get(SLOTS).text
    address = reverse("capacity:slot", args=[confirmed.uid])
    assert "kept for a therapy that has ended" in coordinator.get(address).text
    coordinator.post(address, {"do": "release", "reason": "The journey has ended"})
    assert WARNING not in coordinator.get(SLOTS).text


def test_what_was_confirmed_and_is_long_over_goes_from_the_list(ward, confirmed, coordinator):
    def ready(days):
        on = ward.today + timedelta(days=days)
        ManufacturingSlot.objects.update(collection_on=on - timedelta(days=28), ready_on=on)

    ready(-14)
    assert [row.uid for row in rows(coordinator)] == [confirmed.uid]
    ready(-15)
    assert rows(coordinator) == ()


def test_nothing_is_given_back_once_the_product_is_there(ward, cycle, confirmed, coordinator):
    ended(ward, cycle)
    ManufacturingSlot.objects.update(
        collection_on=ward.today - timedelta(days=29), ready_on=ward.today - timedelta(days=1)
    )

    [row] = rows(coordinator)

    assert not row.is_unneeded
    assert WARNING not in coordinator.get(SLOTS).text
