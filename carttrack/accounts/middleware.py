"""Every page is closed until somebody has signed in, unless its view says otherwise."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from carttrack.accounts.access import to_sign_in


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's guard with our answer to htmx; `login_not_required` opens a view to everybody."""

    def handle_no_permission(  # type: ignore[override]  # ours also answers htmx
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """Send the visitor to the sign-in page."""
        return to_sign_in(request)
