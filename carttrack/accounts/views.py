"""Signing in, finding one's own page, and who works here."""

from typing import Any
from uuid import UUID

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from carttrack.accounts.access import SignedInRequest, StaffRequest, require_roles, require_sign_in
from carttrack.accounts.domain import Role
from carttrack.accounts.selectors import (
    NoRoleToday,
    colleagues,
    demo_groups,
    demo_users,
    home_for,
)


class SignInView(LoginView):  # type: ignore[misc]  # allauth ships no types
    """allauth's page for staff passwords; in the demo it also offers its invented people."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo's people, grouped by role."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo_people": demo_groups() if settings.DEMO else []}


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's invented people; outside the demo this page does not exist."""
    if not settings.DEMO:
        raise Http404
    try:
        uid = UUID(request.POST.get("uid", ""))
    except ValueError as error:
        raise Http404 from error
    login(request, get_object_or_404(demo_users(), uid=uid))
    return redirect("home")


@require_safe
@require_sign_in
def home(request: SignedInRequest) -> HttpResponse:
    """Lead everybody to the page where their day begins."""
    try:
        return redirect(home_for(request.user))
    except NoRoleToday:
        return render(request, "accounts/no_role.html")


@require_safe
@require_roles(Role.ADMINISTRATOR)
def memberships(request: StaffRequest) -> HttpResponse:
    """Show who works, worked and will work at the administrator's centres."""
    return render(
        request,
        "accounts/memberships.html",
        {"memberships": colleagues(request.user), "today": timezone.localdate()},
    )


@login_not_required
def closed(_request: HttpRequest) -> HttpResponse:
    """Answer for a route that allauth knows by name and that we do not offer."""
    raise Http404
