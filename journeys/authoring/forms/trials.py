"""What a dry run asks: the day of referral, and whose label rules hold."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from journeys.authoring.forms.parts import choose
from journeys.authoring.labels.differences import region_text
from journeys.authoring.labels.words import said
from journeys.planning.domain.protocol import Protocol

# Label rules are dated; before and after these years there are none to speak of.
FIRST_YEAR, LAST_YEAR = 2000, 2199


def check_year(day: Any) -> None:
    """Refuse a day whose year can only be mistyped.

    Raises:
        ValidationError: it is.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Check the year."), code="year")


class TrialForm(forms.Form):
    """The synthetic patient: referred on which day, in which region."""

    referred_on = forms.DateField(
        label=_("Referred on"),
        validators=[check_year],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
    )
    region = forms.ChoiceField(label=_("Region"))
    track = forms.ChoiceField(label=_("Follow-up"), required=False)

    def __init__(self, *args: Any, protocol: Protocol, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "region": [(region, region_text(region)) for region in protocol.regions],
            "track": [(track.code, said(track.title)) for track in protocol.tracks],
        }
        for name, choices in offered.items():
            choose(self, name, choices)
        if not protocol.tracks:
            del self.fields["track"]
