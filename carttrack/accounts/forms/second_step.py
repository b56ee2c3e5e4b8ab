"""allauth's forms of the second step, in our words and with the keys for digits on a phone."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.utils.translation import gettext_lazy as _

from carttrack.accounts.forms.sign_in import DIGITS, PlainWords


class CodeOfTheApp(PlainWords):
    """One code, as the app shows it; at sign-in a recovery code, which has letters, fits too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from your app")
        self.fields["code"].widget.attrs["autofocus"] = True


class SecondStepForm(CodeOfTheApp, AuthenticateForm):  # type: ignore[misc]  # no types
    """The second step of signing in."""


class ConfirmStepForm(CodeOfTheApp, ReauthenticateForm):  # type: ignore[misc]  # no types
    """Show once more who one is."""


class AddAppForm(CodeOfTheApp, ActivateTOTPForm):  # type: ignore[misc]  # no types
    """Show that the app works, before it becomes the second step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= DIGITS
