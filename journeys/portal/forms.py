"""What a patient fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.domain.answers import LONGEST_WORDS
from notifications.labels import why_not_choices


class OtherTimeForm(forms.Form):
    """Why another time is needed, and what would suit; nobody has to write anything."""

    reason = forms.ChoiceField(
        label=_("Why does this time not suit you?"),
        choices=why_not_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason that fits best.")},
    )
    words = forms.CharField(
        label=_("What would suit you better?"),
        help_text=_("You can leave this empty. Only your team reads it."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
