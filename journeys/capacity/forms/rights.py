"""Who gets the right to overbook, or loses it."""

from django import forms


class RightForm(forms.Form):
    """A person of the list, and whether they may overbook from now on."""

    person = forms.UUIDField()
    may = forms.BooleanField(required=False)
