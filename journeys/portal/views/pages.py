"""The patient's own pages."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.portal import selectors
from journeys.portal.access import OwnRecord, on_own_record
from journeys.portal.domain.emergency import emergency_number
from journeys.portal.labels import warning_signs


@require_safe
@on_own_record
def home(request: SignedInRequest, record: OwnRecord) -> HttpResponse:
    """Show where the patient is, what comes next and whom to call."""
    page = selectors.home(record.patient, record.journey, today=record.today)
    context = {"home": page, "centre": record.centre, "day": record.today}
    return TemplateResponse(request, "portal/home.html", context)


@require_safe
@on_own_record
def unwell(request: SignedInRequest, record: OwnRecord) -> HttpResponse:
    """Show whom to call, and when at once."""
    country = record.centre.country if record.centre else ""
    context = {
        "centre": record.centre,
        "emergency": emergency_number(country),
        "signs": warning_signs(),
    }
    return render(request, "portal/help.html", context)


@require_safe
@on_own_record
def step(request: SignedInRequest, record: OwnRecord, code: str) -> HttpResponse:
    """Show what happens in one stage of the plan, what to prepare and what to watch for."""
    if record.journey is None or record.patient.died_on:
        raise Http404
    page = selectors.step_page(record.journey, code, today=record.today)
    if page is None:
        raise Http404
    context = {"page": page, "centre": record.centre, "day": record.today}
    return render(request, "portal/step.html", context)


@require_safe
@on_own_record
def readers(request: SignedInRequest, record: OwnRecord) -> HttpResponse:
    """Show the patient who opened their record."""
    page, rows = selectors.readers(
        record.patient, zone=record.zone, page=request.GET.get("page", "")
    )
    context = {"page": page, "rows": rows, "centre": record.centre, "day": record.today}
    return render(request, "portal/access.html", context)
