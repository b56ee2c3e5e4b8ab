"""What a person says to begin another cycle, or to go on with a product out of specification."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.ui.fields import day_field, note_field
from journeys.planning.models import ProtocolVersion
from journeys.planning.state_labels import cycle_reason_choices
from journeys.worklist.forms.changing import ChangeForm
from journeys.worklist.forms.journeys import VersionField


class CycleForm(ChangeForm):
    """Why another cycle begins, with which stage, for which product."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=lambda: [("", _("Choose a reason")), *cycle_reason_choices()],
    )
    from_stage = forms.ChoiceField(
        label=_("Begins with"), help_text=_("What comes before it is not repeated.")
    )
    version = VersionField(
        label=_("Product"),
        queryset=ProtocolVersion.objects.none(),
        required=False,
        empty_label=_("The same protocol as now"),
    )
    on = day_field(_("Decided on"), help_text=_("The new plan counts from this day."))
    note = note_field(_("Note"), required=False, help_text=_("Needed when the reason is “Other”."))

    def __init__(
        self,
        *args: Any,
        stages: list[tuple[str, str]],
        versions: Any,
        **kwargs: Any,
    ) -> None:
        """Offer the stages up to the infusion and the protocols of the centre."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name == "version" and isinstance(field, forms.ModelChoiceField):
                field.queryset = versions
            if name == "from_stage" and isinstance(field, forms.ChoiceField):
                field.choices = stages


class AcceptForm(forms.Form):
    """Why a product out of specification is used all the same."""

    reason = note_field(
        _("Reason"),
        help_text=_("What is out of specification, who agreed, and what the patient was told."),
    )
