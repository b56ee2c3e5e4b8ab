"""The page of one journey, its revisions, and its start."""

from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from carttrack.accounts.access import SignedInRequest
from carttrack.accounts.models import Centre
from carttrack.prepared import Asked, Later
from journeys.patients.models import Patient
from journeys.patients.selectors import head_of
from journeys.planning.models import Journey
from journeys.planning.selectors.timeline import timeline_of
from journeys.planning.services import Refusal, start_journey
from journeys.planning.workspace import centre_today
from journeys.worklist.access import Case, Desk, on_journey, on_journey_asking, on_patient
from journeys.worklist.forms import StartForm
from journeys.worklist.forms.journeys import KnownForm
from journeys.worklist.selectors.holds import hold_notes, pauses_of
from journeys.worklist.selectors.journeys import axis, change_lines, revision_line, revisions_of
from journeys.worklist.views.changing import status_of
from journeys.worklist.views.pages import page_context
from journeys.worklist.views.whole import Wish, asked_for_whole, whole

KNOWN = "known"
CYCLE = "cycle"
EVERY_DATE = "every"  # in the address, for journeys with more dates than one can read
OTHER = {KNOWN, CYCLE, EVERY_DATE}
EASTERNMOST = timedelta(hours=14)
LONGEST_NUMBER = 4
NOT_YET = _lazy("The journey had not begun then.")


def _asked_at_once(request: HttpRequest, journey_uid: UUID) -> list[list[Asked]]:
    """Return what the page asks together with the journey; other days and cycles are asked later.

    Where the journey is treated is not known yet, so it is asked for the latest date on earth.
    """
    if not request.GET.keys().isdisjoint(OTHER):
        return []
    return [asked_for_whole(journey_uid, today=(timezone.now() + EASTERNMOST).date())]


@require_safe
@on_journey_asking(_asked_at_once)
def journey(request: SignedInRequest, case: Case, later: Later) -> HttpResponse:
    """Show the whole journey: where it stands, every date with its reasons, and what to do.

    `?known=` shows it as it was known at a local time, `?cycle=` an earlier cycle; neither can be
    changed.
    """
    found = later.round()
    form, known_at = _known(request, case)
    wish = Wish(
        known_at=known_at, cycle=_cycle_asked_for(request), is_whole=EVERY_DATE in request.GET
    )
    try:
        shown = whole(case, wish, found)
    except Journey.DoesNotExist:
        if form is None or known_at is None:
            raise Http404 from None
        form.add_error("known", NOT_YET)
        shown = whole(case, Wish(), found)
    context = page_context(case) | shown | {"known_form": form}
    status = status_of(form) if form else HTTPStatus.OK
    return TemplateResponse(request, "worklist/journey.html", context, status=status)


@require_safe
@on_journey()
def windows(request: SignedInRequest, case: Case) -> HttpResponse:
    """Show every window of a journey on one axis, and as a table."""
    shown = timeline_of(case.journey, today=case.today)
    pauses = pauses_of(hold_notes(shown.holds, today=case.today), today=case.today)
    context = page_context(case) | {"axis": axis(shown, today=case.today), "pauses": pauses}
    return render(request, "worklist/windows.html", context)


def _known(request: SignedInRequest, case: Case) -> tuple[KnownForm | None, datetime | None]:
    """Return the form of the time machine and the instant it asks for, if it asks for one."""
    if KNOWN not in request.GET:
        return None, None
    form = KnownForm(request.GET)
    if not form.is_valid():
        return form, None
    known_at: datetime = form.cleaned_data[KNOWN]
    if known_at >= case.now:
        form.add_error(KNOWN, _("Choose a time that is over."))
        return form, None
    return form, known_at


def _cycle_asked_for(request: SignedInRequest) -> int | None:
    """Return the number of an earlier cycle, where the address names one."""
    text = request.GET.get(CYCLE, "")
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else None


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
