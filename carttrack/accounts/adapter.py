"""How django-allauth signs people in here: nobody signs up, and nobody learns who exists.

Its errors are put so that they say what to do.
"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

WAIT = _("Too many tries in a short time. Wait five minutes, then try again.")
NOT_YOUR_PASSWORD = _("This is not your password. Try again, or ask for a new one.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Staff are invited and patients registered; there is no other way to an account."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This sign-in is no longer in use. Ask your centre if you need it."),
        "email_password_mismatch": _(
            "The address or the password is not right. Check both and try again."
        ),
        "enter_current_password": NOT_YOUR_PASSWORD,
        "incorrect_password": NOT_YOUR_PASSWORD,
        "incorrect_code": _("The code is not right. Check its digits, or ask for a new one."),
        "invalid_password_reset": _("This link is used or too old. Ask for a new one."),
        "rate_limited": WAIT,
        "too_many_login_attempts": WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the door shut."""
        return False


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The second step of staff: an app that shows codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right. Type the one that your app shows now."),
    }
