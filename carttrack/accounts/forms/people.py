"""The forms by which an administrator gives and ends roles."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carttrack.accounts.domain import Role
from carttrack.accounts.labels import role_choices
from carttrack.accounts.models import Centre, Membership, User
from carttrack.accounts.people import centre_day
from carttrack.accounts.selectors import centres_of
from carttrack.ui import dates

ADDRESS_WANTED = gettext_lazy("Write an address like name@hospital.example.")
DAY = {"type": "date", "autocomplete": "off"}


class AppointForm(forms.Form):
    """Who gets which role where, from when and perhaps until when."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("As colleagues know them, with the title if it is used."),
        error_messages={"required": gettext_lazy("Write the person's name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("They sign in with it. We send them a link to choose a password."),
        error_messages={
            "required": ADDRESS_WANTED,
            "invalid": ADDRESS_WANTED,
        },
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=role_choices)
    centre = forms.ModelChoiceField(
        label=gettext_lazy("Centre"), queryset=Centre.objects.none(), empty_label=None
    )
    from_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY)
    )
    until_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY),
        help_text=gettext_lazy("Leave it empty if it is not known yet."),
    )

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        """Offer the centres that the person administers, and no others."""
        super().__init__(*args, **kwargs)
        self._now = now
        centres = centres_of(user, Role.ADMINISTRATOR)
        self.fields["centre"].queryset = centres  # type: ignore[attr-defined]
        first = centres.first()
        self.fields["centre"].initial = first
        if first:
            self.fields["from_on"].initial = centre_day(first, now=now)

    def clean(self) -> dict[str, Any]:
        """Keep the days in order; a role cannot have been held before it was given."""
        cleaned: dict[str, Any] = super().clean() or {}
        centre, from_on = cleaned.get("centre"), cleaned.get("from_on")
        until_on = cleaned.get("until_on")
        if centre and from_on and from_on < centre_day(centre, now=self._now):
            self.add_error("from_on", _("Choose today or a later day."))
        if from_on and until_on and until_on < from_on:
            self.add_error("until_on", _("Choose the first day or a later one."))
        return cleaned


class EndForm(forms.Form):
    """The last day of a role."""

    until_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY),
        help_text=gettext_lazy(
            "The access ends at midnight after it. Choose yesterday to end it at once."
        ),
    )

    def __init__(self, *args: Any, membership: Membership, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = centre_day(membership.centre, now=now)
        self._today = today
        self._first = max(membership.from_on, today - timedelta(days=1))
        self._last = membership.until_on
        self.fields["until_on"].initial = max(membership.from_on, today)

    def clean_until_on(self) -> date:
        """Take a day on which the role is still held; the past stays what it was."""
        day: date = self.cleaned_data["until_on"]
        if day < self._first:
            first = dates.staff_day(self._first, today=self._today)
            raise forms.ValidationError(_("Choose %(day)s or a later day.") % {"day": first})
        if self._last and day > self._last:
            last = dates.staff_day(self._last, today=self._today)
            raise forms.ValidationError(
                _("It ends on %(day)s already; choose that day or an earlier one.") % {"day": last}
            )
        return day
