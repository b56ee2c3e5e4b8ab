"""The pages of messages: everybody's own inbox, and the outbox of a demo."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from carttrack.accounts.access import SignedInRequest, require_sign_in
from carttrack.accounts.selectors import roles_of
from notifications import selectors, services


@require_sign_in
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the person's own messages, in the frame they know."""
    layout = "staff.html" if roles_of(request.user) else "patient.html"
    return render(
        request,
        "notifications/inbox.html",
        {"layout": layout, "rows": selectors.inbox(user=request.user)},
    )


@require_sign_in
@require_POST
def read(request: SignedInRequest) -> HttpResponse:
    """Mark one of the person's own messages, or all of them, as read."""
    chosen = request.POST.get("message", "")
    if chosen and not chosen.isdecimal():
        raise Http404
    ids = [int(chosen)] if chosen else None
    count = services.read_messages(user=request.user, ids=ids, now=timezone.now())
    if count:
        text = ngettext("%(count)d message is read.", "%(count)d messages are read.", count)
        messages.success(request, text % {"count": count})
    return redirect("notifications:inbox")


@login_not_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the e-mails of a demo, without sign-in: the sign-in codes are among them."""
    if not settings.DEMO:
        raise Http404
    return render(request, "notifications/outbox.html", {"rows": selectors.outbox_mails()})
