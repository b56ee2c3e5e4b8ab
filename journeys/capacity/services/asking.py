"""What every reservation starts from: who asks for what, the locks, and who may be named."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.domain.stays import Span
from journeys.capacity.models import Reservation, Resource
from journeys.capacity.services.overbooking import may_overbook
from journeys.capacity.services.refusals import OverbookingNotAllowed
from journeys.capacity.workspace import Unit
from journeys.patients.models import Patient
from journeys.planning.models import Activity, Journey


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for which activity, and what they said about overbooking."""

    activity: Activity
    by: User
    today: date
    now: datetime
    overbook_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A unit to be taken for a span; overbooked where something else has it."""

    unit: Unit
    span: Span
    is_option: bool = False
    is_overbooked: bool = False


def locked_activity(activity_uid: uuid.UUID) -> Activity:
    """Return an activity with its journey and patient locked, so that nobody books it twice."""
    journeys = Journey.objects.select_for_update(of=("self",)).filter(activities__uid=activity_uid)
    journey = journeys.first()
    if journey is None:
        raise Activity.DoesNotExist
    Patient.objects.select_for_update(no_key=True).get(pk=journey.patient_id)
    return Activity.objects.select_related("journey__patient", "centre").get(uid=activity_uid)


def lock_units(centre: Centre, kinds: Iterable[ResourceKind]) -> None:
    """Make everybody else who books these kinds at the centre wait; always in one order."""
    rows = Resource.objects.filter(centre=centre, kind__in=sorted(set(kinds))).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def overbooked(asking: Asking, unit: Unit, span: Span) -> Take:
    """Return a unit taken although something else has it, for somebody who may do that.

    Raises:
        OverbookingNotAllowed: the person may not.
    """
    if not may_overbook(asking.by, unit.resource.centre):
        raise OverbookingNotAllowed
    return Take(unit=unit, span=span, is_overbooked=True)


def name_for(reservation: Reservation, viewer: User) -> str:
    """Return whose a reservation is, empty for somebody who may not see the patient."""
    if not Reservation.objects.visible_to(viewer).filter(pk=reservation.pk).exists():
        return ""
    return reservation.activity.journey.patient.full_name


def own_first(found: Iterable[Unit], activity: Activity) -> list[Unit]:
    """Put the unit that the activity has already before the others, so that nobody moves rooms."""
    return sorted(
        found,
        key=lambda unit: all(each.activity_id != activity.pk for each in unit.reservations),
    )
