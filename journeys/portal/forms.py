"""What a patient fills in."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from notifications.domain.answers import LONGEST_WORDS
from notifications.labels import why_not_choices


class OtherTimeForm(forms.Form):
    """Why another time is needed, and what would suit; nobody has to write anything."""

    reason = forms.ChoiceField(
        label=_("Why does this time not suit you?"),
        choices=why_not_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason that fits best.")},
    )
    words = forms.CharField(
        label=_("What would suit you better?"),
        help_text=_("You can leave this empty. Only your team reads it."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddressForm(forms.Form):
    """Where one channel reaches the patient."""

    channel = ""
    value = forms.CharField(max_length=254)

    def clean_value(self) -> str:
        """Return the address as the patient's record keeps it."""
        return str(self.cleaned_data["value"]).strip().lower()


class EmailAddressForm(AddressForm):
    """An e-mail address, which the patient also signs in with."""

    channel = "email"
    value = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You also sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class PhoneNumberForm(AddressForm):
    """A telephone number with its country."""

    channel = "sms"
    value = PhoneNumberField(
        label=_("Mobile number"),
        help_text=_("With the country code, like +46 70 123 45 67."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


FORMS: Mapping[str, type[AddressForm]] = {
    form.channel: form for form in (EmailAddressForm, PhoneNumberForm)
}


def address_form(channel: str, data: QueryDict | None = None, *, value: str = "") -> AddressForm:
    """Return the form for the address of a channel, with the one that is known."""
    return FORMS[channel](data, initial={"value": value}, prefix=channel)
