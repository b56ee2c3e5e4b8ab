"""allauth's forms, narrowed: staff have passwords, patients have one-time codes, never both.

Its words become ours, and its placeholders go: they vanish when somebody types.
"""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.models import User
from carttrack.accounts.selectors import is_staff_member

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "code": _("Code"),
}
DIGITS = {"inputmode": "numeric", "autofocus": True}


class PlainWords(forms.Form):
    """Fields by our names, and no words inside them that vanish."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class SignInForm(PlainWords, LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Staff sign in with address and password."""


class PasswordForm(PlainWords, ChangePasswordForm):  # type: ignore[misc]  # as above
    """Staff change their password."""


class NewPasswordForm(PlainWords, ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    """Staff choose a password after following the link."""


class ConfirmPasswordForm(PlainWords, ReauthenticateForm):  # type: ignore[misc]  # as above
    """Staff show once more who they are, before they change how they sign in."""


class RequestCodeForm(PlainWords, RequestLoginCodeForm):  # type: ignore[misc]  # as above
    """Ask for a one-time code; the answer is the same for a patient, for staff and for nobody."""

    _user: User | None

    def clean_email(self) -> str:
        """Forget a member of staff, who would walk around the password and its second factor."""
        email: str = super().clean_email()
        if self._user is not None and is_staff_member(self._user):
            self._user = None
        return email


class ConfirmCodeForm(PlainWords, ConfirmLoginCodeForm):  # type: ignore[misc]  # as above
    """Take the code; a phone shows its keys for digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= DIGITS


class ResetForm(PlainWords, ResetPasswordForm):  # type: ignore[misc]  # as above
    """Ask for a link to a new password; the answer is the same whoever asks."""

    users: list[User]

    def clean_email(self) -> str:
        """Forget patients, who must not come to have a password."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if is_staff_member(user)]
        return email
