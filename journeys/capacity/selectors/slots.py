"""The manufacturer's slots of a centre, those that need a hand first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.slots import LIVE_STATES, WARNING, SlotState, has_lapsed
from journeys.capacity.labels import SLOT_STATE_LABELS
from journeys.capacity.models import ManufacturingSlot
from journeys.capacity.selectors.people import Seen, journey_page
from journeys.patients.models import Patient
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Activity, Cycle, Product
from journeys.planning.workspace import centre_today

STAYS = timedelta(days=14)
MOST_SLOTS = 100
MARKS = {
    SlotState.REQUESTED: "planned",
    SlotState.HELD: "at_risk",
    SlotState.CONFIRMED: "booked",
    SlotState.RELEASED: "cancelled",
    SlotState.EXPIRED: "missed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """One slot. `countdown` says how long a hold still stands, `is_pressing` that time is short.

    One that is unneeded is kept for a therapy that has ended, and is to be given back.
    """

    uid: uuid.UUID
    product: str
    reference: str
    collection_on: date
    ready_on: date
    state: str
    mark: str
    word: str
    hold_until: datetime | None
    countdown: str
    is_pressing: bool
    is_live: bool
    is_unneeded: bool
    patient: str
    href: str
    close_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPage:
    """The slots of a centre, and whose names stand there."""

    rows: tuple[SlotRow, ...]
    seen: tuple[Seen, ...]
    pressing: int
    unneeded: int


def slot_page(user: User, *, centre: Centre, now: datetime) -> SlotPage:
    """Return slots: what is to be given back, holds, those asked for, and those confirmed.

    What was closed, and what was confirmed and is over, stays for two weeks. It takes two queries.
    """
    today = centre_today(centre, now=now)
    is_over = Q(state=SlotState.CONFIRMED, ready_on__lt=today - STAYS)
    unneeded = ManufacturingSlot.objects.unneeded(on=today).filter(pk=OuterRef("pk"))
    order = Case(
        When(is_unneeded=True, then=Value(0)),
        When(state=SlotState.HELD, then=Value(1)),
        When(state=SlotState.REQUESTED, then=Value(2)),
        When(state=SlotState.CONFIRMED, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    found = (
        ManufacturingSlot.objects.visible_to(user)
        .filter(Q(closed_at=None) | Q(closed_at__gte=now - STAYS), ~is_over, centre=centre)
        .annotate(is_unneeded=Exists(unneeded))
        .select_related("product", "cycle__journey__patient")
        .order_by(order, "hold_until", "collection_on", "pk")[:MOST_SLOTS]
    )
    slots = list(found)
    rows = tuple(
        slot_row(slot, now=now, is_unneeded=slot.is_unneeded)  # type: ignore[attr-defined]
        for slot in slots
    )
    seen = dict.fromkeys(slot.cycle.journey.patient.uid for slot in slots if slot.cycle)
    return SlotPage(
        rows=rows,
        seen=tuple(Seen(uid=uid) for uid in seen),
        pressing=sum(row.is_pressing for row in rows),
        unneeded=sum(row.is_unneeded for row in rows),
    )


def slot_row(slot: ManufacturingSlot, *, now: datetime, is_unneeded: bool) -> SlotRow:
    """Return one slot as the list shows it; a hold that is over is said to be, noted or not."""
    state = SlotState(slot.state)
    if has_lapsed(state, slot.hold_until, now=now):
        state = SlotState.EXPIRED
    is_held = state is SlotState.HELD and slot.hold_until is not None
    left = slot.hold_until - now if is_held and slot.hold_until else None
    journey = slot.cycle.journey if slot.cycle else None
    return SlotRow(
        uid=slot.uid,
        product=slot.product.name,
        reference=slot.reference,
        collection_on=slot.collection_on,
        ready_on=slot.ready_on,
        state=state,
        mark=MARKS[state],
        word=str(SLOT_STATE_LABELS[state]),
        hold_until=slot.hold_until if is_held else None,
        countdown=said_left(left) if left else "",
        is_pressing=left is not None and left <= WARNING,
        is_live=state in LIVE_STATES,
        is_unneeded=is_unneeded and state in LIVE_STATES,
        patient=journey.patient.full_name if journey else "",
        href=journey_page(journey.uid) if journey else "",
        close_reason=slot.close_reason,
    )


def said_left(left: timedelta) -> str:
    """Say how long a hold still stands, in the unit a person would use."""
    hours = int(left.total_seconds() // 3600)
    if hours >= 2 * 24:
        days = hours // 24
        return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
    if hours >= 1:
        return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}
    return _("less than an hour left")


def open_cycles(user: User, *, centre: Centre, product: Product) -> Sequence[Cycle]:
    """Return the therapies of the product at a centre that a slot may still be held for."""
    received = Activity.objects.filter(code="product_received", happened_on__isnull=False)
    return list(
        Cycle.objects.filter(
            journey__centre=centre,
            journey__status=JourneyStatus.ACTIVE,
            journey__protocol_version__protocol__product=product,
            journey__patient__in=Patient.objects.visible_to(user),
        )
        .exclude(Exists(ManufacturingSlot.objects.live().filter(cycle=OuterRef("pk"))))
        .exclude(Exists(received.filter(cycle=OuterRef("pk"))))
        .select_related("journey__patient")
        .order_by("journey__patient__family_name", "pk")[:MOST_SLOTS]
    )
