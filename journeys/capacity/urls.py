"""The addresses of capacity."""

from django.urls import path

from journeys.capacity.views import calendar, chains, overbookings, reserving, slots, units

app_name = "capacity"
urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("units/", units.units, name="units"),
    path("units/new/", units.new_unit, name="unit-new"),
    path("units/stays/", units.stay, name="stay"),
    path("units/<uuid:resource_uid>/", units.unit, name="unit"),
    path("units/<uuid:resource_uid>/hours/", units.hours, name="hours"),
    path("units/<uuid:resource_uid>/close/", units.close, name="close"),
    path(
        "units/<uuid:resource_uid>/closures/<uuid:closure_uid>/lift/",
        units.lift,
        name="closure-lift",
    ),
    path("activities/<uuid:activity_uid>/", reserving.reserving, name="reserve"),
    path("journeys/<uuid:journey_uid>/chains/", chains.chains, name="chains"),
    path("slots/", slots.slots, name="slots"),
    path("slots/new/", slots.new_slot, name="slot-new"),
    path("slots/<uuid:slot_uid>/", slots.slot, name="slot"),
    path("overbookings/", overbookings.overbookings, name="overbookings"),
    path("overbookings/rights/", overbookings.right, name="overbooking-right"),
]
