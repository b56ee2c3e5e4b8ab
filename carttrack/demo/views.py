"""Signing in with one click as one of the demonstration's invented people."""

from typing import Any
from uuid import UUID

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from carttrack.demo import selectors


class DemoSignInView(LoginView):  # type: ignore[misc]  # allauth ships no types
    """The sign-in page, which offers the invented people before the forms."""

    template_name = "demo/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the invented people."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "staff_groups": selectors.staff_groups(),
            "patients": selectors.patients(today=timezone.localdate()),
        }


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as an invented person; outside the demonstration this page does not exist."""
    if not settings.DEMO:
        raise Http404
    try:
        uid = UUID(request.POST.get("uid", ""))
    except ValueError as error:
        raise Http404 from error
    login(request, get_object_or_404(selectors.shown_users(), uid=uid))
    return redirect("home")
