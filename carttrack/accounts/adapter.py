"""How django-allauth signs people in here: nobody signs up, and nobody learns who exists."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Staff are invited and patients registered; there is no other way to an account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the door shut."""
        return False
