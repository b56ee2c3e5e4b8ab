"""The units of a centre as a list, and one of them with its hours and closures."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.hours import Hours
from journeys.capacity.domain.stays import Span
from journeys.capacity.labels import KIND_LABELS, said_span, weekday_choices
from journeys.capacity.models import Closure, OpeningHours, Reservation, Resource
from journeys.capacity.selectors.people import Seen, visible_patients
from journeys.capacity.workspace import Unit, reach, units, zone_of

DAYS_AHEAD = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit of the list. `reserved` counts what stands in it in the coming four weeks."""

    uid: uuid.UUID
    name: str
    kind: str
    is_active: bool
    hours: str
    reserved: int
    closed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureRow:
    """One closure that stands, with what it hits."""

    uid: uuid.UUID
    when: str
    reason: str
    hit: tuple[str, ...]


def unit_rows(centre: Centre, *, today: date) -> tuple[UnitRow, ...]:
    """Return the units of a centre, in a fixed number of queries."""
    starts_at, ends_at = reach(today, DAYS_AHEAD, zone_of(centre))
    found = units(Resource.objects.filter(centre=centre), starts_at=starts_at, ends_at=ends_at)
    return tuple(
        UnitRow(
            uid=unit.resource.uid,
            name=unit.resource.name,
            kind=str(KIND_LABELS[unit.kind]),
            is_active=unit.resource.is_active,
            hours=said_week(unit),
            reserved=len(unit.reservations),
            closed=_said_closure(unit.closures[0], unit, today=today) if unit.closures else "",
        )
        for unit in found
    )


def said_week(unit: Unit) -> str:
    """Return a unit's hours in short: neighbouring weekdays with the same hours as one."""
    if unit.week is None:
        return _("Around the clock")
    said: list[tuple[str, str, str]] = []
    for day, name in weekday_choices():
        hours = ", ".join(
            f"{each.opens:%H:%M}–{each.closes:%H:%M}" for each in unit.week.get(day, ())
        )
        short = str(name)[:3]
        if said and said[-1][2] == hours:
            said[-1] = (said[-1][0], short, hours)
        else:
            said.append((short, short, hours))
    return "; ".join(
        f"{first if first == last else f'{first}–{last}'} {hours}"
        for first, last, hours in said
        if hours
    )


def hours_of(resource: Resource, *, today: date) -> str:
    """Return a unit's hours in short, whether its own, its kind's or the centre's."""
    starts_at, ends_at = reach(today, 0, zone_of(resource.centre))
    (unit,) = units(Resource.objects.filter(pk=resource.pk), starts_at=starts_at, ends_at=ends_at)
    return said_week(unit)


def own_week(resource: Resource) -> Mapping[int, list[Hours]]:
    """Return the hours that are set for exactly this unit."""
    week: dict[int, list[Hours]] = {}
    for row in OpeningHours.objects.in_force().filter(resource=resource).order_by("opens"):
        week.setdefault(row.weekday, []).append(Hours(row.opens, row.closes))
    return week


def closure_rows(
    user: User, resource: Resource, *, today: date, now: datetime
) -> tuple[tuple[ClosureRow, ...], tuple[Seen, ...]]:
    """Return the closures to come with the reservations in them, and which patients are named."""
    closures = list(
        Closure.objects.standing()
        .filter(resource=resource, ends_at__gt=now)
        .order_by("starts_at", "pk")
    )
    zone = zone_of(resource.centre)
    reservations = list(
        Reservation.objects.live()
        .filter(resource=resource, ends_at__gt=now)
        .select_related("activity__journey__patient")
        .order_by("starts_at", "pk")
    )
    visible = visible_patients(user, (each.activity.journey.patient_id for each in reservations))
    rows, named = [], []
    for closure in closures:
        span = Span(closure.starts_at, closure.ends_at)
        hit = [each for each in reservations if each.span.overlaps(span)]
        named += [each.activity.journey.patient_id for each in hit]
        rows.append(
            ClosureRow(
                uid=closure.uid,
                when=said_span(span, zone, today=today),
                reason=closure.reason,
                hit=tuple(
                    f"{_name(each, visible)}, {said_span(each.span, zone, today=today)}"
                    for each in hit
                ),
            )
        )
    seen = tuple(Seen(uid=visible[pk]) for pk in dict.fromkeys(named) if pk in visible)
    return tuple(rows), seen


def _name(reservation: Reservation, visible: Mapping[int, uuid.UUID]) -> str:
    patient = reservation.activity.journey.patient
    return patient.full_name if patient.pk in visible else _("occupied")


def _said_closure(closure: Closure, unit: Unit, *, today: date) -> str:
    span = Span(closure.starts_at, closure.ends_at)
    return f"{said_span(span, unit.zone, today=today)}: {closure.reason}"
