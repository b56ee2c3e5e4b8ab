"""Taking a chain: collection, manufacturer's slot and bed at once, or nothing."""

import uuid
from datetime import date, datetime

from django.db import transaction

from carttrack.accounts.models import User
from journeys.capacity.domain.chains import Chain
from journeys.capacity.domain.kinds import COLLECTION, INFUSION
from journeys.capacity.domain.slots import USUAL_HOLD, SlotState
from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.services.manufacturing import hold_slot, release_slot
from journeys.capacity.services.reserving import hold_bed, reserve
from journeys.planning.domain.states import MoveReason
from journeys.planning.models import Activity, Cycle, Journey
from journeys.planning.services import move

PRODUCT_READY = "product_received"
INSTEAD = "another slot was taken"


@transaction.atomic
def take_chain(
    *, journey_uid: uuid.UUID, chain: Chain, by: User, today: date, now: datetime
) -> None:
    """Book the collection, hold the slot, expect the product on its day and hold the bed.

    Raises:
        Journey.DoesNotExist, Activity.DoesNotExist: no such journey, or nothing to collect.
        Refusal: something of the chain is no longer free; nothing is written.
    """
    journey = Journey.objects.select_for_update(of=("self",)).get(uid=journey_uid)
    cycle = journey.cycles.order_by("-number")[:1].get()
    ahead = {row.code: row.uid for row in cycle.activities.filter(occurrence=1)}
    if COLLECTION not in ahead or INFUSION not in ahead:
        raise Activity.DoesNotExist
    reserve(
        activity_uid=ahead[COLLECTION],
        resource_uid=chain.collection.resource,
        starts_at=chain.collection.starts_at,
        minutes=chain.collection.minutes,
        by=by,
        today=today,
        now=now,
    )
    if chain.manufacturing is not None:
        _have_slot(cycle, chain.manufacturing.slot, by=by, now=now)
        move(
            activity_uid=ahead[PRODUCT_READY],
            to_on=chain.manufacturing.ready_on,
            reason=MoveReason.OTHER,
            note="The manufacturer's slot",
            by=by,
            today=today,
            now=now,
        )
    if chain.bed is not None:
        hold_bed(activity_uid=ahead[INFUSION], day_0=chain.infusion_on, by=by, today=today, now=now)


def _have_slot(cycle: Cycle, slot_uid: uuid.UUID, *, by: User, now: datetime) -> None:
    """Hold the slot for the therapy instead of another that it may have; a confirmed one stays."""
    own = ManufacturingSlot.objects.live().filter(cycle=cycle).first()
    if own is not None and own.uid == slot_uid and own.state == SlotState.CONFIRMED:
        return
    if own is not None and own.uid != slot_uid:
        release_slot(slot_uid=own.uid, reason=INSTEAD, by=by, now=now)
    hold_slot(slot_uid=slot_uid, cycle=cycle, hold_until=now + USUAL_HOLD, by=by, now=now)
