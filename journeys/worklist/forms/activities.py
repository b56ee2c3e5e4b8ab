"""What a person types to book, cancel, record, close or move an activity."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from journeys.planning.domain.states import CLOSING_STATES, ActivityState
from journeys.planning.state_labels import ACTIVITY_STATE_LABELS, move_reason_choices
from journeys.worklist.forms.changing import ChangeForm
from journeys.worklist.forms.fields import (
    NoSuchTime,
    at_centre,
    day_field,
    note_field,
    time_field,
)

NO_SUCH_TIME = _("The clocks go forward that night; this hour does not exist. Choose another.")
A_DAY = 24 * 60


class AtCentreForm(forms.Form):
    """A form whose day and hour are those of a centre."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def instant(self, day: str, hour: str) -> datetime | None:
        """Return the instant of two fields, or None when one is missing or the hour is skipped."""
        on, at = self.cleaned_data.get(day), self.cleaned_data.get(hour)
        if on is None or at is None:
            return None
        try:
            return at_centre(on, at, self.zone)
        except NoSuchTime:
            self.add_error(hour, NO_SUCH_TIME)
            return None


class BookForm(AtCentreForm):
    """When and where; `starts_at` in the cleaned data is the instant."""

    on = day_field(_("Day"))
    at = time_field(_("Starts at"), help_text=_("Local time at the centre."))
    minutes = forms.IntegerField(
        label=_("Takes"),
        min_value=1,
        max_value=A_DAY,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-unit": _("minutes")}),
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """Add the instant."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["starts_at"] = self.instant("on", "at")
        return cleaned


class CancelBookingForm(forms.Form):
    """Why an appointment is cancelled."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=120,
        help_text=_("Others see it in the history of the plan."),
    )


class RecordForm(ChangeForm, AtCentreForm):
    """On which day it happened and, where it is known, at what hour."""

    on = day_field(_("Happened on"))
    at = time_field(_("At"), required=False, help_text=_("If the hour matters."))
    note = note_field(_("Note"), required=False)

    def clean(self) -> dict[str, Any]:
        """Add the instant where an hour was given."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["happened_at"] = self.instant("on", "at")
        return cleaned


class CloseForm(forms.Form):
    """How an activity is closed without having taken place."""

    state = forms.ChoiceField(
        label=_("It was"),
        choices=[(state.value, ACTIVITY_STATE_LABELS[state]) for state in CLOSING_STATES],
        initial=ActivityState.MISSED.value,
        widget=forms.RadioSelect,
    )
    reason = note_field(
        _("Reason"), help_text=_("It stays beside the activity, so that others can follow.")
    )


class MoveForm(ChangeForm):
    """Which day an activity is to have, and why."""

    late = ("reason", "note")

    to_on = day_field(_("New day"))
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=lambda: [("", _("Choose a reason")), *move_reason_choices()],
    )
    note = note_field(_("Note"), required=False)


class UnlockForm(ChangeForm):
    """Nothing has to be said to let the plan choose a day again."""
