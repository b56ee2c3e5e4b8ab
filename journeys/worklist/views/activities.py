"""Booking, cancelling and closing one activity; each a page and, in place, a region."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from carttrack.accounts.access import SignedInRequest
from carttrack.ui import dates
from journeys.capacity.selectors.booking import takes_a_unit
from journeys.planning.domain.states import ActivityState
from journeys.planning.models import Activity, Appointment
from journeys.planning.selectors.wording import title_of, words
from journeys.planning.services import (
    Outcome,
    Refusal,
    book,
    cancel_booking,
    close_without,
)
from journeys.planning.workspace import definition_of
from journeys.worklist.access import RECORDERS, SCHEDULERS, Case, on_activity
from journeys.worklist.forms import BookForm, CancelBookingForm, CloseForm
from journeys.worklist.views.changing import sentence_of, status_of, to_journey
from journeys.worklist.views.pages import page_context

USUAL_MINUTES = 60
NO_UNIT = "no_unit"  # in the address: book an hour and a place without taking a unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that can be done with an activity, in the words of its page.

    `carry_out` calls the service with the cleaned form and returns the outcome; `done` says what
    happened.
    """

    route: str
    heading: str
    submit: str
    carry_out: Callable[[dict[str, Any]], Outcome]
    done: Callable[[dict[str, Any]], str]


@require_http_methods(["GET", "HEAD", "POST"])
@on_activity(roles=SCHEDULERS)
def book_activity(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    """Book an activity at a local day, hour and place.

    Where the centre keeps units of the kind that it takes, their free times come first.
    """
    if request.method != "POST" and NO_UNIT not in request.GET and takes_a_unit(activity):
        return _to(request, reverse("capacity:reserve", args=[activity.uid]))
    title = title_of(activity)
    form = BookForm(request.POST or None, zone=case.zone, initial=_booking(case, activity))
    action = Action(
        route="worklist:book",
        heading=_("Book %(title)s") % {"title": title},
        submit=_("Book"),
        carry_out=lambda cleaned: book(
            activity_uid=activity.uid,
            starts_at=cleaned["starts_at"],
            minutes=cleaned["minutes"],
            place=cleaned["place"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        done=lambda cleaned: (
            _("%(title)s booked for %(when)s.")
            % {
                "title": title,
                "when": f"{dates.staff_day(cleaned['on'], today=case.today)} "
                f"{dates.clock(cleaned['starts_at'])}",
            }
        ),
    )
    return _act(request, case, activity, form, action)


@require_http_methods(["GET", "HEAD", "POST"])
@on_activity(roles=SCHEDULERS)
def cancel_activity_booking(
    request: SignedInRequest, case: Case, activity: Activity
) -> HttpResponse:
    """Cancel the appointment of an activity."""
    title = title_of(activity)
    action = Action(
        route="worklist:cancel-booking",
        heading=_("Cancel the appointment for %(title)s") % {"title": title},
        submit=_("Cancel the appointment"),
        carry_out=lambda cleaned: cancel_booking(
            activity_uid=activity.uid,
            reason=cleaned["reason"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        done=lambda _cleaned: _("The appointment for %(title)s is cancelled.") % {"title": title},
    )
    return _act(request, case, activity, CancelBookingForm(request.POST or None), action)


@require_http_methods(["GET", "HEAD", "POST"])
@on_activity(roles=RECORDERS)
def close_activity(request: SignedInRequest, case: Case, activity: Activity) -> HttpResponse:
    """Close an activity as missed, skipped or not needed."""
    title = title_of(activity)
    action = Action(
        route="worklist:close",
        heading=_("%(title)s did not take place") % {"title": title},
        submit=_("Close it"),
        carry_out=lambda cleaned: close_without(
            activity_uid=activity.uid,
            state=ActivityState(cleaned["state"]),
            reason=cleaned["reason"],
            by=case.user,
            today=case.today,
            now=case.now,
        ),
        done=lambda _cleaned: _("%(title)s is closed; the reason is kept.") % {"title": title},
    )
    return _act(request, case, activity, CloseForm(request.POST or None), action)


def _act(
    request: SignedInRequest, case: Case, activity: Activity, form: forms.Form, action: Action
) -> HttpResponse:
    """Show the form, or carry the action out; a refusal stands in the form, nothing is lost."""
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            outcome = action.carry_out(form.cleaned_data)
        except Refusal as refusal:
            refused = refusal
            form.add_error(None, refusal.sentence)
        else:
            said = [action.done(form.cleaned_data), sentence_of(outcome)]
            messages.success(request, " ".join(filter(None, said)))
            return to_journey(request, case, f"activity-{activity.uid}")
    context = page_context(case) | {"activity": activity, "form": form, "action": action}
    template = "worklist/partials/_action.html" if request.htmx else "worklist/action.html"
    return render(request, template, context, status=status_of(form, refused))


def _to(request: SignedInRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _booking(case: Case, activity: Activity) -> dict[str, Any]:
    """Return what the form begins with: the live appointment, otherwise the plan."""
    definition = definition_of(activity)
    live = Appointment.objects.filter(activity=activity, cancelled_at=None).first()
    if live:
        starts_at = timezone.localtime(live.starts_at, case.zone)
        return {
            "on": starts_at.date(),
            "at": starts_at.time(),
            "minutes": int((live.ends_at - live.starts_at).total_seconds() // 60),
            "place": live.place,
        }
    day = activity.chosen_on or activity.target_on
    return {
        "on": max(day, case.today) if day else None,
        "minutes": definition.minutes or USUAL_MINUTES,
        "place": words(definition.place),
    }
