"""What is typed to ask for a manufacturer's slot, hold it and give it back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import AtCentreForm, KeyField, day_field, time_field
from journeys.planning.models import Cycle, Product


class RequestSlotForm(forms.Form):
    """A slot to ask the manufacturer for."""

    key = KeyField()
    product = forms.ModelChoiceField(label=_("Product"), queryset=Product.objects.order_by("name"))
    collection_on = day_field(_("Cells received on"))
    ready_on = day_field(_("Product expected on"))
    reference = forms.CharField(label=_("Manufacturer's reference"), max_length=60, required=False)


class HoldForm(AtCentreForm):
    """Until when a slot is held, and for whom; `hold_until` is the instant, `cycle` the therapy."""

    until_on = day_field(_("Held until"))
    until_at = time_field(_("At"))
    journey = forms.ChoiceField(label=_("For"), required=False)

    def __init__(self, *args: Any, cycles: Sequence[Cycle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycles = {str(cycle.journey.uid): cycle for cycle in cycles}
        choice = self.fields["journey"]
        if isinstance(choice, forms.ChoiceField):
            named = [(uid, cycle.journey.patient.full_name) for uid, cycle in self.cycles.items()]
            choice.choices = [("", _("Nobody yet")), *named]

    def clean(self) -> dict[str, Any]:
        """Add the instant and the therapy."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["hold_until"] = self.instant("until_on", "until_at")
        cleaned["cycle"] = self.cycles.get(cleaned.get("journey") or "")
        return cleaned


class ReleaseForm(forms.Form):
    """Why a slot is given back."""

    reason = forms.CharField(label=_("Reason"), max_length=120)
