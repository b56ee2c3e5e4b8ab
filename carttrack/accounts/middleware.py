"""Every page is closed until somebody has signed in, unless its view says otherwise."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from carttrack.accounts.access import to_sign_in
from carttrack.accounts.arrival import arrive, leave


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's guard with our answer to htmx; `login_not_required` opens a view to everybody."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Read who is there, with what their page asks at once, and let them pass or not."""
        arrive(request, view_func, view_kwargs)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave nothing on its way that was asked for a view which another guard kept closed."""
        leave(request)
        return response

    def handle_no_permission(  # type: ignore[override]  # ours also answers htmx
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """Send the visitor to the sign-in page."""
        return to_sign_in(request)
