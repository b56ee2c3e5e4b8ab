"""allauth's forms, narrowed: staff have passwords, patients have one-time codes, never both."""

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm, ResetPasswordForm

from carttrack.accounts.models import User
from carttrack.accounts.selectors import is_staff_member


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """Ask for a one-time code; the answer is the same for a patient, for staff and for nobody."""

    _user: User | None

    def clean_email(self) -> str:
        """Forget a member of staff, who would walk around the password and its second factor."""
        email: str = super().clean_email()
        if self._user is not None and is_staff_member(self._user):
            self._user = None
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """Take the code; a phone shows its keys for digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}
        self.fields["code"].widget.attrs.pop("placeholder", None)


class ResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Ask for a link to a new password; the answer is the same whoever asks."""

    users: list[User]

    def clean_email(self) -> str:
        """Forget patients, who must not come to have a password."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if is_staff_member(user)]
        return email
