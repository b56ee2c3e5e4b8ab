"""One object of each sort for a centre, written past the services."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import Closure, ManufacturingSlot, Resource
from journeys.planning.models import Journey, Product
from tests.factories import centre_day


def unit_of(centre: Centre) -> Resource:
    """Return a consulting room of the centre."""
    unit, _ = Resource.objects.get_or_create(
        centre=centre, kind=ResourceKind.CLINIC_SLOT, name="Room 4"
    )
    return unit


def closure_of(unit: Resource, by: User) -> Closure:
    """Return a closure of the unit that stands."""
    now = timezone.now()
    span = {"starts_at": now, "ends_at": now + timedelta(days=1), "made_by": by, "made_at": now}
    closure, _ = Closure.objects.get_or_create(resource=unit, reason="Paint", defaults=span)
    return closure


def slot_of(journey: Journey) -> ManufacturingSlot:
    """Return a slot that the journey's therapy has taken."""
    product, _ = Product.objects.get_or_create(code="trial-cells", defaults={"name": "Trial cells"})
    today = centre_day(journey.centre)
    asked: dict[str, Any] = {
        "collection_on": today,
        "ready_on": today + timedelta(days=28),
        "requested_by": journey.coordinator,
        "requested_at": timezone.now(),
    }
    slot, _ = ManufacturingSlot.objects.get_or_create(
        centre=journey.centre, product=product, cycle=journey.cycles.get(), defaults=asked
    )
    return slot
