"""What a person says to stop a journey's clock and to let it run again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import day_field, note_field
from journeys.planning.state_labels import hold_reason_choices
from journeys.worklist.forms.changing import ChangeForm


class HoldForm(ChangeForm):
    """Why and from when a journey stands still, and when it is expected to go on."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=lambda: [("", _("Choose a reason")), *hold_reason_choices()],
    )
    from_on = day_field(_("From"), help_text=_("Days on hold count for no target and no limit."))
    expected_on = day_field(
        _("Expected to go on"),
        required=False,
        help_text=_("Appointments from this day on are kept. Without a day all are released."),
    )
    note = note_field(_("Note"), required=False, help_text=_("Needed when the reason is “Other”."))


class ResumeForm(ChangeForm):
    """From which day on the clock runs again."""

    on = day_field(_("Goes on from"))
    note = note_field(_("Note"), required=False)
