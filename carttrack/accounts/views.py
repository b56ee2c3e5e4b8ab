"""Signing in, finding one's own page, and who works here."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest, StaffRequest, require_roles, require_sign_in
from carttrack.accounts.domain import Role
from carttrack.accounts.selectors import NoRoleToday, colleagues, home_for


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
