"""Which journeys are planned anew under the label rules on file, and whether patients are told."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from journeys.planning.models import Journey

MOST_AT_ONCE = 20

if TYPE_CHECKING:
    JourneysField = forms.ModelMultipleChoiceField[Journey]
else:
    JourneysField = forms.ModelMultipleChoiceField


class RulesForm(forms.Form):
    """The chosen journeys; each of them is previewed and committed by itself."""

    journeys = JourneysField(
        queryset=Journey.objects.none(),
        to_field_name="uid",
        error_messages={"required": _("Choose at least one journey.")},
    )
    tell_patient = forms.BooleanField(required=False)

    def __init__(self, *args: Any, offered: QuerySet[Journey], **kwargs: Any) -> None:
        """Offer the journeys of the centre that the person may see."""
        super().__init__(*args, **kwargs)
        field = self.fields["journeys"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = offered

    def clean_journeys(self) -> QuerySet[Journey]:
        """Keep the number of previews within what a page can show."""
        chosen: QuerySet[Journey] = self.cleaned_data["journeys"]
        if len(chosen) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("Choose at most %(count)d journeys at a time.") % {"count": MOST_AT_ONCE}
            )
        return chosen
