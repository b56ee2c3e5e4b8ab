"""The forms that register a patient and keep their contacts up to date."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.domain import CLINICAL_ROLES
from carttrack.accounts.models import Centre, User
from journeys.patients.labels import identifier_system_choices
from journeys.patients.models import Patient
from journeys.patients.services import CONTACT_FIELDS

# The person at the keyboard is not the patient: the browser must not offer its own addresses.
WIDGETS: dict[str, forms.Widget] = {
    "given_name": forms.TextInput(attrs={"autocomplete": "off"}),
    "family_name": forms.TextInput(attrs={"autocomplete": "off"}),
    "birth_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
    "identifier": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    "email": forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    "phone": forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "type": "tel"}),
    "travel_minutes": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
    "contact_name": forms.TextInput(attrs={"autocomplete": "off"}),
    "contact_phone": forms.TextInput(
        attrs={"autocomplete": "off", "inputmode": "tel", "type": "tel"}
    ),
}
HELP = {
    "email": _("The patient signs in with it; leave it empty if there is none."),
    "phone": _("With the country code, like +46 8 123 45 67."),
    "travel_minutes": _("From home to the centre, in minutes."),
    "time_zone": _("Where the patient lives, like Europe/Stockholm."),
}


class ContactsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """How a patient and their relative are reached."""

    class Meta:
        model = Patient
        fields: tuple[str, ...] = CONTACT_FIELDS
        widgets = WIDGETS
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
        )


class PatientForm(ContactsForm):
    """A new patient: who they are, how to reach them, and which centre cares for them."""

    centre = forms.ModelChoiceField(queryset=Centre.objects.none(), label=_("Centre"))

    class Meta(ContactsForm.Meta):
        fields = (
            "given_name",
            "family_name",
            "birth_on",
            "identifier_system",
            "identifier",
            *CONTACT_FIELDS,
        )
        help_texts = HELP | {
            "identifier": _("Type it exactly as it is written."),
            "time_zone": _(
                "Leave it empty if it is the centre's, otherwise like Europe/Stockholm."
            ),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Offer the centres where the person works in a clinical role, and no others."""
        super().__init__(*args, **kwargs)
        centres = Centre.objects.of(user, CLINICAL_ROLES).order_by("name")
        chooser = self.fields["centre"]
        chooser.queryset = centres  # type: ignore[attr-defined]
        chooser.initial = centres.first()
        self.fields["time_zone"].required = False
        kinds = [("", _("Choose")), *identifier_system_choices()]
        self.fields["identifier_system"].choices = kinds  # type: ignore[attr-defined]
