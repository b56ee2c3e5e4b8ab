"""What a person says to add a visit, choose a follow-up or take a change back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import KeyField, day_field, note_field
from journeys.planning.domain.states import MoveReason
from journeys.planning.state_labels import MOVE_REASON_LABELS
from journeys.worklist.forms.changing import ChangeForm

TRACK_REASONS = (MoveReason.PATIENT_CHOICE, MoveReason.CORRECTION, MoveReason.OTHER)


class UnscheduledForm(ChangeForm):
    """What an unscheduled visit is for, and when."""

    key = KeyField()
    title = forms.CharField(
        label=_("Visit for"), max_length=120, help_text=_("For example a blood count or a fever.")
    )
    on = day_field(_("Day"))
    note = note_field(_("Note"), required=False)


class TrackForm(ChangeForm):
    """How a patient is followed up, and why."""

    track = forms.ChoiceField(label=_("Follow-up"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=lambda: [
            ("", _("Choose a reason")),
            *((reason.value, MOVE_REASON_LABELS[reason]) for reason in TRACK_REASONS),
        ],
    )
    note = note_field(_("Note"), required=False)

    def __init__(self, *args: Any, tracks: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the tracks of the journey's protocol."""
        super().__init__(*args, **kwargs)
        field = self.fields["track"]
        if isinstance(field, forms.ChoiceField):
            field.choices = tracks


class UndoForm(ChangeForm):
    """Which change is taken back."""

    late = ("note",)

    number = forms.IntegerField(min_value=1, max_value=10**6, widget=forms.HiddenInput)
    note = note_field(_("Note"), required=False)
