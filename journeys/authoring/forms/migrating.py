"""The commit of one migration: which preview was looked at, and why the journey moves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from journeys.authoring.labels.words import MIGRATION_REASON_LABELS

LONGEST_NOTE = 2000


class MigrateForm(forms.Form):
    """The token of the preview with the reason; nothing else is asked."""

    journey = forms.UUIDField(widget=forms.HiddenInput)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            ("", _("Choose a reason")),
            *((reason.value, label) for reason, label in MIGRATION_REASON_LABELS.items()),
        ],
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
