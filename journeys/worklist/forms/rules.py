"""Which journeys are planned anew under the label rules on file, and whether patients are told."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_AT_ONCE = 20


class RulesForm(forms.Form):
    """The chosen journeys; each of them is previewed and committed by itself."""

    journeys = forms.MultipleChoiceField(
        error_messages={"required": _("Choose at least one journey.")}
    )
    tell_patient = forms.BooleanField(required=False)

    def __init__(self, *args: Any, offered: Iterable[str], **kwargs: Any) -> None:
        """Offer the journeys that the rules would change."""
        super().__init__(*args, **kwargs)
        field = self.fields["journeys"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(uid, uid) for uid in offered]

    def clean_journeys(self) -> list[str]:
        """Keep the number of previews within what a page can show."""
        chosen: list[str] = self.cleaned_data["journeys"]
        if len(chosen) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("Choose at most %(count)d journeys at a time.") % {"count": MOST_AT_ONCE}
            )
        return chosen
