"""What people type on capacity's pages."""

from journeys.capacity.forms.booking import ReserveForm, TimesForm
from journeys.capacity.forms.slots import HoldForm, ReleaseForm, RequestSlotForm
from journeys.capacity.forms.units import ClosureForm, HoursForm, NewUnitForm, StayForm, UnitForm

__all__ = [
    "ClosureForm",
    "HoldForm",
    "HoursForm",
    "NewUnitForm",
    "ReleaseForm",
    "RequestSlotForm",
    "ReserveForm",
    "StayForm",
    "TimesForm",
    "UnitForm",
]
