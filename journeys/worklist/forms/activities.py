"""What a person types to book, cancel, record, close or move an activity."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import AtCentreForm, day_field, minutes_field, note_field, time_field
from journeys.planning.domain.states import CLOSING_STATES, ActivityState
from journeys.planning.state_labels import ACTIVITY_STATE_LABELS, move_reason_choices
from journeys.worklist.forms.changing import ChangeForm


class BookForm(AtCentreForm):
    """When and where; `starts_at` in the cleaned data is the instant."""

    on = day_field(_("Day"))
    at = time_field(_("Starts at"), help_text=_("Local time at the centre."))
    minutes = minutes_field(_("Takes"))
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
