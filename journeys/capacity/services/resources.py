"""Keeping the units of a centre: names, hours, closures and how long beds are held."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from carttrack.accounts.models import Centre, User
from carttrack.audit import services as audit
from journeys.capacity.domain.hours import Hours
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import BedStay, Closure, OpeningHours, Reservation, Resource
from journeys.capacity.services.refusals import ClosureNotStanding, NameTaken
from journeys.planning.services.refusals import SentTwice


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureMade:
    """A closure, and the reservations that stand in it and need another unit or time."""

    closure: Closure
    hit: tuple[Reservation, ...]


@transaction.atomic
def add_resource(
    *, centre: Centre, kind: ResourceKind, name: str, by: User, now: datetime
) -> Resource:
    """Add a unit to a centre.

    Raises:
        NameTaken: another unit of the centre has the name.
    """
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    _check_name(centre, name)
    resource = Resource.objects.create(centre=centre, kind=kind, name=name)
    _record("resource.added", resource, by=by, now=now, after={"kind": kind, "name": name})
    return resource


@transaction.atomic
def change_resource(
    *, resource_uid: uuid.UUID, name: str, is_active: bool, by: User, now: datetime
) -> Resource:
    """Rename a unit, or take it into or out of use; what is booked in it stays.

    Raises:
        Resource.DoesNotExist: no such unit.
        NameTaken: another unit of the centre has the name.
    """
    resource = _locked(resource_uid)
    _check_name(resource.centre, name, but=resource)
    before = {"name": resource.name, "is_active": resource.is_active}
    resource.name, resource.is_active = name, is_active
    resource.save(update_fields=["name", "is_active"])
    after = {"name": name, "is_active": is_active}
    _record("resource.changed", resource, by=by, now=now, before=before, after=after)
    return resource


@transaction.atomic
def set_hours(
    *,
    resource_uid: uuid.UUID,
    week: Mapping[int, Sequence[Hours]],
    by: User,
    now: datetime,
    whole_kind: bool = False,
) -> None:
    """Replace the hours of a unit, or those of all units of its kind at its centre.

    An empty week sets no hours: the unit follows those of its kind, or the centre's open days.
    Reservations outside the new hours stay.

    Raises:
        Resource.DoesNotExist: no such unit.
    """
    resource = _locked(resource_uid)
    owner = {"resource": None, "kind": resource.kind} if whole_kind else {"resource": resource}
    OpeningHours.objects.in_force().filter(centre=resource.centre, **owner).update(replaced_at=now)
    OpeningHours.objects.bulk_create(
        OpeningHours(
            centre=resource.centre,
            weekday=weekday,
            opens=hours.opens,
            closes=hours.closes,
            set_by=by,
            set_at=now,
            **owner,
        )
        for weekday, many in sorted(week.items())
        for hours in many
    )
    said = {day: [f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in week[day]] for day in week}
    after = {"hours": said, "whole_kind": whole_kind}
    _record("resource.hours_set", resource, by=by, now=now, after=after)


@transaction.atomic
def add_closure(
    *,
    resource_uid: uuid.UUID,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: User,
    now: datetime,
    uid: uuid.UUID | None = None,
) -> ClosureMade:
    """Close a unit for a time; nothing is cancelled, and what stands in it is returned.

    `uid` is the closure's name where a form chose one.

    Raises:
        Resource.DoesNotExist: no such unit.
        SentTwice: there is a closure of this name.
    """
    resource = _locked(resource_uid)
    if uid and Closure.objects.filter(uid=uid).exists():
        raise SentTwice
    closure = Closure.objects.create(
        uid=uid or uuid.uuid4(),
        resource=resource,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        made_by=by,
        made_at=now,
    )
    hit = (
        Reservation.objects.live()
        .filter(resource=resource)
        .during(starts_at, ends_at)
        .select_related("activity__journey__patient")
        .order_by("starts_at", "pk")
    )
    after = {"starts_at": starts_at, "ends_at": ends_at, "reservations": len(hit)}
    _record("resource.closed", resource, by=by, now=now, after=after, note=reason)
    return ClosureMade(closure=closure, hit=tuple(hit))


@transaction.atomic
def lift_closure(*, closure_uid: uuid.UUID, by: User, now: datetime) -> Closure:
    """Open a unit again before its closure ends.

    Raises:
        Closure.DoesNotExist: no such closure.
        ClosureNotStanding: it was lifted already.
    """
    closures = Closure.objects.select_for_update(of=("self",)).select_related("resource__centre")
    closure = closures.get(uid=closure_uid)
    if closure.lifted_at is not None:
        raise ClosureNotStanding
    closure.lifted_at = now
    closure.save(update_fields=["lifted_at"])
    _record("resource.opened", closure.resource, by=by, now=now, note=closure.reason)
    return closure


@transaction.atomic
def set_stay(
    *, centre: Centre, kind: ResourceKind, last_day: int, source: str, by: User, now: datetime
) -> BedStay:
    """Set to which day a centre holds a bed for an infusion, and on whose word."""
    stay, _is_new = BedStay.objects.update_or_create(
        centre=centre, kind=kind, defaults={"last_day": last_day, "source": source}
    )
    audit.record(
        actor=by,
        action="bed_stay.set",
        patient_uid=None,
        subject=stay,
        centre=centre,
        after={"kind": kind, "last_day": last_day, "source": source},
        now=now,
    )
    return stay


def _locked(resource_uid: uuid.UUID) -> Resource:
    """Return a unit with its row locked, so that nobody books it meanwhile."""
    resources = Resource.objects.select_related("centre").select_for_update(of=("self",))
    return resources.get(uid=resource_uid)


def _check_name(centre: Centre, name: str, but: Resource | None = None) -> None:
    others = Resource.objects.filter(centre=centre, name=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise NameTaken(name)


def _record(
    action: str,
    resource: Resource,
    *,
    by: User,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    note: str = "",
) -> None:
    audit.record(
        actor=by,
        action=action,
        patient_uid=None,
        subject=resource,
        centre=resource.centre,
        before=before,
        after=after,
        note=note,
        now=now,
    )
