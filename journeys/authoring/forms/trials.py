"""What a dry run asks: the day of referral, and whose label rules hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import day_field
from journeys.authoring.forms.parts import choose
from journeys.authoring.labels.differences import region_text
from journeys.authoring.labels.words import said
from journeys.planning.domain.protocol import Protocol


class TrialForm(forms.Form):
    """The synthetic patient: referred on which day, in which region."""

    referred_on = day_field(_("Referred on"))
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
