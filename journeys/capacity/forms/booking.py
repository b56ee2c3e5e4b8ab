"""What a coordinator chooses to book an activity into a unit."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import AtCentreForm, day_field, minutes_field, time_field
from journeys.capacity.models import Resource

FIRST_FREE = "first"
SHORTEST = 5  # minutes


class TimesForm(forms.Form):
    """The day and length for which free times are shown; everything has a default."""

    on = day_field(_("Day"))
    minutes = minutes_field(_("Takes"), least=SHORTEST)


class ReserveForm(AtCentreForm):
    """Which unit and when; `starts_at` in the cleaned data is the instant."""

    unit = forms.ChoiceField(label=_("Unit"))
    on = day_field(_("Day"))
    at = time_field(_("Starts at"), help_text=_("Local time at the centre."))
    minutes = minutes_field(_("Takes"), least=SHORTEST)
    overbook_reason = forms.CharField(
        label=_("Reason for overbooking"),
        max_length=200,
        required=False,
        help_text=_("Only when the unit is taken and the patient cannot wait. Everybody sees it."),
    )

    def __init__(
        self, *args: Any, units: Sequence[Resource], may_overbook: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        choice = self.fields["unit"]
        if isinstance(choice, forms.ChoiceField):
            named = [(str(unit.uid), f"{unit.name} ({unit.centre.short_name})") for unit in units]
            choice.choices = [(FIRST_FREE, _("The first that is free")), *named]
        if not may_overbook:
            del self.fields["overbook_reason"]

    def clean(self) -> dict[str, Any]:
        """Add the instant."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["starts_at"] = self.instant("on", "at")
        return cleaned
