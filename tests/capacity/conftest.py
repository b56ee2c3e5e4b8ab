"""A centre with a few units, and the people who book them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carttrack.accounts.models import Centre, User
from journeys.capacity.domain.kinds import ResourceKind
from journeys.capacity.models import ManufacturingSlot, Reservation, Resource
from journeys.capacity.services import Booked, add_resource, request_slot, reserve
from journeys.planning.models import Activity, Journey, Product
from tests.factories import (
    CentreFactory,
    activity_of,
    centre_day,
    centre_now,
    journey_at,
    staff,
)

STOCKHOLM = "Europe/Stockholm"


@dataclass
class Ward:
    """A centre on Stockholm's clock, open every day, with two machines, beds and a chair."""

    centre: Centre
    coordinator: User

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.centre.time_zone)

    @property
    def today(self) -> date:
        return centre_day(self.centre)

    @property
    def clock(self) -> dict[str, Any]:
        return {"today": self.today, "now": centre_now(self.centre)}

    def unit(self, name: str) -> Resource:
        return Resource.objects.get(centre=self.centre, name=name)

    def add(self, kind: ResourceKind, name: str) -> Resource:
        return add_resource(
            centre=self.centre,
            kind=kind,
            name=name,
            by=self.coordinator,
            now=centre_now(self.centre),
        )

    def at(self, days: int, clock: time = time(9)) -> datetime:
        """Return the instant of a wall time so many days from today."""
        return datetime.combine(self.today + timedelta(days=days), clock, tzinfo=self.zone)

    def journey(self, **more: Any) -> Journey:
        return journey_at(self.centre, coordinator=self.coordinator, **more)

    def collection(self, **more: Any) -> Activity:
        return activity_of(self.journey(**more), "leukapheresis")

    def slot(self, *, days: int, ready: int = 28, product: str = "axi-cel") -> ManufacturingSlot:
        return request_slot(
            centre=self.centre,
            product=Product.objects.get(code=product),
            collection_on=self.today + timedelta(days=days),
            ready_on=self.today + timedelta(days=days + ready),
            by=self.coordinator,
            now=centre_now(self.centre),
        )


@pytest.fixture
def ward(db: Any) -> Ward:
    centre = CentreFactory(time_zone=STOCKHOLM, closed_weekdays=[])
    found = Ward(centre=centre, coordinator=staff(centre))
    for kind, name in (
        (ResourceKind.APHERESIS, "Machine 1"),
        (ResourceKind.APHERESIS, "Machine 2"),
        (ResourceKind.CHAIR, "Chair 1"),
        (ResourceKind.INFUSION_BED, "Infusion bed"),
        (ResourceKind.WARD_BED, "Bed 1"),
        (ResourceKind.ICU_BED, "ICU 1"),
        (ResourceKind.CLINIC_SLOT, "Room 1"),
    ):
        found.add(kind, name)
    return found


@pytest.fixture
def take(ward: Ward) -> Callable[..., Booked]:
    """Book an activity into Machine 1, twenty days from now at nine, unless told otherwise."""

    def taken(activity: Activity, **changes: Any) -> Booked:
        asked = {
            "activity_uid": activity.uid,
            "resource_uid": ward.unit("Machine 1").uid,
            "starts_at": ward.at(20),
            "minutes": 240,
            "by": ward.coordinator,
            **ward.clock,
        }
        return reserve(**(asked | changes))

    return taken


def live(ward: Ward) -> list[str]:
    """Return the names of the units that are taken."""
    found = Reservation.objects.live().filter(resource__centre=ward.centre)
    return sorted(found.values_list("resource__name", flat=True))
