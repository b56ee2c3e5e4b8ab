"""The manufacturer's slots: asking, holding until a deadline, confirming, letting go."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from carttrack.accounts.models import Centre, User
from carttrack.audit import services as audit
from journeys.capacity.domain.slots import WARNING, SlotState, may_become
from journeys.capacity.labels import SLOT_STATE_LABELS
from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.services.refusals import (
    CycleHasASlot,
    DeadlinePassed,
    ReadyBeforeCollection,
    SlotNeedsAPatient,
    SlotNotMovable,
    SlotOfAnotherProduct,
    SlotTaken,
)
from journeys.capacity.workspace import zone_of
from journeys.planning.models import Cycle, Product
from journeys.planning.services.refusals import SentTwice
from notifications import services as notifications
from notifications.domain.states import Purpose

LAPSES_KIND = "hold_lapses"
LAPSES_CHANNELS = ("in_app", "email")
SLOTS_PAGE = "/capacity/slots/"


@transaction.atomic
def request_slot(
    *,
    centre: Centre,
    product: Product,
    collection_on: date,
    ready_on: date,
    by: User,
    now: datetime,
    reference: str = "",
    uid: uuid.UUID | None = None,
) -> ManufacturingSlot:
    """Note that a slot was asked for; it is nobody's until somebody takes it.

    `uid` is the slot's name where a form chose one.

    Units:
        collection_on: the local day on which the cells are received; ready_on: the local day on
        which the product is expected.

    Raises:
        ReadyBeforeCollection: the two days are the wrong way round.
        SentTwice: there is a slot of this name.
    """
    if ready_on <= collection_on:
        raise ReadyBeforeCollection
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if uid and ManufacturingSlot.objects.filter(uid=uid).exists():
        raise SentTwice
    slot = ManufacturingSlot.objects.create(
        uid=uid or uuid.uuid4(),
        centre=centre,
        product=product,
        collection_on=collection_on,
        ready_on=ready_on,
        reference=reference,
        requested_by=by,
        requested_at=now,
    )
    _record("slot.requested", slot, by=by, now=now)
    return slot


@transaction.atomic
def hold_slot(
    *,
    slot_uid: uuid.UUID,
    hold_until: datetime,
    by: User,
    now: datetime,
    cycle: Cycle | None = None,
) -> ManufacturingSlot:
    """Hold a slot until a deadline, for a therapy where one is named; a hold may be prolonged.

    Raises:
        ManufacturingSlot.DoesNotExist: no such slot.
        SlotNotMovable: the slot is confirmed, released or lapsed.
        DeadlinePassed: the deadline is not to come.
        SlotTaken, CycleHasASlot, SlotOfAnotherProduct: it is not for this therapy.
    """
    if cycle is not None:
        Cycle.objects.select_for_update().get(pk=cycle.pk)
    slot = _locked(slot_uid)
    if hold_until <= now:
        raise DeadlinePassed
    _move(slot, SlotState.HELD)
    if cycle is not None:
        _check_cycle(slot, cycle)
        slot.cycle = cycle
    slot.hold_until = hold_until
    slot.save(update_fields=["state", "cycle", "hold_until"])
    _record("slot.held", slot, by=by, now=now)
    return slot


@transaction.atomic
def confirm_slot(*, slot_uid: uuid.UUID, by: User, now: datetime) -> ManufacturingSlot:
    """Confirm a held slot before its hold lapses.

    Raises:
        ManufacturingSlot.DoesNotExist: no such slot.
        SlotNotMovable: it is not held, or its hold is over.
        SlotNeedsAPatient: nobody has taken it.
    """
    slot = _locked(slot_uid)
    if slot.hold_until is not None and slot.hold_until <= now and slot.state == SlotState.HELD:
        raise SlotNotMovable(SLOT_STATE_LABELS[SlotState.EXPIRED], _word(SlotState.CONFIRMED))
    _move(slot, SlotState.CONFIRMED)
    if slot.cycle_id is None:
        raise SlotNeedsAPatient
    slot.save(update_fields=["state"])
    _record("slot.confirmed", slot, by=by, now=now)
    return slot


@transaction.atomic
def release_slot(*, slot_uid: uuid.UUID, reason: str, by: User, now: datetime) -> ManufacturingSlot:
    """Give a slot back, with the reason.

    Raises:
        ManufacturingSlot.DoesNotExist: no such slot.
        SlotNotMovable: it was given back or lapsed already.
    """
    slot = _locked(slot_uid)
    _close(slot, SlotState.RELEASED, reason=reason, now=now)
    _record("slot.released", slot, by=by, now=now, note=reason)
    return slot


@transaction.atomic
def expire_lapsed_holds(*, now: datetime) -> int:
    """Note every hold whose deadline has passed; two runs at once are harmless."""
    lapsed = ManufacturingSlot.objects.lapsed(at=now).order_by("pk")
    locked = list(lapsed.select_for_update(skip_locked=True).values_list("pk", flat=True))
    slots = list(_with_patients().filter(pk__in=locked).order_by("pk"))
    for slot in slots:
        _close(slot, SlotState.EXPIRED, reason="the hold lapsed", now=now)
        _record("slot.expired", slot, by="system:slots", now=now)
    return len(slots)


@transaction.atomic
def remind_of_lapsing_holds(*, now: datetime) -> int:
    """Owe a message to the coordinator of each hold that lapses within a day; once per deadline.

    The message says nothing about the patient on an open channel. It expires with the hold.
    """
    lapsing = ManufacturingSlot.objects.filter(
        state=SlotState.HELD,
        cycle__isnull=False,
        hold_until__gt=now,
        hold_until__lte=now + WARNING,
    ).select_related("product", "centre", "cycle__journey__coordinator")
    owed = 0
    for slot in lapsing.order_by("pk"):
        owed += _remind(slot, now=now)
    return owed


def _remind(slot: ManufacturingSlot, *, now: datetime) -> int:
    cycle, hold_until = slot.cycle, slot.hold_until
    if cycle is None or hold_until is None:
        return 0
    journey = cycle.journey
    recipient = notifications.recipient_for_user(
        user=journey.coordinator, time_zone=slot.centre.time_zone
    )
    for channel in LAPSES_CHANNELS:
        notifications.notify_now(
            thread_uid=journey.uid,
            topic_uid=None,
            recipient=recipient,
            channel=channel,
            kind=LAPSES_KIND,
            rule=f"{LAPSES_KIND}:{slot.uid}:{hold_until:%Y%m%dT%H%M}",
            context={
                "title": slot.product.name,
                "day": hold_until.astimezone(zone_of(slot.centre)).date().isoformat(),
                "link": SLOTS_PAGE,
            },
            now=now,
            expires_at=hold_until,
            purpose=Purpose.SAFETY,
        )
    return 1


def _locked(slot_uid: uuid.UUID) -> ManufacturingSlot:
    """Return a slot with its row locked.

    It is locked alone: a statement with joins would not see the therapy that whoever had it set.
    """
    list(ManufacturingSlot.objects.select_for_update().filter(uid=slot_uid).values_list("pk"))
    return _with_patients().get(uid=slot_uid)


def _with_patients() -> QuerySet[ManufacturingSlot]:
    related = ("centre", "product", "cycle__journey__patient")
    return ManufacturingSlot.objects.select_related(*related)


def _move(slot: ManufacturingSlot, new: SlotState) -> None:
    state = SlotState(slot.state)
    if not may_become(state, new):
        raise SlotNotMovable(_word(state), _word(new))
    slot.state = new


def _close(slot: ManufacturingSlot, new: SlotState, *, reason: str, now: datetime) -> None:
    _move(slot, new)
    slot.closed_at, slot.close_reason = now, reason
    slot.save(update_fields=["state", "closed_at", "close_reason"])


def _check_cycle(slot: ManufacturingSlot, cycle: Cycle) -> None:
    if slot.cycle_id not in {None, cycle.pk}:
        raise SlotTaken
    if cycle.journey.protocol_version.protocol.product_id != slot.product_id:
        raise SlotOfAnotherProduct
    others = ManufacturingSlot.objects.live().filter(cycle=cycle).exclude(pk=slot.pk)
    if others.exists():
        raise CycleHasASlot


def _word(state: SlotState) -> str:
    return str(SLOT_STATE_LABELS[state]).lower()


def _record(
    action: str, slot: ManufacturingSlot, *, by: User | str, now: datetime, note: str = ""
) -> None:
    after: dict[str, Any] = {
        "product": slot.product.code,
        "collection_on": slot.collection_on,
        "ready_on": slot.ready_on,
        "state": slot.state,
        "hold_until": slot.hold_until,
    }
    audit.record(
        actor=by,
        action=action,
        patient_uid=slot.cycle.journey.patient.uid if slot.cycle else None,
        subject=slot,
        centre=slot.centre,
        after=after,
        note=note,
        now=now,
    )
