"""The forms of the coordinator's pages."""

from journeys.worklist.forms.activities import (
    BookForm,
    CancelBookingForm,
    CloseForm,
    CommitMoveForm,
    MoveForm,
    RecordForm,
)
from journeys.worklist.forms.journeys import EndForm, StartForm
from journeys.worklist.forms.undelivered import DecisionForm

__all__ = [
    "BookForm",
    "CancelBookingForm",
    "CloseForm",
    "CommitMoveForm",
    "DecisionForm",
    "EndForm",
    "MoveForm",
    "RecordForm",
    "StartForm",
]
