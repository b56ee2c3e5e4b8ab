"""The manufacturer's slot of a simulated therapy: asked for, held, confirmed or left to lapse."""

from datetime import date, datetime, timedelta

from carttrack.simulation.fates import COLLECTION
from carttrack.simulation.life import Life
from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.services import confirm_slot, hold_slot, request_slot
from journeys.planning.models import Cycle

MADE_IN = timedelta(days=28)
HELD_FOR = timedelta(days=3)
SLOT = "slot"  # from which a span counts, like from what happens in the plan


def take_slot(life: Life, day: date, now: datetime) -> None:
    """Ask for and hold a slot once the collection has its day; confirm it the next time."""
    product = life.journey.protocol_version.protocol.product
    if product is None or COLLECTION in life.happened:
        return
    collection = life.journey.activities.filter(
        code=life.collection.code, cycle__number=life.cycle
    ).first()
    if collection is None or collection.chosen_on is None or collection.chosen_on <= day:
        return
    if life.once(SLOT):
        life.happened[SLOT] = day
        with life.event():
            slot = request_slot(
                centre=life.journey.centre,
                product=product,
                collection_on=collection.chosen_on,
                ready_on=collection.chosen_on + MADE_IN,
                by=life.journey.coordinator,
                now=now,
            )
            hold_slot(
                slot_uid=slot.uid,
                hold_until=now + HELD_FOR,
                by=life.journey.coordinator,
                now=now,
                cycle=Cycle.objects.get(journey=life.journey, number=life.cycle),
            )
    elif not life.attempt.slot_lapses and life.once("confirmed"):
        held = ManufacturingSlot.objects.filter(cycle__journey=life.journey).order_by("-pk").first()
        if held is not None:
            with life.event():
                confirm_slot(slot_uid=held.uid, by=life.journey.coordinator, now=now)
