"""Capacity's use-cases: units and their hours, reservations, manufacturers' slots, chains."""

from journeys.capacity.services.chains import take_chain
from journeys.capacity.services.manufacturing import (
    confirm_slot,
    expire_lapsed_holds,
    hold_slot,
    release_slot,
    remind_of_lapsing_holds,
    request_slot,
)
from journeys.capacity.services.overbooking import (
    allow_overbooking,
    may_overbook,
    withdraw_overbooking,
)
from journeys.capacity.services.reserving import Booked, assign_unit, hold_bed, reserve
from journeys.capacity.services.resources import (
    ClosureMade,
    add_closure,
    add_resource,
    change_resource,
    lift_closure,
    set_hours,
    set_stay,
)

__all__ = [
    "Booked",
    "ClosureMade",
    "add_closure",
    "add_resource",
    "allow_overbooking",
    "assign_unit",
    "change_resource",
    "confirm_slot",
    "expire_lapsed_holds",
    "hold_bed",
    "hold_slot",
    "lift_closure",
    "may_overbook",
    "release_slot",
    "remind_of_lapsing_holds",
    "request_slot",
    "reserve",
    "set_hours",
    "set_stay",
    "take_chain",
    "withdraw_overbooking",
]
