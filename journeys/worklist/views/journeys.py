"""The page of one journey, its revisions, and its start."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.models import Centre
from journeys.patients.models import Patient
from journeys.patients.selectors import head_of
from journeys.planning.domain.states import JourneyStatus
from journeys.planning.models import Journey
from journeys.planning.selectors.timeline import timeline
from journeys.planning.services import Refusal, start_journey
from journeys.planning.workspace import centre_today
from journeys.worklist.access import Case, Desk, on_journey, on_patient
from journeys.worklist.forms import StartForm
from journeys.worklist.selectors.folding import folded
from journeys.worklist.selectors.journeys import (
    LATEST_REVISIONS,
    axis,
    change_lines,
    conflict_notes,
    restrictions_ahead,
    revision_line,
    revisions_of,
)
from journeys.worklist.selectors.messages import message_lines
from journeys.worklist.selectors.patients import product_name
from journeys.worklist.views.changing import status_of
from journeys.worklist.views.pages import page_context

STANDING = ("now", "next")
EVERY_DATE = "every"  # in the address, for journeys with more dates than one can read


@require_safe
@on_journey()
def journey(request: SignedInRequest, case: Case) -> HttpResponse:
    """Show the whole journey: where it stands, every date with its reasons, and what to do."""
    shown = timeline(case.journey.uid, today=case.today, is_whole=EVERY_DATE in request.GET)
    cycle = case.journey.cycles.order_by("-number")[:1].get()
    revisions = list(revisions_of(case.journey)[: LATEST_REVISIONS + 1])
    context = page_context(case) | {
        "timeline": shown,
        "standing": next((row for row in shown.stages if row.mark in STANDING), None),
        "stages": folded(shown.stages),
        "restrictions": restrictions_ahead(shown, today=case.today),
        "conflicts": conflict_notes(shown, cycle),
        "axis": axis(shown),
        "product": product_name(case.journey),
        "messages_of_plan": message_lines(case.journey),
        "revisions": [revision_line(row) for row in revisions[:LATEST_REVISIONS]],
        "has_more_revisions": len(revisions) > LATEST_REVISIONS,
        "is_active": case.journey.status == JourneyStatus.ACTIVE,
    }
    return render(request, "worklist/journey.html", context)


@require_safe
@on_journey()
def revisions(request: SignedInRequest, case: Case) -> HttpResponse:
    """Show every revision of a journey's plan."""
    lines = [revision_line(row) for row in revisions_of(case.journey)]
    return render(request, "worklist/revisions.html", page_context(case) | {"revisions": lines})


@require_safe
@on_journey()
def revision(request: SignedInRequest, case: Case, number: int) -> HttpResponse:
    """Show one revision: every date before and after."""
    row = get_object_or_404(revisions_of(case.journey), number=number)
    context = page_context(case) | {
        "revision": revision_line(row),
        "changes": change_lines(row),
    }
    return render(request, "worklist/revision.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_patient
def start(request: SignedInRequest, desk: Desk, patient: Patient) -> HttpResponse:
    """Start a journey for a patient at the centre the person works at."""
    centre = _centre_for(desk)
    today = centre_today(centre, now=desk.now)
    form = StartForm(
        request.POST or None,
        centre=centre,
        initial={"referred_on": today, "coordinator": desk.user},
    )
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            started = start_journey(
                patient=patient,
                centre=centre,
                by=desk.user,
                today=today,
                now=desk.now,
                **form.cleaned_data,
            )
        except Refusal as refusal:
            refused = refusal
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _started(started))
            return redirect("worklist:journey", journey_uid=started.uid)
    context = {
        "desk": desk,
        "centre": centre,
        "today": today,
        "patient": patient,
        "head": head_of(patient, today=today),
        "form": form,
    }
    status = status_of(form, refused)
    return render(request, "worklist/journey_start.html", context, status=status)


def _centre_for(desk: Desk) -> Centre:
    """Return the centre a new journey belongs to: the one looked at, if they schedule there."""
    centres = desk.scheduling_centres()
    if not centres:
        raise Http404
    return desk.centre if desk.centre in centres else centres[0]


def _started(journey: Journey) -> str:
    return _("The journey of %(name)s has started. %(count)d dates are planned.") % {
        "name": journey.patient.full_name,
        "count": journey.activities.filter(chosen_on__isnull=False).count(),
    }
