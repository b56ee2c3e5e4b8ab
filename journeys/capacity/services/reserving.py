"""Booking an activity into a unit, and holding beds for the days after an infusion.

The order of locks is the same everywhere: the journey, the patient, then the units by id.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.kinds import ResourceKind, is_infusion, kind_for
from journeys.capacity.domain.stays import Span
from journeys.capacity.labels import KIND_LABELS, said_span
from journeys.capacity.models import Reservation, Resource
from journeys.capacity.services.asking import (
    Asking,
    Take,
    lock_units,
    locked_activity,
    name_for,
    overbooked,
    own_first,
)
from journeys.capacity.services.beds import Missing, beds_from, stays_for
from journeys.capacity.services.refusals import (
    NothingFree,
    OutsideHours,
    PatientElsewhere,
    TakesNoUnit,
    UnitClosed,
    UnitNotInUse,
    UnitTaken,
    WrongUnit,
)
from journeys.capacity.services.taking import take
from journeys.capacity.workspace import Unit, units, zone_of
from journeys.planning.models import Activity, Appointment
from journeys.planning.selectors.wording import title_of
from journeys.planning.services import book
from journeys.planning.services.refusals import NotBooked


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What was reserved; `missing` are options that no unit was left for, and the full days."""

    reservations: tuple[Reservation, ...]
    missing: Missing = ()


@transaction.atomic
def reserve(
    *,
    activity_uid: uuid.UUID,
    resource_uid: uuid.UUID | None,
    starts_at: datetime,
    minutes: int,
    by: User,
    today: date,
    now: datetime,
    overbook_reason: str = "",
) -> Booked:
    """Book an activity into a unit at a time; without a unit, into the first free one of its kind.

    An infusion takes its beds as well: the ward bed for the whole stay, and the ICU option where
    one is left. Everything or nothing is written, so an earlier booking is lost only when the new
    one stands. With a reason, and the right to it, a unit that is taken is booked all the same.

    Units:
        starts_at: UTC instant; minutes: how long it takes; today: local date at the centre.

    Raises:
        Activity.DoesNotExist, Resource.DoesNotExist: no such activity or unit.
        TakesNoUnit, WrongUnit, UnitNotInUse, OutsideHours, UnitClosed: it cannot be there then.
        UnitTaken, NothingFree, NoBedForTheStay: something else has it.
        AlreadyBooked: it has exactly that.
        PatientElsewhere: the patient is booked somewhere else at that time.
        OverbookingNotAllowed: a reason was given without the right to overbook.
        Refusal: planning refuses, as `journeys.planning.services.book` says.
    """
    activity = locked_activity(activity_uid)
    asking = Asking(
        activity=activity, by=by, today=today, now=now, overbook_reason=overbook_reason.strip()
    )
    span = Span(starts_at, starts_at + timedelta(minutes=minutes))
    main, beds, missing = _units_for(asking, resource_uid, span)
    _check_patient(asking, span)
    place = main.unit.resource.name
    live = Appointment.objects.filter(activity=activity, cancelled_at__isnull=True)
    if not live.filter(starts_at=span.starts_at, ends_at=span.ends_at, place=place).exists():
        book(
            activity_uid=activity.uid,
            starts_at=starts_at,
            minutes=minutes,
            place=place,
            by=by,
            today=today,
            now=now,
        )
    made = take(asking, [main, *beds], appointment=live.get())
    return Booked(reservations=made, missing=missing)


@transaction.atomic
def assign_unit(
    *, activity_uid: uuid.UUID, by: User, today: date, now: datetime, overbook_reason: str = ""
) -> Booked:
    """Give an appointment that was made without a unit the first free one; its time stays.

    Raises:
        Activity.DoesNotExist: no such activity.
        NotBooked: there is no live appointment.
        AlreadyBooked: it has that unit.
        TakesNoUnit, NothingFree, NoBedForTheStay, OverbookingNotAllowed: as `reserve` says.
    """
    activity = locked_activity(activity_uid)
    appointment = Appointment.objects.filter(activity=activity, cancelled_at__isnull=True).first()
    if appointment is None:
        raise NotBooked
    asking = Asking(
        activity=activity, by=by, today=today, now=now, overbook_reason=overbook_reason.strip()
    )
    span = Span(appointment.starts_at, appointment.ends_at)
    main, beds, missing = _units_for(asking, None, span)
    made = take(asking, [main, *beds], appointment=appointment)
    return Booked(reservations=made, missing=missing)


@transaction.atomic
def hold_bed(
    *, activity_uid: uuid.UUID, day_0: date, by: User, today: date, now: datetime
) -> Booked:
    """Hold the beds of an infusion that has no appointment yet, counted from a day 0.

    Raises:
        Activity.DoesNotExist: no such activity.
        TakesNoUnit: the activity is no infusion.
        NoBedForTheStay: no ward bed is free for the whole stay.
        AlreadyBooked: exactly these beds are held.
    """
    activity = locked_activity(activity_uid)
    if not is_infusion(activity.code):
        raise TakesNoUnit(title_of(activity))
    asking = Asking(activity=activity, by=by, today=today, now=now)
    beds, missing = beds_from(asking, activity.centre, day_0)
    made = take(asking, beds, appointment=None)
    return Booked(reservations=made, missing=missing)


def _units_for(
    asking: Asking, resource_uid: uuid.UUID | None, span: Span
) -> tuple[Take, list[Take], Missing]:
    """Return the activity's own unit and the beds from that day on, all at one centre."""
    main, centre = _main(asking, _kind_of(asking.activity), resource_uid, span)
    day_0 = span.starts_at.astimezone(zone_of(centre)).date()
    return main, *beds_from(asking, centre, day_0)


def _kind_of(activity: Activity) -> ResourceKind:
    kind = kind_for(code=activity.code, kind=activity.kind)
    if kind is None:
        raise TakesNoUnit(title_of(activity))
    return kind


def _main(
    asking: Asking, kind: ResourceKind, resource_uid: uuid.UUID | None, span: Span
) -> tuple[Take, Centre]:
    """Return the unit of the activity itself, locked, with its centre; beds are locked with it."""
    chosen = (
        Resource.objects.select_related("centre").get(uid=resource_uid) if resource_uid else None
    )
    centre = chosen.centre if chosen else asking.activity.centre
    lock_units(centre, [kind, *(stay.kind for stay in stays_for(asking.activity, centre))])
    if chosen is not None and chosen.kind != kind:
        raise WrongUnit(title_of(asking.activity), chosen.name)
    wanted = Resource.objects.filter(centre=centre, kind=kind)
    if chosen is None:
        return _first_free(asking, wanted.active(), kind, centre, span), centre
    (unit,) = units(wanted.filter(pk=chosen.pk), starts_at=span.starts_at, ends_at=span.ends_at)
    return _checked(asking, unit, span), centre


def _first_free(
    asking: Asking, wanted: QuerySet[Resource], kind: ResourceKind, centre: Centre, span: Span
) -> Take:
    found = units(wanted, starts_at=span.starts_at, ends_at=span.ends_at)
    for unit in own_first(found, asking.activity):
        if unit.can_take(span, ignoring=asking.activity):
            return Take(unit=unit, span=span)
    open_units = [unit for unit in found if unit.is_open(span) and not unit.closure_in(span)]
    if asking.overbook_reason and open_units:
        return overbooked(asking, open_units[0], span)
    if len(found) == 1:
        return _checked(asking, found[0], span)
    zone = found[0].zone if found else zone_of(centre)
    raise NothingFree(KIND_LABELS[kind], said_span(span, zone, today=asking.today))


def _checked(asking: Asking, unit: Unit, span: Span) -> Take:
    """Return a unit that can take the span, or say what is in the way."""
    name, when = unit.resource.name, said_span(span, unit.zone, today=asking.today)
    if not unit.resource.is_active:
        raise UnitNotInUse(name)
    if not unit.is_open(span):
        raise OutsideHours(name, when)
    closure = unit.closure_in(span)
    if closure is not None:
        closed = Span(closure.starts_at, closure.ends_at)
        raise UnitClosed(name, said_span(closed, unit.zone, today=asking.today), closure.reason)
    clash = unit.clash(span, ignoring=asking.activity)
    if clash is None:
        return Take(unit=unit, span=span)
    if asking.overbook_reason:
        return overbooked(asking, unit, span)
    taken = said_span(clash.span, unit.zone, today=asking.today)
    raise UnitTaken(name, taken, name_for(clash, asking.by))


def _check_patient(asking: Asking, span: Span) -> None:
    """Refuse a time at which the patient is booked elsewhere; cancelled and own ones do not count.

    Nights in a bed do not count either: a patient on the ward still goes to the clinic.
    """
    patient = asking.activity.journey.patient_id
    other = (
        Appointment.objects.filter(activity__journey__patient=patient, cancelled_at__isnull=True)
        .filter(starts_at__lt=span.ends_at, ends_at__gt=span.starts_at)
        .exclude(activity=asking.activity)
        .select_related("activity__journey__protocol_version", "activity__centre")
        .order_by("starts_at")
        .first()
    )
    if other is not None:
        zone = zone_of(other.activity.centre)
        when = said_span(Span(other.starts_at, other.ends_at), zone, today=asking.today)
        raise PatientElsewhere(title_of(other.activity), when)
