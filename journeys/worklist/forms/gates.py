"""What a person says to settle an item of a gate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import note_field


class CheckForm(forms.Form):
    """What shows that something is in place."""

    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=200,
        help_text=_("A document, a signature, a number: what somebody else would look for."),
    )


class OverrideForm(forms.Form):
    """Why it goes on without it."""

    reason = note_field(
        _("Reason"), help_text=_("It stands on the centre's list of overrides, with your name.")
    )


class TakeBackForm(forms.Form):
    """Nothing has to be said to take a check back."""
