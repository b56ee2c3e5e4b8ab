"""Addresses and numbers that do not work, and what a person does about each."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.worklist.access import SCHEDULERS, Desk, at_desk
from journeys.worklist.selectors.dead_addresses import dead_addresses as dead_at
from journeys.worklist.selectors.dead_addresses import subjects_of
from journeys.worklist.selectors.scope import Scope
from notifications.models import Address
from notifications.services import try_again


@require_safe
@at_desk
def dead_addresses(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Show the addresses that are not used at the centre looked at, and why."""
    rows = dead_at(_scope(desk))
    reads.log(request, subjects_of(rows), how=ReadHow.LIST, centre=desk.centre)
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "rows": rows,
        "may_decide": desk.may(SCHEDULERS, desk.centre.pk),
    }
    return render(request, "worklist/addresses.html", context)


@require_POST
@at_desk
def try_address_again(
    request: SignedInRequest, desk: Desk, recipient_uid: UUID, channel: str
) -> HttpResponse:
    """Write to an address again because somebody made sure that it works."""
    if not _is_theirs(desk, recipient_uid, channel):
        raise Http404
    try:
        try_again(recipient_uid=recipient_uid, channel=channel, by=desk.user, now=desk.now)
    except Address.DoesNotExist:
        raise Http404 from None
    messages.success(
        request,
        _("The address is used again. What failed before waits under Reminders undelivered."),
    )
    return redirect("worklist:addresses")


def _is_theirs(desk: Desk, recipient_uid: UUID, channel: str) -> bool:
    """Tell whether it is on a list that the person may act on."""
    found = (
        row
        for centre in desk.scheduling_centres()
        for row in dead_at(Scope(user=desk.user, centre=centre, today=desk.today))
    )
    return any((row.recipient_uid, row.channel_code) == (recipient_uid, channel) for row in found)


def _scope(desk: Desk) -> Scope:
    return Scope(user=desk.user, centre=desk.centre, today=desk.today)
