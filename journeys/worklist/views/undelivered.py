"""Messages that did not arrive, and what a person decides about each."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.models import Centre
from carttrack.audit import reads
from carttrack.audit.domain import ReadHow
from journeys.planning.models import Journey
from journeys.worklist.access import SCHEDULERS, Desk, at_desk
from journeys.worklist.forms import DecisionForm
from journeys.worklist.selectors.undelivered import is_at_desk, undelivered_rows
from notifications.models import Reminder
from notifications.selectors import undelivered_at
from notifications.services import Decision, NotResolvable, resolve


@require_safe
@at_desk
def undelivered(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Show the messages that wait for a person at the centre looked at."""
    rows = undelivered_rows(desk.user, [desk.centre])
    shown = [row.journey.patient for row in rows if row.journey]
    reads.log(request, shown, how=ReadHow.LIST, centre=desk.centre)
    context = {
        "desk": desk,
        "centre": desk.centre,
        "today": desk.today,
        "rows": rows,
        "may_decide": desk.may(SCHEDULERS, desk.centre.pk),
    }
    return render(request, "worklist/undelivered.html", context)


@require_POST
@at_desk
def decide(request: SignedInRequest, desk: Desk, reminder_uid: UUID) -> HttpResponse:
    """Carry out a person's decision about one message."""
    _check_theirs(desk, reminder_uid)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what is to become of the message."))
        return redirect("worklist:undelivered")
    try:
        resolve(
            reminder_uid=reminder_uid,
            decision=Decision(form.cleaned_data["decision"]),
            by=desk.user,
            now=desk.now,
        )
    except NotResolvable:
        messages.warning(
            request,
            _("This can no longer be decided: the message moved on, or it would come too late."),
        )
    else:
        messages.success(request, _("Your decision about the message is recorded."))
    return redirect("worklist:undelivered")


def _check_theirs(desk: Desk, reminder_uid: UUID) -> None:
    """Refuse a message of another centre or about a patient the person may not see.

    Raises:
        Http404: there is no such message for this person.
    """
    centres: list[Centre] = desk.scheduling_centres()
    try:
        reminder = undelivered_at(centres=centres, reminder_uid=reminder_uid)
    except Reminder.DoesNotExist as error:
        raise Http404 from error
    if is_at_desk(reminder.thread.uid, reminder.recipient.uid):
        return
    if not Journey.objects.visible_to(desk.user).filter(uid=reminder.thread.uid).exists():
        raise Http404
