"""What a person types to keep a list's filters under a name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SavedFilterForm(forms.Form):
    """A name, whether colleagues are offered it, and whether the page opens with it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        help_text=_("What you will look for in the list. Do not name a patient."),
    )
    is_shared = forms.BooleanField(
        label=_("Share it with everybody who works with patients at this centre"), required=False
    )
    is_default = forms.BooleanField(
        label=_("Open the page with it, unless I ask for something else"), required=False
    )

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        """Say beforehand why a filter with words of a search cannot be shared."""
        super().__init__(*args, **kwargs)
        if not may_share:
            self.fields["is_shared"].help_text = _(
                "This one cannot be shared: the words you searched for may name a patient."
            )
