"""The pages of messages: everybody's own inbox, and the outbox of a demo."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from carttrack.accounts.access import SignedInRequest, require_sign_in
from carttrack.accounts.selectors import frame_for
from notifications import selectors, services

MOST_DIGITS = 18  # of a number that the database can hold


@require_sign_in
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the person's own messages by their own clock, in the frame they know."""
    found = selectors.inbox(
        user=request.user,
        page=request.GET.get("page", "1"),
        only_unread=request.GET.get("show") == "unread",
    )
    with timezone.override(selectors.reader_zone(user=request.user)):
        context = {
            "frame": frame_for(request.user),
            "inbox": found,
            "page": found.page,
            "today": timezone.localdate(),
        }
        return render(request, "notifications/inbox.html", context)


@require_sign_in
@require_POST
def read(request: SignedInRequest) -> HttpResponse:
    """Mark one of the person's own messages, or all of them, as read; `next` opens what it says."""
    chosen = request.POST.get("message", "")
    if chosen and not (chosen.isdecimal() and len(chosen) <= MOST_DIGITS):
        raise Http404
    ids = [int(chosen)] if chosen else None
    count = services.read_messages(user=request.user, ids=ids, now=timezone.now())
    goes_to = request.POST.get("next", "")
    if goes_to.startswith("/") and url_has_allowed_host_and_scheme(goes_to, allowed_hosts=None):
        return HttpResponseRedirect(goes_to)
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
    text = request.GET.get("q", "").strip()
    found = selectors.outbox(page=request.GET.get("page", "1"), text=text)
    context = {"outbox": found, "page": found.page, "text": text, "today": timezone.localdate()}
    return render(request, "notifications/outbox.html", context)
