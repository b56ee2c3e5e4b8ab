"""The units of the demonstration's centres, what is booked in them, and manufacturers' slots."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.hours import Hours
from journeys.capacity.domain.kinds import ResourceKind, kind_for
from journeys.capacity.models import Resource
from journeys.capacity.services import (
    add_closure,
    add_resource,
    allow_overbooking,
    assign_unit,
    confirm_slot,
    hold_bed,
    hold_slot,
    request_slot,
    set_hours,
)
from journeys.planning.domain.states import OPEN_STATES, JourneyStatus
from journeys.planning.models import Activity, Appointment, Cycle
from journeys.planning.services import Refusal

UNITS = {
    ResourceKind.APHERESIS: ("Apheresis 1", "Apheresis 2"),
    ResourceKind.CHAIR: ("Chair 1", "Chair 2", "Chair 3"),
    ResourceKind.INFUSION_BED: ("Infusion bed",),
    ResourceKind.WARD_BED: ("Bed 1", "Bed 2", "Bed 3", "Bed 4", "Bed 5"),
    ResourceKind.ICU_BED: ("ICU 1", "ICU 2"),
    ResourceKind.CLINIC_SLOT: ("Clinic 1", "Clinic 2"),
}
DAYTIME = {day: [Hours(time(7, 30), time(17))] for day in range(5)}
WITH_HOURS = (ResourceKind.APHERESIS, ResourceKind.CHAIR, ResourceKind.CLINIC_SLOT)
SHOWN_DAYS = timedelta(days=21)
REASON = "The product cannot wait, the other patient is moved this morning"
MANUFACTURING_DAYS = 24


def seed_capacity(*, now: datetime) -> None:
    """Give every centre its units, put what is booked into them and note some slots.

    It comes after the patients' days were lived through: what they were booked for gets its unit.
    """
    for centre in Centre.objects.order_by("pk"):
        people = User.objects.filter(memberships__centre=centre, is_active=True)
        coordinator = people.filter(memberships__role=Role.COORDINATOR).order_by("pk").first()
        administrator = people.filter(memberships__role=Role.ADMINISTRATOR).order_by("pk").first()
        if coordinator is None:
            continue
        today = now.astimezone(ZoneInfo(centre.time_zone)).date()
        _make_units(centre, by=coordinator, now=now)
        if administrator:
            allow_overbooking(user=coordinator, centre=centre, by=administrator, now=now)
        _fill(centre, by=coordinator, today=today, now=now)
        _make_slots(centre, by=coordinator, today=today, now=now)
        _close_one(centre, by=coordinator, today=today, now=now)


def _make_units(centre: Centre, *, by: User, now: datetime) -> None:
    for kind, names in UNITS.items():
        made = [add_resource(centre=centre, kind=kind, name=name, by=by, now=now) for name in names]
        if kind in WITH_HOURS:
            uid = made[0].uid
            set_hours(resource_uid=uid, week=DAYTIME, whole_kind=True, by=by, now=now)


def _fill(centre: Centre, *, by: User, today: date, now: datetime) -> None:
    """Put the appointments of these weeks into units, and hold beds for infusions to come."""
    appointments = Appointment.objects.filter(
        activity__centre=centre, cancelled_at__isnull=True, starts_at__gte=now - SHOWN_DAYS
    ).select_related("activity")
    for appointment in appointments.order_by("starts_at", "pk"):
        activity = appointment.activity
        if kind_for(code=activity.code, kind=activity.kind):
            _assign(activity, by=by, today=today, now=now)
    coming = Activity.objects.filter(
        centre=centre, code="infusion", state__in=OPEN_STATES, chosen_on__gt=today
    ).filter(journey__status=JourneyStatus.ACTIVE, chosen_on__lte=today + 2 * SHOWN_DAYS)
    for activity in coming.exclude(reservations__isnull=False).order_by("chosen_on", "pk"):
        _hold(activity, by=by, today=today, now=now)


def _assign(activity: Activity, *, by: User, today: date, now: datetime) -> None:
    """Give an appointment its unit; where none is left it is overbooked, for all to see."""
    for reason in ("", REASON):
        try:
            assign_unit(
                activity_uid=activity.uid, by=by, today=today, now=now, overbook_reason=reason
            )
        except Refusal:
            continue
        return


def _hold(activity: Activity, *, by: User, today: date, now: datetime) -> None:
    """Hold the beds of an infusion; a full ward keeps it waiting, as in real life."""
    if activity.chosen_on is None:
        return
    try:
        hold_bed(activity_uid=activity.uid, day_0=activity.chosen_on, by=by, today=today, now=now)
    except Refusal:
        return


def _make_slots(centre: Centre, *, by: User, today: date, now: datetime) -> None:
    """Note a confirmed slot for each product in the making, a hold that presses, and free ones."""
    cycles = list(
        Cycle.objects.filter(
            journey__centre=centre,
            journey__status=JourneyStatus.ACTIVE,
            journey__protocol_version__protocol__product__isnull=False,
            activities__code="product_received",
            activities__state__in=OPEN_STATES,
        )
        .select_related("journey__protocol_version__protocol__product")
        .order_by("-pk")
    )
    held = False
    for cycle in cycles:
        days = dict(
            cycle.activities.filter(code__in=["leukapheresis", "product_received"]).values_list(
                "code", "chosen_on"
            )
        )
        collected, ready = days.get("leukapheresis"), days.get("product_received")
        product = cycle.journey.protocol_version.protocol.product
        if collected is None or ready is None or ready <= collected or product is None:
            continue
        slot = request_slot(
            centre=centre, product=product, collection_on=collected, ready_on=ready, by=by, now=now
        )
        hours = 20 if collected > today and not held else 60
        until = now + timedelta(hours=hours)
        hold_slot(slot_uid=slot.uid, cycle=cycle, hold_until=until, by=by, now=now)
        if collected <= today:
            confirm_slot(slot_uid=slot.uid, by=by, now=now)
        held = held or collected > today
    products = {cycle.journey.protocol_version.protocol.product for cycle in cycles}
    for product in sorted(filter(None, products), key=lambda each: each.code):
        for weeks in range(1, 5):
            monday = today + timedelta(days=7 * weeks - today.weekday() + weeks % 3)
            request_slot(
                centre=centre,
                product=product,
                collection_on=monday,
                ready_on=monday + timedelta(days=MANUFACTURING_DAYS),
                reference=f"{product.code.upper()}-{monday:%y%m%d}",
                by=by,
                now=now,
            )


def _close_one(centre: Centre, *, by: User, today: date, now: datetime) -> None:
    machine = Resource.objects.get(centre=centre, name="Apheresis 2")
    day = today + timedelta(days=8 - today.weekday())
    starts_at = datetime.combine(day, time(7), tzinfo=ZoneInfo(centre.time_zone)).astimezone(UTC)
    add_closure(
        resource_uid=machine.uid,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=1, hours=9),
        reason="Yearly service",
        by=by,
        now=now,
    )
