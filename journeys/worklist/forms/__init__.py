"""The forms of the coordinator's pages."""

from journeys.worklist.forms.activities import (
    BookForm,
    CancelBookingForm,
    CloseForm,
    MoveForm,
    RecordForm,
    UnlockForm,
)
from journeys.worklist.forms.journeys import EndForm, StartForm
from journeys.worklist.forms.undelivered import DecisionForm

__all__ = [
    "BookForm",
    "CancelBookingForm",
    "CloseForm",
    "DecisionForm",
    "EndForm",
    "MoveForm",
    "RecordForm",
    "StartForm",
    "UnlockForm",
]
