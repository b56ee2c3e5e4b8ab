"""What a coordinator sees before booking an activity: free times, beds, what is booked already."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from carttrack.accounts.domain import Role
from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.hours import joined
from journeys.capacity.domain.kinds import ResourceKind, is_infusion, kind_for
from journeys.capacity.domain.stays import Span, full_days, stay_span
from journeys.capacity.labels import KIND_LABELS, said_span
from journeys.capacity.models import Reservation, Resource
from journeys.capacity.workspace import Unit, reach, starts_on, stays_of, units, zone_of
from journeys.planning.models import Activity, Appointment
from journeys.planning.selectors.wording import title_of

DAYS_TRIED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeUnit:
    """A unit on a day: when something could begin in it, or why nothing can."""

    uid: uuid.UUID
    name: str
    site: str
    starts: tuple[datetime, ...]
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StayOutlook:
    """The beds of a stay from a day 0: the one that is free, or the days on which all are taken."""

    label: str
    is_option: bool
    first_on: date
    last_on: date
    bed: str
    full_on: tuple[date, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Something that the activity or its patient has already."""

    label: str
    when: str


def takes_a_unit(activity: Activity) -> bool:
    """Tell whether the centre keeps units of the kind that an activity is booked into."""
    kind = kind_for(code=activity.code, kind=activity.kind)
    kept = Resource.objects.active().filter(centre=activity.centre_id, kind=kind)
    return kind is not None and kept.exists()


def bookable_units(user: User, activity: Activity, kind: ResourceKind) -> QuerySet[Resource]:
    """Return the units that an activity can go into, at the centres where the person books."""
    centres = Centre.objects.of(user, [Role.COORDINATOR])
    at_own = Q(centre=activity.centre_id)
    found = Resource.objects.active().filter(at_own | Q(centre__in=centres), kind=kind)
    return found.select_related("centre").order_by("centre__name", "name", "pk")


def free_units(
    wanted: QuerySet[Resource], activity: Activity, *, on: date, minutes: int, now: datetime
) -> tuple[FreeUnit, ...]:
    """Return what is free of the units on a day, each on its own centre's clock."""
    starts_at, ends_at = reach(on, 1, zone_of(activity.centre))
    found = units(wanted, starts_at=starts_at - timedelta(days=1), ends_at=ends_at)
    return tuple(
        FreeUnit(
            uid=unit.resource.uid,
            name=unit.resource.name,
            site=unit.resource.centre.short_name,
            starts=tuple(starts_on(unit, on, minutes=minutes, ignoring=activity, now=now)),
            is_open=bool(joined(unit.open_on(on))),
        )
        for unit in found
    )


def next_free_day(
    wanted: QuerySet[Resource], activity: Activity, *, after: date, minutes: int, now: datetime
) -> date | None:
    """Return the next day on which one of the units has room, in one look at all of them."""
    starts_at, ends_at = reach(after, DAYS_TRIED, zone_of(activity.centre))
    found = units(wanted, starts_at=starts_at, ends_at=ends_at)
    days = (after + timedelta(days=count) for count in range(1, DAYS_TRIED))
    return next((day for day in days if _has_room(found, activity, day, minutes, now)), None)


def _has_room(
    found: tuple[Unit, ...], activity: Activity, day: date, minutes: int, now: datetime
) -> bool:
    return any(starts_on(unit, day, minutes=minutes, ignoring=activity, now=now) for unit in found)


def stay_outlook(activity: Activity, *, day_0: date) -> tuple[StayOutlook, ...]:
    """Return which beds an infusion on a day would take, with the shortage day by day."""
    if not is_infusion(activity.code):
        return ()
    centre, zone = activity.centre, zone_of(activity.centre)
    outlook = []
    for stay in stays_of(centre):
        span = stay_span(stay, day_0, zone)
        beds = Resource.objects.active().filter(centre=centre, kind=stay.kind)
        found = units(beds, starts_at=span.starts_at, ends_at=span.ends_at)
        first_on = day_0 + timedelta(days=stay.first_day)
        last_on = day_0 + timedelta(days=stay.last_day)
        free = (unit for unit in found if unit.can_take(span, ignoring=activity))
        bed = next((unit.resource.name for unit in free), "")
        taken = [unit.taken(ignoring=activity) for unit in found]
        full = full_days(first_on, last_on, taken=taken, zone=zone) if not bed else ()
        if found:
            outlook.append(
                StayOutlook(
                    label=str(KIND_LABELS[stay.kind]),
                    is_option=stay.is_option,
                    first_on=first_on,
                    last_on=last_on,
                    bed=bed,
                    full_on=full,
                    source=stay.source,
                )
            )
    return tuple(outlook)


def taken_by(activity: Activity, *, on: date, today: date) -> tuple[Taken, ...]:
    """Return what the activity has already, and where else the patient is on a day."""
    zone = zone_of(activity.centre)
    own = Reservation.objects.live().filter(activity=activity).select_related("resource")
    starts_at, ends_at = reach(on, 0, zone)
    others = (
        Appointment.objects.filter(
            activity__journey__patient=activity.journey.patient_id,
            cancelled_at__isnull=True,
            starts_at__lt=ends_at,
            ends_at__gt=starts_at,
        )
        .exclude(activity=activity)
        .select_related("activity__journey__protocol_version", "activity__cycle")
        .order_by("starts_at")
    )
    return (
        *(
            Taken(label=each.resource.name, when=said_span(each.span, zone, today=today))
            for each in own.order_by("starts_at", "pk")
        ),
        *(
            Taken(
                label=title_of(each.activity),
                when=said_span(Span(each.starts_at, each.ends_at), zone, today=today),
            )
            for each in others
        ),
    )
