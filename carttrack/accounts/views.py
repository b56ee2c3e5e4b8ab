"""Finding one's own page, and who works here: giving roles and ending them."""

from smtplib import SMTPException
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts import people
from carttrack.accounts.access import SignedInRequest, StaffRequest, require_roles, require_sign_in
from carttrack.accounts.domain import Role
from carttrack.accounts.forms.people import AppointForm, EndForm
from carttrack.accounts.forms.sign_in import ResetForm
from carttrack.accounts.labels import STANDING_LABELS
from carttrack.accounts.models import Membership, User
from carttrack.accounts.selectors import NoRoleToday, home_for
from carttrack.accounts.services import (
    MembershipOver,
    NotForStaff,
    RoleHeld,
    appoint,
    end_membership,
)
from carttrack.ui import dates


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
    text, standing = request.GET.get("q", "").strip(), request.GET.get("standing", "")
    found = people.people(
        request.user,
        now=timezone.now(),
        text=text,
        standing=standing,
        page=request.GET.get("page", "1"),
    )
    context = {
        "people": found,
        "page": found.page,
        "is_narrowed": bool(text or standing),
        "standings": STANDING_LABELS.items(),
        "changes": people.role_changes(request.user),
    }
    return _by_their_clock(request, "accounts/memberships.html", context)


def _by_their_clock(
    request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page with the day and the hours of the administrator's centre."""
    with timezone.override(people.clock_of(request.user)):
        context["today"] = timezone.localdate()
        return render(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_roles(Role.ADMINISTRATOR)
def appoint_person(request: StaffRequest) -> HttpResponse:
    """Give a role at one of the administrator's centres to somebody new or known."""
    now = timezone.now()
    form = AppointForm(request.POST or None, user=request.user, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            membership = appoint(
                **{**form.cleaned_data, "role": Role(form.cleaned_data["role"])},
                by=request.user,
                now=now,
            )
        except NotForStaff:
            form.add_error("email", _("This address cannot be used for staff; take another one."))
        except RoleHeld:
            form.add_error("role", _("They have this role at this centre on some of these days."))
        else:
            _tell_appointed(request, membership)
            return redirect("accounts:memberships")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/appoint.html", {"form": form}, status=status)


def _tell_appointed(request: StaffRequest, membership: Membership) -> None:
    """Say what happened; who has no password yet is sent a link to choose one."""
    words = {
        "name": membership.user.name,
        "role": membership.get_role_display(),
        "centre": membership.centre.short_name,
    }
    messages.success(request, _("%(name)s: %(role)s at %(centre)s.") % words)
    if membership.user.has_usable_password():
        return
    if _send_link(request, membership.user):
        messages.info(request, _("We sent %(name)s a link to choose a password.") % words)
    else:
        words["help"] = _("Forgot your password?")
        text = _("No e-mail could be sent. %(name)s can ask for one by “%(help)s” at sign-in.")
        messages.warning(request, text % words)


def _send_link(request: StaffRequest, user: User) -> bool:
    """Send the link to a new password, as somebody does who forgot theirs."""
    form = ResetForm({"email": user.email})
    if not form.is_valid():
        return False
    try:
        form.save(request)
    except (OSError, SMTPException):
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@require_roles(Role.ADMINISTRATOR)
def end(request: StaffRequest, membership_id: int) -> HttpResponse:
    """Give a role at one of the administrator's centres its last day."""
    now = timezone.now()
    membership = get_object_or_404(people.endable(request.user), pk=membership_id)
    form = EndForm(request.POST or None, membership=membership, now=now)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["until_on"]
        try:
            end_membership(membership=membership, until_on=day, by=request.user, now=now)
        except MembershipOver:
            form.add_error("until_on", _("The role has changed meanwhile; look at it again."))
        else:
            words = {
                "name": membership.user.name,
                "role": membership.get_role_display(),
                "day": dates.staff_day(day, today=people.centre_day(membership.centre, now=now)),
            }
            messages.success(request, _("%(name)s: %(role)s until %(day)s.") % words)
            return redirect("accounts:memberships")
    context = {"form": form, "membership": membership}
    status = 422 if request.method == "POST" else 200
    return _by_their_clock(request, "accounts/end.html", context, status=status)


@login_not_required
def closed(_request: HttpRequest) -> HttpResponse:
    """Answer for a route that allauth knows by name and that we do not offer."""
    raise Http404
