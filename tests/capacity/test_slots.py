"""The manufacturer's slots: every move, deadlines, reminders, one slot for one therapy."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from carttrack.audit.models import HistoryEntry
from journeys.capacity.domain.slots import LIVE_STATES, MOVES, SlotState, may_become
from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.services import (
    confirm_slot,
    expire_lapsed_holds,
    hold_slot,
    release_slot,
    remind_of_lapsing_holds,
    request_slot,
)
from journeys.capacity.services.refusals import (
    CycleHasASlot,
    DeadlinePassed,
    ReadyBeforeCollection,
    SlotNeedsAPatient,
    SlotNotMovable,
    SlotOfAnotherProduct,
    SlotTaken,
)
from journeys.capacity.tasks import watch_holds
from notifications.models import Reminder


@pytest.fixture
def journey(ward):
    return ward.journey(protocol="axi-cel-lbcl")


@pytest.fixture
def cycle(journey):
    return journey.cycles.get()


@pytest.fixture
def told(ward):
    return {"by": ward.coordinator, "now": ward.clock["now"]}


@pytest.fixture
def held(ward, cycle, told):
    """A slot held for a therapy for two days."""
    slot = ward.slot(days=20)
    until = told["now"] + timedelta(days=2)
    return hold_slot(slot_uid=slot.uid, cycle=cycle, hold_until=until, **told)


@pytest.mark.feature(35)
def test_a_slot_goes_from_request_over_hold_to_confirmation(ward, cycle, told):
    slot = ward.slot(days=20)
    seen = [slot.state]
    until = told["now"] + timedelta(days=2)
    seen.append(hold_slot(slot_uid=slot.uid, cycle=cycle, hold_until=until, **told).state)
    seen.append(confirm_slot(slot_uid=slot.uid, **told).state)
    seen.append(release_slot(slot_uid=slot.uid, reason="Unfit", **told).state)

    assert seen == ["requested", "held", "confirmed", "released"]
    actions = HistoryEntry.objects.filter(subject_uid=slot.uid).order_by("at", "pk")
    assert {entry.action for entry in actions} == {
        "slot.requested",
        "slot.held",
        "slot.confirmed",
        "slot.released",
    }


@pytest.mark.feature(35)
@pytest.mark.parametrize(("state", "new"), list(product(SlotState, SlotState)))
def test_no_other_move_is_possible(state, new):
    allowed = {
        ("requested", "held"),
        ("requested", "released"),
        ("held", "held"),
        ("held", "confirmed"),
        ("held", "released"),
        ("held", "expired"),
        ("confirmed", "released"),
    }

    assert may_become(state, new) is ((state.value, new.value) in allowed)


def test_final_states_have_no_way_out():
    assert {state for state, moves in MOVES.items() if not moves} == set(SlotState) - set(
        LIVE_STATES
    )


@pytest.mark.feature(35)
def test_a_hold_lapses_at_its_deadline_and_not_before(held, told):
    assert expire_lapsed_holds(now=held.hold_until - timedelta(seconds=1)) == 0
    assert expire_lapsed_holds(now=held.hold_until) == 1
    assert expire_lapsed_holds(now=held.hold_until) == 0

    held.refresh_from_db()
    assert held.state == SlotState.EXPIRED
    with pytest.raises(SlotNotMovable):
        confirm_slot(slot_uid=held.uid, **told)


def test_a_hold_that_is_over_is_not_confirmed_even_before_anybody_noted_it(held, told):
    with pytest.raises(SlotNotMovable):
        confirm_slot(slot_uid=held.uid, by=told["by"], now=held.hold_until)


@pytest.mark.feature(35)
def test_the_coordinator_is_reminded_once_for_each_deadline(journey, held, told):
    lapses = Reminder.objects.filter(kind="hold_lapses")
    soon = held.hold_until - timedelta(hours=23)

    assert remind_of_lapsing_holds(now=told["now"]) == 0
    for _ in range(2):
        remind_of_lapsing_holds(now=soon)

    assert sorted(lapses.values_list("channel", flat=True)) == ["email", "in_app"]
    assert {reminder.recipient.user for reminder in lapses} == {journey.coordinator}
    assert {reminder.expires_at for reminder in lapses} == {held.hold_until}
    later = held.hold_until + timedelta(days=1)
    hold_slot(slot_uid=held.uid, hold_until=later, by=told["by"], now=soon)
    remind_of_lapsing_holds(now=later - timedelta(hours=1))
    assert lapses.all().count() == 4


def test_the_task_reads_the_clock_and_does_both(held):
    watch_holds()

    held.refresh_from_db()
    assert held.state == SlotState.HELD


def test_a_therapy_has_one_live_slot(ward, cycle, held, told):
    other = ward.slot(days=22)
    until = told["now"] + timedelta(days=2)

    with pytest.raises(CycleHasASlot):
        hold_slot(slot_uid=other.uid, cycle=cycle, hold_until=until, **told)
    with (
        pytest.raises(IntegrityError, match="cycle_has_one_live_slot"),
        transaction.atomic(),
    ):
        ManufacturingSlot.objects.filter(pk=other.pk).update(cycle=cycle)
    release_slot(slot_uid=held.uid, reason="Other day", **told)
    hold_slot(slot_uid=other.uid, cycle=cycle, hold_until=until, **told)


def test_a_slot_is_for_one_therapy_and_its_product(ward, held, told):
    until = told["now"] + timedelta(days=2)
    other = ward.journey(protocol="axi-cel-lbcl").cycles.get()
    foreign = ward.journey().cycles.get()

    with pytest.raises(SlotTaken):
        hold_slot(slot_uid=held.uid, cycle=other, hold_until=until, **told)
    with pytest.raises(SlotOfAnotherProduct):
        hold_slot(slot_uid=ward.slot(days=30).uid, cycle=foreign, hold_until=until, **told)


def test_a_slot_without_a_patient_is_held_and_not_confirmed(ward, journey, told):
    slot = ward.slot(days=20)
    hold_slot(slot_uid=slot.uid, hold_until=told["now"] + timedelta(days=1), **told)

    with pytest.raises(SlotNeedsAPatient):
        confirm_slot(slot_uid=slot.uid, **told)


def test_days_and_deadlines_that_cannot_be_are_refused(ward, journey, told):
    slot = ward.slot(days=20)
    days = {"collection_on": ward.today, "ready_on": ward.today}

    with pytest.raises(ReadyBeforeCollection):
        request_slot(centre=ward.centre, product=slot.product, **days, **told)
    with pytest.raises(DeadlinePassed):
        hold_slot(slot_uid=slot.uid, hold_until=told["now"], **told)
