"""The tables of capacity: units and their hours, reservations, manufacturers' slots."""

from journeys.capacity.models.manufacturing import ManufacturingSlot
from journeys.capacity.models.reservations import Reservation
from journeys.capacity.models.resources import BedStay, Closure, OpeningHours, Resource

__all__ = [
    "BedStay",
    "Closure",
    "ManufacturingSlot",
    "OpeningHours",
    "Reservation",
    "Resource",
]
