"""Taking a chain: collection, manufacturer's slot and bed at once, or nothing."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from carttrack.accounts.models import User
from journeys.capacity.domain.chains import Chain
from journeys.capacity.domain.kinds import COLLECTION, INFUSION
from journeys.capacity.domain.slots import USUAL_HOLD
from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.services.manufacturing import hold_slot, release_slot
from journeys.capacity.services.refusals import ChainStands
from journeys.capacity.services.reserving import hold_bed, reserve
from journeys.planning.domain.states import MoveReason
from journeys.planning.models import Activity, Cycle, Journey
from journeys.planning.selectors.wording import title_of
from journeys.planning.services import move
from journeys.planning.services.refusals import AlreadyBooked

PRODUCT_READY = "product_received"
INSTEAD = "another slot was taken"


@transaction.atomic
def take_chain(
    *, journey_uid: uuid.UUID, chain: Chain, by: User, today: date, now: datetime
) -> None:
    """Book the collection, hold the slot, expect the product on its day and hold the bed.

    What of it stands already stays as it is. The cycle and the slots are locked before anything is
    written into the history, as whoever confirms a slot does.

    Raises:
        Journey.DoesNotExist, Activity.DoesNotExist: no such journey, or nothing to collect.
        ChainStands: all of it was taken before.
        Refusal: something of the chain is no longer free; nothing is written.
    """
    journey = Journey.objects.select_for_update(of=("self",)).get(uid=journey_uid)
    cycle = journey.cycles.order_by("-number")[:1].get()
    ahead = {row.code: row.uid for row in cycle.activities.filter(occurrence=1)}
    if COLLECTION not in ahead or INFUSION not in ahead:
        raise Activity.DoesNotExist
    _lock_slots(cycle, chain)
    clock: dict[str, Any] = {"by": by, "today": today, "now": now}
    steps: list[Callable[[], object]] = [
        partial(
            reserve,
            activity_uid=ahead[COLLECTION],
            resource_uid=chain.collection.resource,
            starts_at=chain.collection.starts_at,
            minutes=chain.collection.minutes,
            **clock,
        )
    ]
    if chain.manufacturing is not None:
        slot, ready_on = chain.manufacturing.slot, chain.manufacturing.ready_on
        steps.append(partial(_have_slot, cycle, slot, by=by, now=now))
        steps.append(partial(_expect, ahead[PRODUCT_READY], ready_on, **clock))
    if chain.bed is not None:
        day_0 = chain.infusion_on
        steps.append(partial(hold_bed, activity_uid=ahead[INFUSION], day_0=day_0, **clock))
    if not sum(_is_new(step) for step in steps):
        raise ChainStands


def _is_new(step: Callable[[], object]) -> bool:
    """Take one link of a chain; tell whether it was not taken before."""
    try:
        step()
    except AlreadyBooked:
        return False
    return True


def _lock_slots(cycle: Cycle, chain: Chain) -> None:
    """Lock the cycle and then its slots by id, as whoever holds one does."""
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    wanted = Q(cycle=cycle)
    if chain.manufacturing is not None:
        wanted |= Q(uid=chain.manufacturing.slot)
    slots = ManufacturingSlot.objects.live().filter(wanted).order_by("pk")
    list(slots.select_for_update().values_list("pk"))


def _expect(activity_uid: uuid.UUID, on: date, *, by: User, today: date, now: datetime) -> None:
    """Expect the product on the slot's day."""
    activity = Activity.objects.get(uid=activity_uid)
    if activity.locked_on == on:
        raise AlreadyBooked(title_of(activity))
    move(
        activity_uid=activity_uid,
        to_on=on,
        reason=MoveReason.OTHER,
        note="The manufacturer's slot",
        by=by,
        today=today,
        now=now,
    )


def _have_slot(cycle: Cycle, slot_uid: uuid.UUID, *, by: User, now: datetime) -> None:
    """Hold the slot for the therapy instead of another that it may have; a confirmed one stays."""
    own = ManufacturingSlot.objects.live().filter(cycle=cycle).first()
    if own is not None and own.uid == slot_uid:
        raise AlreadyBooked(str(own.product))
    if own is not None:
        release_slot(slot_uid=own.uid, reason=INSTEAD, by=by, now=now)
    hold_slot(slot_uid=slot_uid, cycle=cycle, hold_until=now + USUAL_HOLD, by=by, now=now)
