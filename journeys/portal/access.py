"""The only way to a patient's own pages; for everybody else they are not there (404)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.authentication import get_authentication_records
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from carttrack.accounts.access import SignedInRequest, require_sign_in
from carttrack.accounts.arrival import Found, Questions, at_once
from carttrack.accounts.models import Centre, User
from carttrack.audit import reads
from carttrack.prepared import Rows
from journeys.patients.models import Patient
from journeys.planning.models import Journey
from journeys.planning.selectors.bad_news import asked_for_quiet_page, quiet_text_from
from journeys.planning.selectors.opening import asked_for_own_journey, journey_from
from journeys.planning.services import patient_recipient
from notifications.selectors import asked_for_frame, frame_from
from notifications.services import prove_by_sign_in

# What a patient may open also after bad news: whom to call, and who has seen their record.
STAYS_OPEN = frozenset({"unwell", "readers"})
PROOF_NOTED = "email_proof_noted"  # in the session
View = Callable[..., HttpResponse]
Opened = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """The patient who is signed in, their journey, and the day it is where they are treated."""

    patient: Patient
    journey: Journey | None
    zone: ZoneInfo
    today: date

    @property
    def centre(self) -> Centre | None:
        """Return who to call."""
        return self.journey.centre if self.journey else None


def _asked_at_once(_request: HttpRequest, reader: User, **_named: str) -> Questions:
    own = asked_for_own_journey(reader), asked_for_quiet_page(reader)
    return Questions([*asked_for_frame(reader), *own])


def _patient(user: User) -> Patient:
    """Return the patient who is signed in and has no journey yet."""
    patient = Patient.objects.visible_to(user).filter(user=user).first()
    if patient is None:
        raise Http404
    return patient


def _quiet(request: SignedInRequest, record: OwnRecord, found: Rows) -> HttpResponse | None:
    """Return the quiet text that stands in place of a page after bad news, if there is any."""
    quiet = quiet_text_from(found, language=record.patient.language)
    if quiet is None:
        return None
    is_living = record.patient.died_on is None
    context = {"quiet": quiet, "centre": record.centre, "is_living": is_living}
    return render(request, "portal/quiet.html", context)


def _note_proof(request: SignedInRequest, patient: Patient) -> None:
    """Keep, once for each sign-in, that the code by which they came reached their e-mail."""
    records = get_authentication_records(request, request.user)
    by_code = any(each["method"] == "code" and each.get("email") for each in records)
    if by_code and not request.session.get(PROOF_NOTED):
        recipient = patient_recipient(patient)
        prove_by_sign_in(recipient=recipient, email=patient.email, now=timezone.now())
        request.session[PROOF_NOTED] = True


def on_own_record(view: View) -> Opened:
    """Open a view with the record of the person who is signed in; the read is noted.

    Hours are those of the centre that treats them, and before there is one, their own. After bad
    news a quiet text stands in place of every page that does not stay open.
    """

    @require_sign_in
    @at_once(_asked_at_once)
    @wraps(view)
    def opened(request: SignedInRequest, found: Found, /, **more: Any) -> HttpResponseBase:
        posts, frame, journeys, quiet = found.rows
        frame_from(request, posts, frame, now=timezone.now())
        journey = journey_from(journeys)
        patient = journey.patient if journey else _patient(request.user)
        zone = ZoneInfo(journey.centre.time_zone if journey else patient.time_zone)
        today = timezone.now().astimezone(zone).date()
        record = OwnRecord(patient=patient, journey=journey, zone=zone, today=today)
        _note_proof(request, patient)
        with timezone.override(zone):
            stands_instead = None if view.__name__ in STAYS_OPEN else _quiet(request, record, quiet)
            return reads.noted(request, patient, stands_instead or view(request, record, **more))

    return opened
