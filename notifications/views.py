"""The pages of messages: everybody's own inbox, the way out of letters, the outbox."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carttrack.accounts.access import (
    SignedInRequest,
    StaffRequest,
    require_roles,
    require_sign_in,
)
from carttrack.accounts.domain import Role
from carttrack.accounts.selectors import STAFF_FRAME, frame_for, posts_of
from notifications import selectors, services
from notifications.forms import DeskForm
from notifications.models import Recipient, Reminder

MOST_DIGITS = 18  # of a number that the database can hold


@require_sign_in
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the person's own messages by their own clock, in the frame they know."""
    frame = frame_for(request.user)
    found = selectors.inbox(
        user=request.user,
        page=request.GET.get("page", "1"),
        only_unread=request.GET.get("show") == "unread",
        name_subjects=partial(selectors.names_of, request) if frame == STAFF_FRAME else None,
    )
    with timezone.override(selectors.reader_zone(user=request.user)):
        context = {
            "frame": frame,
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
    if _is_ours(goes_to):
        return HttpResponseRedirect(goes_to)
    if count:
        text = ngettext("%(count)d message is read.", "%(count)d messages are read.", count)
        messages.success(request, text % {"count": count})
    return redirect("notifications:inbox")


@require_sign_in
@require_POST
def acknowledge(request: SignedInRequest, message_uid: UUID) -> HttpResponse:
    """Keep that the person sees to what one of their messages tells."""
    goes_to = request.POST.get("next", "")
    try:
        services.acknowledge(reminder_uid=message_uid, by=request.user, now=timezone.now())
    except Reminder.DoesNotExist:
        raise Http404 from None
    except services.NotToAcknowledge:
        messages.info(request, _("It was acknowledged before; nothing is left to do about it."))
    else:
        messages.success(request, _("Acknowledged. Nobody else is told about it."))
    if _is_ours(goes_to):
        return HttpResponseRedirect(goes_to)
    return redirect("notifications:inbox")


@require_roles(Role.COORDINATOR, Role.CLINICIAN)
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: StaffRequest) -> HttpResponse:
    """Let somebody choose when they are told: each morning how much waits, and never at night."""
    recipient = services.recipient_for_user(
        user=request.user, time_zone=posts_of(request.user)[0].centre.time_zone
    )
    form = DeskForm(request.POST or None, recipient=recipient)
    if request.method == "POST" and form.is_valid():
        services.choose_desk_hours(recipient=recipient, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Your choice is kept."))
        return redirect("notifications:inbox")
    context = {"form": form, "zone": recipient.time_zone}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "notifications/digest.html", context, status=status)


def _is_ours(address: str) -> bool:
    """Tell whether an address leads to a page of this site."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


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


@csrf_exempt  # a mail program has no token; who has the key could ask for one
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest, key: UUID) -> HttpResponse:
    """Turn comfort messages off for whoever got the link, once they say so; it opens nothing else.

    Following a link changes nothing: mail programs follow them before people do. Their button says
    so with one request, which is not sent elsewhere.

    Source:
        RFC 8058, section 3.2.
    """
    recipient = get_object_or_404(Recipient, letter_key=key)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        services.turn_comfort_off(recipient=recipient, now=timezone.now())
        return HttpResponse(_("Done: you get fewer messages"), content_type="text/plain")
    return _ask_about_letters(request, recipient)


@csrf_protect
def _ask_about_letters(request: HttpRequest, recipient: Recipient) -> HttpResponse:
    """Ask whether comfort messages are to stop, and stop them."""
    if request.method == "POST":
        services.turn_comfort_off(recipient=recipient, now=timezone.now())
        return redirect(f"{request.path}?done")
    with override(recipient.language):
        return render(request, "notifications/letters.html", {"is_off": "done" in request.GET})
