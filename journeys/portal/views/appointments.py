"""The patient's booked times: confirming one, or asking for another."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carttrack.accounts.access import SignedInRequest
from journeys.planning.services import Refusal, answer_appointment
from journeys.portal import selectors
from journeys.portal.access import OwnRecord, on_own_record
from journeys.portal.forms import OtherTimeForm
from journeys.portal.selectors.appointments import AppointmentPage
from notifications.domain.answers import Said, Source, WhyNot


@require_safe
@on_own_record
def appointments(request: SignedInRequest, record: OwnRecord) -> HttpResponse:
    """Show the booked times ahead; where one alone waits for an answer, that is the page."""
    found = selectors.appointments(record.patient, record.journey, today=record.today)
    waiting = [each for each in found if each.waits]
    if len(waiting) == 1:
        return redirect("portal:appointment", appointment_uid=waiting[0].uid)
    context = {"appointments": found, "centre": record.centre, "day": record.today}
    return render(request, "portal/appointments.html", context)


@require_safe
@on_own_record
def appointment(request: SignedInRequest, record: OwnRecord, appointment_uid: UUID) -> HttpResponse:
    """Show one booked time and ask whether the patient comes."""
    return _page(request, record, _opened(record, appointment_uid), OtherTimeForm())


@require_POST
@on_own_record
def confirm(request: SignedInRequest, record: OwnRecord, appointment_uid: UUID) -> HttpResponse:
    """Keep that the patient comes; pressing twice says the same twice and keeps it once."""
    page = _opened(record, appointment_uid)
    try:
        answer_appointment(
            appointment_uid=page.uid,
            said=Said.CONFIRMED,
            source=Source.PATIENT,
            by=request.user,
            now=timezone.now(),
        )
    except Refusal:
        return _page(
            request, record, _opened(record, appointment_uid), OtherTimeForm(), refused=True
        )
    thanks = _("Thank you. We expect you for %(what)s: %(when)s.")
    messages.success(request, thanks % {"what": page.title, "when": page.when.text})
    return redirect("portal:home")


@require_http_methods(["GET", "HEAD", "POST"])
@on_own_record
def other_time(request: SignedInRequest, record: OwnRecord, appointment_uid: UUID) -> HttpResponse:
    """Ask for another time, with a reason; the booked one stands until somebody calls."""
    page = _opened(record, appointment_uid)
    if request.method != "POST":
        return redirect("portal:appointment", appointment_uid=page.uid)
    form = OtherTimeForm(request.POST)
    if not form.is_valid():
        return _page(request, record, page, form)
    try:
        answer_appointment(
            appointment_uid=page.uid,
            said=Said.OTHER_TIME,
            source=Source.PATIENT,
            by=request.user,
            now=timezone.now(),
            reason=WhyNot(form.cleaned_data["reason"]),
            words=form.cleaned_data["words"],
        )
    except Refusal:
        return _page(request, record, _opened(record, appointment_uid), form, refused=True)
    messages.success(
        request,
        _("We have your wish and will tell you a new time. Until then this one stays booked."),
    )
    return redirect("portal:home")


def _opened(record: OwnRecord, appointment_uid: UUID) -> AppointmentPage:
    """Return what is known of one of the patient's own appointments.

    Raises:
        Http404: it is not theirs, or there is nothing to tell any more.
    """
    page = selectors.appointment_page(
        record.patient,
        record.journey,
        appointment_uid,
        zone=record.zone,
        today=record.today,
        now=timezone.now(),
    )
    if page is None:
        raise Http404
    return page


def _page(
    request: SignedInRequest,
    record: OwnRecord,
    page: AppointmentPage,
    form: OtherTimeForm,
    *,
    refused: bool = False,
) -> HttpResponse:
    context = {"page": page, "form": form, "centre": record.centre, "day": record.today}
    status = HTTPStatus.OK
    if refused:
        status = HTTPStatus.CONFLICT
    elif form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "portal/appointment.html", context, status=status)
